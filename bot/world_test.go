package bot_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/bottest"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// world is an organisation at work for a while: a bot on a real database, one
// platform or more that keep what they are sent, and people who answer. It
// runs inside a synctest bubble, where sleeping is free; the clock is time.Now.
type world struct {
	t      testing.TB
	bot    *bot.Bot
	db     *storage.DB
	path   string
	config bot.Config
	slack  *chattest.Messenger
	log    bytes.Buffer
	ids    map[string]isms.PersonID
	calls  int
}

func newWorld(t testing.TB, change ...func(*bot.Config)) *world {
	t.Helper()
	w := &world{t: t, path: bottest.Empty(t), slack: &chattest.Messenger{}, ids: map[string]isms.PersonID{}}
	w.config = bottest.Config(w.slack, time.Now)
	w.config.Log = slog.New(slog.NewTextHandler(&w.log, nil))
	for _, f := range change {
		f(&w.config)
	}
	w.start()
	return w
}

// start begins a process on the database, as serve does.
func (w *world) start() {
	w.t.Helper()
	w.db, w.bot = w.process()
	if err := w.bot.Recover(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// process opens the database once more, for a second bot beside the first.
func (w *world) process() (*storage.DB, *bot.Bot) {
	w.t.Helper()
	db, err := storage.Open(context.Background(), w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	c := w.config
	c.DB = db
	b, err := bot.New(c)
	if err != nil {
		w.t.Fatal(err)
	}
	return db, b
}

// stop ends the process; call it before the bubble ends.
func (w *world) stop() {
	w.t.Helper()
	if err := w.db.Close(); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) write(f func(*storage.Tx) error) {
	w.t.Helper()
	if err := w.db.Tx(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(f func(*storage.Tx) error) {
	w.t.Helper()
	if err := w.db.View(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
}

// person adds somebody in a zone, reached on Slack under their name.
func (w *world) person(name, zone string, change ...func(*storage.Profile)) isms.PersonID {
	w.t.Helper()
	p := &storage.Profile{Person: isms.Person{Name: name, Email: strings.ToLower(name) + "@example.com"}, FileZone: zone}
	for _, f := range change {
		f(p)
	}
	w.write(func(tx *storage.Tx) error {
		if err := tx.SavePerson(p); err != nil {
			return err
		}
		_, err := tx.Bind(chat.Account{Platform: "slack", ID: name}, p.ID)
		return err
	})
	w.ids[name] = p.ID
	return p.ID
}

// reports makes a person report to another.
func (w *world) reports(to string) func(*storage.Profile) {
	return func(p *storage.Profile) { p.Manager = w.ids[to] }
}

func role(r isms.Role) func(*storage.Profile) {
	return func(p *storage.Profile) { p.Roles = append(p.Roles, r) }
}

// item adds something open.
func (w *world) item(kind isms.Kind, owner, due string, change ...func(*isms.Item)) isms.ItemID {
	w.t.Helper()
	it := &storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: kind}, Title: "Something to do", Owner: w.ids[owner], Due: date(w.t, due), Status: isms.Open}}
	for _, f := range change {
		f(&it.Item)
	}
	if it.Repeat != "" {
		it.SeriesStart = it.Due
	}
	w.write(func(tx *storage.Tx) error {
		if err := tx.SaveItem(it); err != nil {
			return err
		}
		return tx.LookAtEverybody()
	})
	return it.ID
}

// says has a person type a command and gives the answer in plain text.
func (w *world) says(name, text string) string {
	w.t.Helper()
	w.calls++
	reply, err := w.bot.Handle(context.Background(), chat.Invocation{
		ID: fmt.Sprintf("call-%d-%d", w.calls, time.Now().UnixNano()), From: chat.Account{Platform: "slack", ID: name}, Text: text, Private: true})
	if err != nil {
		w.t.Fatalf("%s says %q: %v\n%s", name, text, err, w.log.String())
	}
	if reply.Card == nil {
		return ""
	}
	return reply.Card.Text()
}

// submits has a person send a form off.
func (w *world) submits(name, text string, fields ...string) {
	w.t.Helper()
	w.calls++
	in := chat.Invocation{ID: fmt.Sprint("form ", w.calls), From: chat.Account{Platform: "slack", ID: name}, Kind: chat.Submitted, Text: text, Private: true, Fields: bottest.Fields(fields...)}
	if reply, err := w.bot.Handle(context.Background(), in); err != nil || len(reply.Errors) > 0 {
		w.t.Fatalf("%s sends %q: %v %v", name, text, reply.Errors, err)
	}
}

// tick is what the scheduler does.
func (w *world) tick() {
	w.t.Helper()
	if err := w.bot.Remind(context.Background()); err != nil {
		w.t.Fatal(err)
	}
	w.deliver()
}

func (w *world) deliver() {
	w.t.Helper()
	if err := w.bot.Deliver(context.Background()); err != nil {
		w.t.Fatal(err)
	}
}

// until sleeps to the instant, ticking in between.
func (w *world) until(at time.Time, every time.Duration) {
	w.t.Helper()
	for time.Now().Before(at) {
		w.tick()
		time.Sleep(min(every, time.Until(at)))
	}
	w.tick()
}

// at sleeps to the instant without ticking.
func (w *world) at(s string) {
	w.t.Helper()
	at := bottest.Time(w.t, s)
	if at.Before(time.Now()) {
		w.t.Fatalf("%s is over", s)
	}
	time.Sleep(time.Until(at))
}

// rows asks the database itself.
func (w *world) rows(query string, args ...any) []string {
	w.t.Helper()
	return (&bottest.Store{T: w.t, Path: w.path}).Column(query, args...)
}

// exec changes the database behind the bot's back.
func (w *world) exec(query string, args ...any) {
	w.t.Helper()
	raw, err := sql.Open("sqlite", w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec(query, args...); err != nil {
		w.t.Fatal(err)
	}
}

// told are the lines that reached a person, oldest first: "CA-1 2000-03-20 late-2".
func (w *world) told(name string) []string {
	w.t.Helper()
	return w.rows(`SELECT CASE r.kind WHEN 'action' THEN 'CA-' WHEN 'task' THEN 'TSK-' WHEN 'audit' THEN 'AUD-' ELSE 'FND-' END || r.n || ' ' || r.due || ' ' || r.stage
		FROM reminders r JOIN deliveries d ON d.id = r.delivery
		WHERE r.state = 'told' AND d.state = 'sent' AND r.person = $1 ORDER BY d.sent_at, r.rowid`, int64(w.ids[name]))
}

// states are the deliveries to a person with their state, oldest first.
func (w *world) states(name string) []string {
	w.t.Helper()
	return w.rows("SELECT class || ' ' || state || ' ' || error FROM deliveries WHERE person = $1 ORDER BY id", int64(w.ids[name]))
}
