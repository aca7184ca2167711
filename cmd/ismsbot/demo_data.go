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
	if days <= demoPlayed {
		if err := s.tick(day, 5*time.Minute, s.b.Remind, s.b.Clock, s.b.Spread, s.b.AnchorDaily, s.b.Deliver); err != nil {
			return err
		}
	}
	s.at(day, 2*time.Hour)
	before := s.said
	if err := s.answers(day); err != nil {
		return err
	}
	if err := s.campaigns(day); err != nil {
		return err
	}
	switch {
	case days <= demoPlayed:
		return s.tick(day, 6*time.Hour, s.b.Remind, s.b.Clock, s.b.Spread, s.b.AnchorDaily, s.b.Deliver)
	case s.said > before: // broadcasts went out; nobody was reminded yet
		return s.tick(day, 6*time.Hour, s.b.Spread, s.b.Deliver)
	}
	return nil
}

func (s *seeding) tick(day isms.Date, after time.Duration, steps ...func(context.Context) error) error {
	s.at(day, after)
	for _, step := range steps {
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
		for _, who := range strings.Fields(w.who) {
			if err := s.say(who, w); err != nil {
				return fmt.Errorf("%.12q: %w", w.text, err)
			}
		}
	}
	return nil
}

func (s *seeding) say(who string, w demoWords) error {
	s.said++
	text, err := s.planned(demoDates(w.text, s.today, s.cal))
	if err != nil {
		return err
	}
	from := chat.Account{Platform: playground.Platform, ID: who + "@harbour.example"}
	in := chat.Invocation{ID: "demo-" + strconv.Itoa(s.said), From: from, Kind: chat.Typed, Private: true,
		Text: text, Where: chat.Address{Platform: playground.Platform, To: from.ID}}
	if w.fields != nil {
		in.Kind, in.Fields = chat.Submitted, map[string]string{}
		for name, value := range w.fields {
			in.Fields[name] = demoDates(value, s.today, s.cal)
		}
	}
	_, err = s.b.Handle(s.ctx, in)
	return err
}

var demoPlan = regexp.MustCompile(`\{plan:([a-z]+)\}`)

// planned replaces {plan:poster} by the id of that task: the built-in year is
// numbered by its dates.
func (s *seeding) planned(text string) (string, error) {
	m := demoPlan.FindStringSubmatch(text)
	if m == nil {
		return text, nil
	}
	err := s.db.View(s.ctx, func(tx *storage.Tx) error {
		all, err := tx.PlanItems()
		for _, p := range all {
			if p.Kind == m[1] {
				text = strings.Replace(text, m[0], p.ID.String(), 1)
			}
		}
		return err
	})
	return text, err
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
