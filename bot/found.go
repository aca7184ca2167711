package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// What counts as a peak: so much due in one week, of all or of one person.
const (
	peakOfAll = 5
	peakOfOne = 3
)

// maxPeaks is how many peaks of each sort are named, the highest first.
const maxPeaks = 3

// discovery is something about the register that somebody should look at. Its
// key names the sentences found.<key> and found.<key>_next.
type discovery struct {
	key    string
	items  []isms.ItemID
	person isms.PersonID
	day    isms.Date // a week's Monday
	people int
}

// discover looks through everything that is open, what matters most first.
func (b *Bot) discover(tx *storage.Tx) ([]discovery, error) {
	people, err := b.crowdIn(tx)
	if err != nil {
		return nil, err
	}
	all, err := tx.AllItems()
	if err != nil {
		return nil, err
	}
	s := &search{b: b, people: people, now: b.Now(), byKey: map[string]*discovery{}, weeks: map[week][]isms.ItemID{}, unreached: map[isms.PersonID]bool{}}
	for _, it := range all {
		if it.IsOpen() {
			s.look(&it.Item)
		}
	}
	return s.results(), nil
}

// week is one person's week, or everybody's for nobody.
type week struct {
	monday isms.Date
	person isms.PersonID
}

type search struct {
	b         *Bot
	people    *isms.People
	now       time.Time
	byKey     map[string]*discovery
	weeks     map[week][]isms.ItemID
	unreached map[isms.PersonID]bool
}

func (s *search) add(key string, it *isms.Item) *discovery {
	d := s.byKey[key]
	if d == nil {
		d = &discovery{key: key}
		s.byKey[key] = d
	}
	d.items = append(d.items, it.ID)
	return d
}

// look sorts one open item. A finding needs no owner and no date: the actions
// that answer it have them.
func (s *search) look(it *isms.Item) {
	owner := s.people.Get(it.Owner)
	switch {
	case owner == nil && it.ID.Kind != isms.Finding:
		s.add("unowned", it)
	case owner != nil && owner.Left:
		s.add("left", it)
	case owner != nil && !s.reached(owner, it):
		s.unreached[owner.ID] = true
		s.add("unreached", it).people = len(s.unreached)
	}
	if it.Due.IsZero() {
		if it.ID.Kind != isms.Finding {
			s.add("undated", it)
		}
		return
	}
	cal := s.b.calendar(owner)
	if it.Due.Before(cal.Today(s.now)) {
		s.add("late", it)
		return
	}
	if !cal.WorkingDay(it.Due) {
		s.add("day_off", it)
	}
	sinceMonday := (int(it.Due.Weekday()) + 6) % 7
	monday := it.Due.Add(-sinceMonday)
	s.weeks[week{monday, 0}] = append(s.weeks[week{monday, 0}], it.ID)
	if owner != nil && !owner.Left {
		s.weeks[week{monday, owner.ID}] = append(s.weeks[week{monday, owner.ID}], it.ID)
	}
}

// reached tells whether the owner or a deputy has an account that takes messages.
func (s *search) reached(owner *isms.Person, it *isms.Item) bool {
	for _, id := range []isms.PersonID{owner.ID, it.Deputy, owner.Deputy} {
		if p := s.people.Get(id); p != nil && p.Reachable && !p.Left {
			return true
		}
	}
	return false
}

func (s *search) results() []discovery {
	var out []discovery
	take := func(keys ...string) {
		for _, k := range keys {
			if d := s.byKey[k]; d != nil {
				out = append(out, *d)
			}
		}
	}
	take("unowned", "left", "unreached", "late")
	out = append(out, s.peaks(peakOfAll, "peak", s.ofSeveral)...)
	out = append(out, s.peaks(peakOfOne, "peak_person", func(w week) bool { return w.person != 0 })...)
	take("day_off", "undated")
	return out
}

// ofSeveral tells whether the week is everybody's and not one person's alone,
// of whom the peak is told.
func (s *search) ofSeveral(w week) bool {
	if w.person != 0 {
		return false
	}
	for _, p := range s.people.All() {
		if len(s.weeks[week{w.monday, p.ID}]) == len(s.weeks[w]) {
			return false
		}
	}
	return true
}

