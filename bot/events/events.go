// Package events takes what people notice (A.6.8): their reports, also
// anonymous ones, what these turn out to be (A.5.25), the legal clocks that run
// meanwhile, and the answers that reporters get.
package events

import (
	"slices"
	"sync/atomic"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Events is the area, with the laws that hold for the organisation.
type Events struct {
	clocks []isms.LegalClock
	zone   *time.Location
	// unwiped is set while the database's log holds something anonymous that
	// was filed or forgotten.
	unwiped atomic.Bool
	brake   brake
}

// New takes the laws under which a breach has to be told, and the
// organisation's zone, in which days of reports are counted.
func New(clocks []isms.LegalClock, zone *time.Location) *Events {
	return &Events{clocks: clocks, zone: zone}
}

// Area is the package as a part of the bot.
func (x *Events) Area() desk.Area {
	step := func(verb string, form func(*matter) (*chat.Form, error), run func(*matter) (chat.Reply, error)) desk.Command {
		return desk.Command{Verb: verb, Hidden: true, FormAlways: true,
			Form: func(c *desk.Call) (*chat.Form, error) { return x.open(c, form) },
			Run:  func(c *desk.Call) (chat.Reply, error) { return x.take(c, form, run) }}
	}
	// said is a step that asks for words alone, which can be typed at once.
	said := func(verb string, form func(*matter) (*chat.Form, error), run func(*matter) (chat.Reply, error)) desk.Command {
		cmd := step(verb, form, run)
		cmd.Run = func(c *desk.Call) (chat.Reply, error) {
			if m, err := x.matter(c); err == nil && c.In.Kind == chat.Typed && c.Line.Words != "" {
				return run(m)
			}
			return x.take(c, form, run)
		}
		return cmd
	}
	return desk.Area{Name: "events", Kind: isms.Event, Show: x.show, Draw: x.draw, Commands: []desk.Command{
		{Verb: "report", Anonymous: anonymous, Form: x.reportForm, Run: x.report},
		{Verb: "events", May: func(r desk.Reader) bool { return x.shiftOf(r).May(r.Person) }, Refused: "refuse.events", Reads: true, Run: x.list},
		said("event-incident", (*matter).incidentForm, (*matter).incident),
		step("event-finding", (*matter).findingForm, (*matter).finding),
		step("event-nothing", (*matter).nothingForm, (*matter).nothing),
		said("event-ask", (*matter).askForm, (*matter).ask),
		step("event-data", (*matter).dataForm, (*matter).data),
		step("event-aware", (*matter).awareForm, (*matter).aware),
		step("event-notify", (*matter).notifyForm, (*matter).notify),
		said("event-people", (*matter).peopleForm, (*matter).people),
		said("event-phase", (*matter).phaseForm, (*matter).phase),
		said("event-close", (*matter).closeForm, (*matter).close),
		said("event-words", (*matter).wordsForm, (*matter).words),
	}}
}

// shift is who looks after events at that instant, by the organisation's day.
func (x *Events) shift(people *isms.People, now time.Time) isms.Shift {
	return isms.Shift{People: people, Today: isms.DateOf(now.In(x.zone))}
}

func (x *Events) shiftOf(r desk.Reader) isms.Shift { return x.shift(r.People, r.Now) }

// matter is an event, and what is being done with it.
type matter struct {
	*desk.Call
	x      *Events
	e      *storage.EventRecord
	duties []*isms.Duty
}

// matter reads the event of the command, for those who may see it.
func (x *Events) matter(c *desk.Call) (*matter, error) {
	if c.Line.ID.Kind != isms.Event {
		return nil, isms.Refuse(isms.Invalid, "refuse.which_event")
	}
	e, err := c.Tx.EventByNumber(c.Line.ID.N)
	if err != nil {
		return nil, err
	}
	if e != nil {
		sees, err := x.sees(c.Tx, c.Reader, e)
		if err != nil {
			return nil, err
		}
		if sees {
			duties, err := c.Tx.Duties(e.N)
			return &matter{c, x, e, duties}, err
		}
	}
	return nil, isms.Refuse(isms.NotFound, "refuse.not_found", "id", c.Line.ID)
}

// sees tells whether the event concerns the reader. One that is not told yet
// is there for nobody.
func (x *Events) sees(tx *storage.Tx, r desk.Reader, e *storage.EventRecord) (bool, error) {
	if !e.FileAt.IsZero() || r.Person == nil {
		return false, nil
	}
	var owner isms.PersonID
	if e.Action.N != 0 {
		it, err := tx.Item(e.Action)
		if err != nil {
			return false, err
		}
		if it != nil {
			owner = it.Owner
		}
	}
	pinged, err := tx.IsEventReader(e.N, r.ID)
	return x.shiftOf(r).Sees(&e.SecurityEvent, r.Person, owner, pinged), err
}

// open is a step's form.
func (x *Events) open(c *desk.Call, form func(*matter) (*chat.Form, error)) (*chat.Form, error) {
	m, err := x.matter(c)
	if err != nil {
		return nil, err
	}
	f, err := form(m)
	if f != nil {
		f.Command = c.Line.Verb + " " + m.e.ID().String()
		f.Intro = m.title() + "\n" + f.Intro
	}
	return f, err
}

// take runs a step with what its form brought; whoever typed it gets the form.
func (x *Events) take(c *desk.Call, form func(*matter) (*chat.Form, error), run func(*matter) (chat.Reply, error)) (chat.Reply, error) {
	if c.In.Kind != chat.Submitted {
		f, err := x.open(c, form)
		return chat.Reply{Form: f}, err
	}
	m, err := x.matter(c)
	if err != nil {
		return chat.Reply{}, err
	}
	return run(m)
}

func (m *matter) shift() isms.Shift { return m.x.shiftOf(m.Reader) }

// field is what was written into an input.
func (m *matter) field(name string) string { return m.Words(name) }

// keep writes the event after a step, with its place in the journal, and has
// what shows it drawn anew.
func (m *matter) keep(kind string, data map[string]any) error {
	m.e.Begin()
	if err := m.Tx.SaveEvent(m.e); err != nil {
		return err
	}
	data["by"], data["event"] = m.ID, m.e.ID().String()
	if !m.Is(isms.ISMSManager) && !m.Is(isms.DPO) {
		data["as"] = isms.AsDeputy
	}
	if err := m.Tx.Journal(m.Now, kind, data, m.e.ID()); err != nil {
		return err
	}
	return m.redraw()
}

// redrawn is how many messages that show an event are brought up to date.
const redrawn = 8

// redraw has the messages that show the event drawn anew, but for the one that
// the reply replaces.
func (m *matter) redraw() error {
	pressed, err := m.Pressed()
	if err != nil {
		return err
	}
	shown, err := m.Tx.Showing(m.e.ID(), redrawn)
	if err != nil {
		return err
	}
	for _, d := range shown {
		if d.State == storage.Queued || pressed != nil && pressed.ID == d.ID && d.Person == m.ID {
			continue
		}
		if err := m.Tx.EnqueueUpdate(d.ID, m.Now); err != nil {
			return err
		}
	}
	m.Office.Wake()
	return nil
}

// noted answers a step: by the message on which it was pressed, drawn anew, or
// by what the event has become, with its next steps.
func (m *matter) noted() (chat.Reply, error) {
	if reply, ok, err := m.Redrawn(); ok || err != nil {
		return reply, err
	}
	card, err := m.x.card(m.Tx, m.Reader, m.e, unasked)
	if err != nil {
		return chat.Reply{}, err
	}
	card.Summary = m.Say("events.noted", "title", m.title())
	card.Blocks = append([]chat.Block{chat.Text{Text: m.Say("events.noted_now")}}, card.Blocks...)
	return chat.Reply{Card: card}, nil
}

// title is "What was written · EVT-9".
func (m *matter) title() string { return title(m.e) }

func title(e *storage.EventRecord) string { return desk.Brief(e.Words, 60) + " · " + e.ID().String() }

// law finds a clock by its name.
func (x *Events) law(name string) (isms.LegalClock, bool) {
	i := slices.IndexFunc(x.clocks, func(c isms.LegalClock) bool { return c.Name == name })
	if i < 0 {
		return isms.LegalClock{}, false
	}
	return x.clocks[i], true
}
