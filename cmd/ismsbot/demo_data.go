package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ismsbot/adapters/playground"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

//go:embed demo/*.csv
var demoFiles embed.FS

// When the example organisation began with the bot, and from when on it is
// played day by day, in days before the demo opens.
const (
	demoInstalled = 92
	demoPlayed    = 13
)

// demoWords is what somebody said, so many days before the demo opens.
type demoWords struct {
	days int
	who  string
	text string // {dates} are replaced as in the files
	// fields are those of a form that was sent off; nil for what was typed.
	fields map[string]string
}

// Two reports are among it: Kemi's, which has led to a change, and one without a
// name, about which Grace has a question.
var demoHistory = []demoWords{
	{91, "mia", "plan year start", nil},
	{86, "priya", "done CA-4 The leavers' checklist opens a ticket five days ahead: https://wiki.harbour.example/leavers", nil},
	{13, "mia", "broadcast to everyone | Lock your screen when you leave it | Last month a visitor read a delivery list on an open screen.\n\nPress the Windows key and L whenever you stand up. It takes a second. | ack by {-6}", nil},
	{13, "mia", "send MSG-1 12", nil},
	{12, "tom", "update CA-10 two of five rule sets are through", nil},
	{11, "kemi", "report A supplier wrote of a new bank account. I called Ana Torres and then the supplier on the old number: it was false.", nil},
	{10, "grace", "event-incident EVT-1", map[string]string{"why": "A false invoice; nothing was paid"}},
	{10, "grace", "event-data EVT-1", map[string]string{"data": "no", "why": "An invoice and no personal data"}},
	{9, "jonas", "ack CA-8", nil},
	{8, "grace", "ack MSG-1", nil},
	{8, "sam", "ack MSG-1", nil},
	{8, "lena", "ack MSG-1", nil},
	{8, "jon", "ack MSG-1", nil},
	{8, "amy", "ack MSG-1", nil},
	{8, "mia", "ack MSG-1", nil},
	{8, "kemi", "ack MSG-1", nil},
	{8, "daniel", "ack MSG-1", nil},
	{8, "amy", "update CA-14 half of the folders are done", nil},
	{7, "priya", "ack MSG-1", nil},
	{7, "tom", "ack MSG-1", nil},
	{7, "jonas", "ack MSG-1", nil},
	{7, "ana", "ack MSG-1", nil},
	{7, "mia", "broadcast to everyone | Two fake invoices, both stopped | Two fake invoices reached us this month. Both were stopped: Finance noticed a new bank account and phoned the supplier on the number we already had.\n\nIf a bank detail changes, call first. | ack by {+2}", nil},
	{7, "mia", "send MSG-2 12", nil},
	{7, "grace", "event-close EVT-1", map[string]string{"change": "bank details now need a call to the number we already have"}},
	{6, "tom", "stuck CA-10 the vendor has not sent the export yet", nil},
	{6, "jonas", "report anonymously The door of the server room is kept open in the mornings, with a box", nil},
	{5, "kemi", "done CA-7 The list is printed and locked away: https://wiki.harbour.example/finance/phone-list", nil},
	{4, "jon", "update CA-9 book ordered", nil},
	{3, "jon", "stuck TSK-8 waits for Facilities", nil},
	{2, "priya", "update CA-12 test plan written, machine ordered", nil},
	{2, "grace", "ack MSG-2", nil},
	{2, "kemi", "ack MSG-2", nil},
	{2, "priya", "ack MSG-2", nil},
	{2, "grace", "event-ask EVT-2", map[string]string{"question": "On which floor was it?"}},
	{2, "grace", "event-data EVT-2", map[string]string{"data": "no", "why": "A door; nothing was taken"}},
	{1, "amy", "ack MSG-2", nil},
	{1, "jonas", "ack MSG-2", nil},
	{1, "jonas", "question MSG-2 Which supplier was it?", nil},
	{1, "amy", "update TSK-7 done by Wednesday", nil},
	{1, "priya", "extend CA-12 {+11} The supplier's engineer can only come then.", nil},
}

// demoCampaign is a phishing test whose results are brought in so many days
// before the demo opens.
type demoCampaign struct {
	days       int
	file, name string
}

// The first is too old to write to anybody when its results come.
var demoCampaigns = []demoCampaign{{40, "phishing-parcel.csv", "Parcel held at customs"}, {2, "phishing-invoice.csv", "Invoice from a new account"}}

// seed fills an empty database with an example organisation as it stands at
// now: imported as any other, and played by the bot itself for the last two
// weeks, so that the messages of the coming morning wait and nothing older
// does. It sets the bot's clock while it runs; nothing else may use the bot.
func seed(ctx context.Context, db *storage.DB, b *bot.Bot, now time.Time) error {
	clock := b.Now
	defer func() { b.Now = clock }()
	s := &seeding{ctx: ctx, db: db, b: b, cal: &b.Organisation.Calendar}
	s.today = s.cal.Today(now)
	if err := s.bring(); err != nil {
		return fmt.Errorf("make the example organisation: %w", err)
	}
	for days := demoInstalled + demoPlayed; days > 0; days-- { // what falls on a day off is said before it
		if err := s.play(days); err != nil {
			return fmt.Errorf("play the example organisation, %d days ago: %w", days, err)
		}
	}
	return nil
}

