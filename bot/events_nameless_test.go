package bot_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// counted is a Metrics that keeps what it is told.
type counted struct{ verbs []string }

func (c *counted) Invocation(verb, _ string, _ time.Duration) { c.verbs = append(c.verbs, verb) }
func (c *counted) Delivery(string, string)                    {}
func (c *counted) Reminder(int)                               {}

// whistle is a house in which somebody reports without a name. Their account,
// their number among the people, the ids of what they send and the time at
// which they do so stand nowhere else.
type whistle struct {
	*house
	log     bytes.Buffer
	counted counted
	before  map[string]bool // the rows that were there
	code    string
}

const (
	whistleAccount = "UWHISTLE77"
	whistlePerson  = isms.PersonID(714273)
	whistleEvent   = "Ev0WHISTLE"
)

var whistleAt = time.Date(2026, 3, 16, 13, 47, 21, 653_000_000, time.UTC)

func newWhistle(t *testing.T) *whistle {
	t.Helper()
	w := &whistle{}
	w.house = newReports(t, func(c *bot.Config) {
		c.Log, c.Metrics = slog.New(slog.NewTextHandler(&w.log, &slog.HandlerOptions{Level: slog.LevelDebug})), &w.counted
	})
	raw, err := sql.Open("sqlite", w.path)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("INSERT INTO people (id, email, name) VALUES ($1, 'rosa@example.com', 'Rosa Lind')", whistlePerson); err != nil {
		t.Fatal(err)
	}
	w.write(func(tx *storage.Tx) error {
		if _, err := tx.Bind(chat.Account{Platform: "slack", ID: whistleAccount}, whistlePerson); err != nil {
			return err
		}
		return tx.SetGreeted(whistlePerson)
	})
	w.before = map[string]bool{}
	for _, r := range w.rows() {
		w.before[r] = true
	}
	w.now = whistleAt
	return w
}

// does sends something as the reporter.
func (w *whistle) does(id string, kind chat.Kind, text string, fields ...string) chat.Reply {
	w.t.Helper()
	in := chat.Invocation{ID: whistleEvent + id, From: chat.Account{Platform: "slack", ID: whistleAccount}, Kind: kind, Text: text, Private: true}
	if len(fields) > 0 {
		in.Fields = map[string]string{}
	}
	for i := 0; i < len(fields); i += 2 {
		in.Fields[fields[i]] = fields[i+1]
	}
	reply, err := w.Handle(context.Background(), in)
	if err != nil {
		w.t.Fatal(err)
	}
	return reply
}

