package bot_test

import (
	"strings"
	"testing"
	"time"

	"ismsbot/bot"
	"ismsbot/bot/bottest"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
	"ismsbot/storage"
)

// desk is a bot with a real database and nobody in it, on Mon 16 March 2026.
type desk struct {
	*bottest.House
	t     *testing.T
	path  string
	db    *storage.DB
	slack *chattest.Messenger
	now   time.Time
}

func newDesk(t *testing.T, change ...func(*bot.Config)) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)}
	d.House = bottest.New(t, func() time.Time { return d.now }, append([]func(*bot.Config){britain}, change...)...)
	d.path, d.db, d.slack = d.Path, d.DB, d.Slack
	return d
}

const (
	peopleCSV  = bottest.PeopleCSV
	actionsCSV = bottest.ActionsCSV
)

func (d *desk) file(name, content string) string {
	d.t.Helper()
	return bottest.File(d.t, name, content)
}

func (d *desk) bring(name, content string) string {
	d.t.Helper()
	return bottest.Bring(d.t, d, name, content)
}

func (d *desk) staffed() *desk { d.t.Helper(); bottest.Staff(d.t, d); return d }

func (d *desk) view(f func(*storage.Tx) error) { d.t.Helper(); d.View(f) }

func (d *desk) item(id string) *storage.Record { d.t.Helper(); return d.Item(id) }

func (d *desk) person(email string) *storage.Profile { d.t.Helper(); return d.ByEmail(email) }

// types has somebody type a command in Slack.
func (d *desk) types(account, text string) chat.Reply {
	d.t.Helper()
	return d.Do(chat.Invocation{From: chat.Account{Platform: "slack", ID: account}, Kind: chat.Typed, Text: text, Private: true,
		Where: chat.Address{Platform: "slack", To: account}})
}

// events are the journal's kinds and data, beside the bot.
func (d *desk) events() (kinds, data []string) {
	d.t.Helper()
	for _, e := range d.Events() {
		kind, x, _ := strings.Cut(e, " ")
		kinds, data = append(kinds, kind), append(data, x)
	}
	return kinds, data
}

func (d *desk) count(kind string) (n int) {
	kinds, _ := d.events()
	for _, k := range kinds {
		if k == kind {
			n++
		}
	}
	return n
}

func (d *desk) intact() { d.t.Helper(); d.Intact() }