// seeding is the making of the example organisation.
type seeding struct {
	ctx   context.Context
	db    *storage.DB
	b     *bot.Bot
	cal   *isms.Calendar
	today isms.Date
	said  int
}

// at sets the clock so long after the opening of a day.
func (s *seeding) at(day isms.Date, after time.Duration) {
	t := s.cal.Opening(day).Add(after)
	s.b.Now = func() time.Time { return t }
}

// bring imports the files as an operator would, and gives everybody an account
// in the playground before there is something to tell them.
func (s *seeding) bring() error {
	dir, err := os.MkdirTemp("", "ismsbot-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	first := s.cal.OnOrBefore(s.today.Add(-demoInstalled))
	s.at(first, 0)
	if err := s.importFiles(dir, "people.csv"); err != nil {
		return err
	}
	err = s.db.Tx(s.ctx, func(tx *storage.Tx) error {
		all, err := tx.AllPeople()
		for _, p := range all {
			if _, err := tx.Bind(chat.Account{Platform: playground.Platform, ID: p.Email}, p.ID); err != nil {
				return err
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := s.importFiles(dir, "audits.csv", "findings.csv", "actions.csv", "tasks.csv"); err != nil {
		return err
	}
	s.at(first, time.Hour)
	return s.b.Deliver(s.ctx)
}

func (s *seeding) importFiles(dir string, names ...string) error {
	paths, err := s.files(dir, names...)
	if err != nil {
		return err
	}
	var said bytes.Buffer
	if err := s.b.ImportFiles(s.ctx, &said, paths, "auto", false); err != nil {
		return fmt.Errorf("%w:\n%s", err, said.String())
	}
	return nil
}

// files writes the named ones with their dates.
func (s *seeding) files(dir string, names ...string) (paths []string, err error) {
	for _, name := range names {
		data, err := fs.ReadFile(demoFiles, "demo/"+name)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(demoDates(string(data), s.today, s.cal)), 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// campaigns brings in the results that come on the day.
func (s *seeding) campaigns(day isms.Date) error {
	for _, c := range demoCampaigns {
		if s.cal.OnOrBefore(s.today.Add(-c.days)) != day {
			continue
		}
		dir, err := os.MkdirTemp("", "ismsbot-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		paths, err := s.files(dir, c.file)
		if err != nil {
			return err
		}
		var said bytes.Buffer
		if err := s.b.ImportCampaign(s.ctx, &said, paths[0], c.name, isms.Date{}, "auto", false); err != nil {
			return fmt.Errorf("%w:\n%s", err, said.String())
		}
	}
	return nil
}

// play lets a day pass: the bot looks and delivers in the morning and in the
// afternoon, when it is morning in New York, and people answer in between.
func (s *seeding) play(days int) error {
	day := s.today.Add(-days)
	if !s.cal.WorkingDay(day) {
		return nil
	}
	if err := s.tick(day, 5*time.Minute, days); err != nil {
		return err
	}
	s.at(day, 2*time.Hour)
	if err := s.answers(day); err != nil {
		return err
	}
	if err := s.campaigns(day); err != nil {
		return err
	}
	return s.tick(day, 6*time.Hour, days)
}

func (s *seeding) tick(day isms.Date, after time.Duration, days int) error {
	if days > demoPlayed {
		return nil
	}
	s.at(day, after)
	for _, step := range []func(context.Context) error{s.b.Remind, s.b.Clock, s.b.Spread, s.b.AnchorDaily, s.b.Deliver} {
		if err := step(s.ctx); err != nil {
			return err
		}
	}
	return nil
}

// answers are what people say on the day; words for a day off were said on the
// working day before it.
func (s *seeding) answers(day isms.Date) error {
	for _, w := range demoHistory {
		if s.cal.OnOrBefore(s.today.Add(-w.days)) != day {
			continue
		}
		s.said++
		from := chat.Account{Platform: playground.Platform, ID: w.who + "@harbour.example"}
		in := chat.Invocation{ID: "demo-" + strconv.Itoa(s.said), From: from, Kind: chat.Typed, Private: true,
			Text: demoDates(w.text, s.today, s.cal), Where: chat.Address{Platform: playground.Platform, To: from.ID}}
		if w.fields != nil {
			in.Kind, in.Fields = chat.Submitted, w.fields
		}
		_, err := s.b.Handle(s.ctx, in)
		if err != nil {
			return fmt.Errorf("%.12q: %w", w.text, err)
		}
	}
	return nil
}

var demoDate = regexp.MustCompile(`\{([+-]\d+)([wm]?)\}`)

// demoDates replaces {+3}, {-6w} and {+2m} by the date so many days, weeks or
// months from today, moved on to a working day: back for what is past, ahead
// for what is to come.
func demoDates(text string, today isms.Date, cal *isms.Calendar) string {
	return demoDate.ReplaceAllStringFunc(text, func(cell string) string {
		m := demoDate.FindStringSubmatch(cell)
		n, err := strconv.Atoi(m[1])
		if err != nil {
			return cell
		}
		d := today.Add(n)
		switch m[2] {
		case "w":
			d = today.Add(7 * n)
		case "m":
			d = today.AddMonths(n)
		}
		if strings.HasPrefix(m[1], "-") {
			return cal.OnOrBefore(d).String()
		}
		return cal.OnOrAfter(d).String()
	})
}