// rows are all rows of all tables, as "table|column=value|…".
func (w *whistle) rows() (out []string) {
	w.t.Helper()
	raw, err := sql.Open("sqlite", w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	defer raw.Close()
	for _, table := range w.column("SELECT name FROM sqlite_master WHERE type = 'table'") {
		rows, err := raw.Query("SELECT * FROM " + table)
		if err != nil {
			w.t.Fatal(err)
		}
		columns, err := rows.Columns()
		if err != nil {
			w.t.Fatal(err)
		}
		values, dest := make([]any, len(columns)), make([]any, len(columns))
		for i := range dest {
			dest[i] = &values[i]
		}
		for rows.Next() {
			if err := rows.Scan(dest...); err != nil {
				w.t.Fatal(err)
			}
			line := table
			for i, c := range columns {
				line += fmt.Sprintf("|%s=%v", c, values[i])
			}
			out = append(out, line)
		}
		rows.Close()
	}
	return out
}

// traceless fails where something new in the database, in the log or in the
// counts says who it was or when.
func (w *whistle) traceless(when ...time.Time) {
	w.t.Helper()
	marks := []string{whistleAccount, fmt.Sprint(int64(whistlePerson)), whistleEvent, "rosa@", "Rosa"}
	for _, at := range append(when, whistleAt) {
		marks = append(marks, fmt.Sprint(at.UnixMilli()), fmt.Sprint(at.Unix()), at.Format("15:04"), at.In(time.FixedZone("", 3600)).Format("15:04"))
	}
	for _, row := range w.rows() {
		if w.before[row] {
			continue
		}
		for _, mark := range marks {
			if strings.Contains(row, mark) {
				w.t.Errorf("a row holds %q: %s", mark, row)
			}
		}
	}
	for _, mark := range marks {
		if strings.Contains(w.log.String(), mark) {
			w.t.Errorf("the log holds %q: %s", mark, &w.log)
		}
	}
	if len(w.counted.verbs) > 0 {
		w.t.Errorf("counted: %v", w.counted.verbs)
	}
	for _, ending := range []string{"", "-wal"} { // what was deleted may still stand there
		raw, err := os.ReadFile(w.path + ending)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, mark := range []string{whistleEvent, whistleAt.Format("15:04:05"), w.code, strings.ReplaceAll(w.code, "-", "")} {
			if mark != "" && bytes.Contains(raw, []byte(mark)) {
				w.t.Errorf("the file %q holds %q", ending, mark)
			}
		}
		var at [8]byte
		for i := range at {
			at[i] = byte(whistleAt.UnixMilli() >> (8 * (7 - i)))
		}
		if bytes.Contains(raw, at[2:]) { // as SQLite writes it
			w.t.Errorf("the file %q holds the time, %s", ending, hex.EncodeToString(at[2:]))
		}
	}
}

var codeShape = regexp.MustCompile(`report ([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})`)

// reports sends an anonymous report by the form.
func (w *whistle) reports() string {
	w.t.Helper()
	got := text(w.does("1", chat.Submitted, "report", "what", "My manager reads other people's mail", "noticed", "2026-03-12", "anonymous", "yes"))
	m := codeShape.FindStringSubmatch(got)
	if m == nil {
		w.t.Fatalf("there is no code in %s", got)
	}
	w.code = m[1]
	return got
}

func TestAnAnonymousReportLeavesNoTraceOfWhoAndWhen(t *testing.T) {
	w := newWhistle(t)
	w.does("0", chat.Typed, "report") // which opens the form
	w.does("00", chat.Pressed, "report")
	w.does("000", chat.Pressed, "report MSG-5: …") // the button under a broadcast
	says(t, w.reports(), "Thank you, that helps. EVT-1 reaches Grace at the next full hour, without your name and without the time. The answer will be here by Tue 17 Mar")
	w.traceless()
	says(t, text(w.does("2", chat.Typed, "report "+w.code)), "No answer yet. Grace answers by Tue 17 Mar.")
	says(t, text(w.does("3", chat.Typed, "report "+w.code+" it was on Thursday")), "Thank you. Grace has your words about EVT-1 from the next full hour on")
	says(t, text(w.does("4", chat.Submitted, "report "+w.code, "words", "and on Friday")), "Thank you")
	if r := w.does("5", chat.Pressed, "report "+w.code+" …"); r.Form == nil {
		t.Errorf("no form for more words: %+v", r)
	}
	for i, refused := range []string{"report anonymously " + strings.Repeat("x", 3001), "report K7WM-4RXT-9QAA", "report K7WM-4RXT-9QA hello", "report K7WM4RXT9QAA"} {
		if got := text(w.does(fmt.Sprint("r", i), chat.Typed, refused)); !strings.Contains(got, "Nothing was changed") {
			t.Errorf("%s: %s", refused, got)
		}
	}
	w.traceless()
	if w.seq() != 0 {
		t.Errorf("before the hour is over the journal has %v", w.events())
	}
	w.at("2026-03-16 13:59").clock()
	if w.sent("grace") != 0 {
		t.Error("it was told before the hour was over")
	}
	w.at("2026-03-16 14:00").clock()
	m := w.last("grace").Card.Text()
	says(t, w.slack.SentTo(account("ola").ID)[0].Card.Text(), "My manager reads other people's mail", "Mon 16 Mar, without a name", "Noticed: Thu 12 Mar", "provisional, from the report on Mon 16 Mar, 00:00")
	says(t, m, "Somebody without a name adds to", "and on Friday")
	w.traceless()
	w.intact()
}

func TestAnAnonymousReporterReadsTheAnswersByTheirCode(t *testing.T) {
	w := newWhistle(t)
	w.reports()
	w.at("2026-03-16 15:00").clock()
	w.submits("grace", "event-ask EVT-1", "", "question", "Whose mail?")
	w.submits("grace", "event-incident EVT-1", "", "why", "We look at the logs")
	for _, typed := range []string{w.code, strings.ToLower(w.code), strings.ReplaceAll(w.code, "-", " "), strings.ReplaceAll(w.code, "-", ""), "“" + w.code + "”", strings.ReplaceAll(w.code, "-", "–")} {
		says(t, text(w.does("x"+typed, chat.Typed, "report "+typed)), "Grace asks about your report EVT-1: Whose mail?", "is an incident and is being dealt with: We look at the logs.")
	}
	w.submits("ola", "event-data EVT-1", "", "data", "controller", "why", "mail")
	w.submits("ola", "event-notify EVT-1", "", "decision", "not", "why", "no risk")
	w.submits("grace", "event-close EVT-1", "", "change", "managers cannot open mailboxes any more")
	says(t, text(w.does("y", chat.Typed, "report "+w.code)), "led to a change: managers cannot open mailboxes any more. Thank you.")
	says(t, text(w.does("z", chat.Typed, "report "+w.code+" more")), "EVT-1 is closed already")
	if got := text(w.does("show", chat.Typed, "show EVT-1")); !strings.HasPrefix(got, "I cannot find EVT-1 among the things you can see.") {
		t.Errorf("by its number it is theirs: %s", got)
	}
	for _, d := range w.column("SELECT person || ' ' || address FROM deliveries") {
		if strings.Contains(d, whistleAccount) {
			t.Errorf("a message went to %s", d)
		}
	}
}

func TestAnAnonymousReportComesOnceAndItsHashGoes(t *testing.T) {
	w := newWhistle(t)
	w.reports()
	if r := w.does("1", chat.Submitted, "report", "what", "My manager reads other people's mail", "anonymous", "yes"); r.Card != nil {
		t.Errorf("again: %+v", r.Card)
	}
	if got := w.column("SELECT n FROM events"); len(got) != 1 {
		t.Errorf("%d events", len(got))
	}
	key := w.column("SELECT value FROM meta WHERE key = 'event_repeat_key'")
	hash := w.column("SELECT hash FROM event_repeats")
	w.at("2026-03-17 13:59").clock()
	if n := len(w.column("SELECT hash FROM event_repeats")); n != 1 {
		t.Errorf("within a day there are %d hashes", n)
	}
	w.at("2026-03-17 14:00").clock()
	if n := len(w.column("SELECT hash FROM event_repeats")) + len(w.column("SELECT value FROM meta WHERE key = 'event_repeat_key'")); n != 0 || len(key) != 1 {
		t.Errorf("after a day %d are left", n)
	}
	for _, ending := range []string{"", "-wal"} {
		raw, err := os.ReadFile(w.path + ending)
		if err != nil {
			t.Fatal(err)
		}
		for _, mark := range append(key, hash...) {
			if bytes.Contains(raw, []byte(mark)) {
				t.Errorf("the file %q still holds %q", ending, mark)
			}
		}
	}
}

func TestAFormThatSaysNothingOfTheNameIsAnonymous(t *testing.T) {
	w := newWhistle(t)
	says(t, text(w.does("1", chat.Submitted, "report", "what", "x")), "without your name")
	says(t, text(w.does("2", chat.Submitted, "report", "what", "y", "anonymous", "tampered")), "without your name")
	w.does("3", chat.Submitted, "report", "what", "", "anonymous", "yes")
	w.traceless()
}