// peaks are the fullest weeks, at most maxPeaks of them.
func (s *search) peaks(least int, key string, of func(week) bool) []discovery {
	var out []discovery
	for w, items := range s.weeks {
		if of(w) && len(items) >= least {
			out = append(out, discovery{key: key, items: items, person: w.person, day: w.monday})
		}
	}
	slices.SortFunc(out, func(x, y discovery) int {
		return cmp.Or(len(y.items)-len(x.items), x.day.Sub(y.day), cmp.Compare(x.person, y.person))
	})
	return out[:min(len(out), maxPeaks)]
}

// discovered puts a discovery into words, with the next step.
func (r reader) discovered(d discovery) Finding {
	ids := make([]string, len(d.items))
	for i, id := range d.items {
		ids[i] = id.String()
	}
	const shown = 4
	named := strings.Join(ids[:min(shown, len(ids))], ", ")
	if more := len(ids) - shown; more > 0 {
		named = r.say.Count("found.more", more, "ids", named)
	}
	pairs := []any{"ids", named, "id", ids[0], "people", d.people, "name", r.people.Name(d.person), "day", r.day(d.day)}
	return Finding{Text: r.say.Count("found."+d.key, len(d.items), pairs...), Next: r.say.Say("found."+d.key+"_next", pairs...)}
}

// found is what the operator reads: in English, as everything in a terminal.
func (b *Bot) found(tx *storage.Tx) ([]Finding, error) {
	all, err := b.discover(tx)
	if err != nil {
		return nil, err
	}
	people, err := b.crowdIn(tx)
	if err != nil {
		return nil, err
	}
	r := b.reader(nil, people)
	r.say = voice.For("en")
	var out []Finding
	for _, d := range all {
		out = append(out, r.discovered(d))
	}
	return out, nil
}

// TellFound sends what an import found and nobody could be told: the command
// that imports speaks to no platform, and after a first import nobody has an
// account. It may be called as often as one likes.
func (b *Bot) TellFound(ctx context.Context) error {
	var round string
	err := b.DB.View(ctx, func(tx *storage.Tx) (err error) {
		round, err = tx.Meta(foundMeta)
		return err
	})
	if err == nil && round != "" {
		err = b.DB.Tx(ctx, b.tellFoundLater)
	}
	if err != nil {
		return fmt.Errorf("tell what an import found: %w", err)
	}
	return nil
}

// foundMeta keeps the round of "What I found" that no ISMS manager was told yet.
const foundMeta = "found"

// tellFound begins a round: every ISMS manager reads once what an import shows.
func (b *Bot) tellFound(tx *storage.Tx) error {
	head, err := tx.Head()
	if err != nil {
		return err
	}
	if err := tx.SetMeta(foundMeta, fmt.Sprintf("found/%d", head.Seq)); err != nil {
		return err
	}
	return b.tellFoundLater(tx)
}

// tellFoundLater sends what waits to the ISMS managers who can be reached by
// now. The round ends with the first who is told.
func (b *Bot) tellFoundLater(tx *storage.Tx) error {
	round, err := tx.Meta(foundMeta)
	if err != nil || round == "" {
		return err
	}
	all, err := b.discover(tx)
	if err != nil {
		return err
	}
	people, err := b.crowdIn(tx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return tx.SetMeta(foundMeta, "")
	}
	told := false
	for _, p := range people.With(isms.ISMSManager) {
		card := b.reader(p, people).foundCard(all)
		id, err := b.enqueue(tx, post{key: fmt.Sprintf("%s/%d", round, p.ID), class: classRequest, to: p, what: content{View: viewCard, Card: card}})
		if err != nil {
			return err
		}
		told = told || id != 0
	}
	if !told {
		return nil
	}
	return tx.SetMeta(foundMeta, "")
}

// foundCard is "What I found" for one ISMS manager.
func (r reader) foundCard(all []discovery) *chat.Card {
	list := chat.List{More: max(0, len(all)-maxRows)}
	for _, d := range all[:min(len(all), maxRows)] {
		f := r.discovered(d)
		list.Rows = append(list.Rows, chat.Row{Title: f.Text, Note: f.Next})
	}
	return &chat.Card{
		Summary:  r.say.Count("found.summary", len(all)),
		Language: r.say.Language(),
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: r.say.Say("found.title")},
			list,
			chat.Buttons{Shown: []chat.Button{r.button("found.button_overdue", "overdue"), r.button("found.button_due", "due 30d")}},
		},
	}
}
