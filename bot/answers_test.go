package bot_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// script has everybody do everything once, and gives every reply.
func (h *house) script(words string) []chat.Reply {
	h.t.Helper()
	var out []chat.Reply
	keep := func(r chat.Reply) { out = append(out, r) }
	h.tick()
	digest := h.last("priya").Ref
	for _, line := range []string{
		"priya todo", "priya help", "priya who", "priya settings", "priya show CA-1", "priya due 60d", "priya ack CA-1", "priya ack CA-1", "priya update CA-1 " + words,
		"priya snooze CA-1 3d", "priya stuck CA-1 " + words, "priya extend CA-1 2026-03-27 " + words, "lena ask REQ-1 " + words, "lena pass REQ-1", "grace approve REQ-1",
		"grace undo", "grace reject REQ-1 " + words, "priya extend CA-1 2026-04-10 " + words, "lena approve REQ-2 2026-04-07", "tom done CA-1 " + words, "tom undo",
		"priya delegate CA-1 @Jon " + words, "jon delegate CA-1 @Klara " + words, "klara delegate CA-1 @Mia", "grace delegate CA-1 @Priya", "priya done TSK-1 https://wiki/" + words,
		"lena overdue", "grace overdue by department", "lena overdue excel", "lena nudge CA-2", "lena nudge CA-2", "lena share #general", "lena show CA-2", "lena due",
		"sam verify CA-4 fails " + words, "sam new action " + words, "grace new task " + words, "grace show A.8.13", "klara todo", "klara done TSK-3 " + words, "klara show TSK-3",
		"klara overdue", "klara " + words, "klara delegate CA-1 " + words, "klara show CA-99", "klara help extend", "klara help " + words, "klara undo", "klara settings",
		"mia show CA-1", "mia done CA-1 " + words, "nora approve REQ-1", "priya overdew", "priya extend CA-1 " + words, "sam approve REQ-1", "stranger todo", "grace edit CA-2",
		"lena overdue " + words, "priya show " + words, "priya undo " + words, "xaver show CA-1",
	} {
		who, says, _ := strings.Cut(line, " ")
		keep(h.says(who, says))
	}
	for _, press := range []string{"done CA-1", "extend CA-1", "delegate CA-1", "stuck CA-1", "snooze CA-1 1d", "show CA-1", "undo 1", "settings", "edit CA-1"} {
		keep(h.presses("priya", press, digest))
	}
	keep(h.submits("priya", "edit CA-1", digest, "title", words, "description", words))
	keep(h.submits("priya", "settings", "", "zone", words, "hours", words, "from", words))
	keep(h.submits("grace", "edit CA-2", "", "title", words, "owner", words, "due", words))
	keep(h.submits("grace", "edit CA-2", "", "title", words, "owner", "<@UTOM>", "due", "2026-05-01"))
	keep(h.do(chat.Invocation{From: account("lena"), Kind: chat.Opened}))
	h.write(func(tx *storage.Tx) error {
		return tx.SaveItem(&storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: words, Owner: h.id("jon"),
			Due: date(h.t, "2026-03-01"), Status: isms.Open, Source: words, EvidenceNeeded: words}})
	})
	_ = h.MemberChanged(h.t.Context(), chat.Member{Account: account("jon"), Email: "jon@example.com", Name: "Jon Reed", Gone: true})
	for range 12 {
		h.tick()
		h.now = h.now.AddDate(0, 0, 1)
	}
	return out
}

// The journal is evidence for ever: what can be asked to be forgotten stands
// beside it.
func TestTheJournalHoldsNoNamesNoAddressesAndNoWords(t *testing.T) {
	const words = "zebrafish Müller +49301234567"
	h := newHouse(t)
	h.script(words)
	events := h.events()
	if len(events) < 60 {
		t.Fatalf("only %d events", len(events))
	}
	all := strings.ToLower(strings.Join(events, "\n"))
	secrets := []string{"zebrafish", "müller", "4930", "@", "wiki", "payroll", "visitor", "archive", "finance", "it works", "overdew", "general"}
	for _, p := range household {
		for _, part := range strings.Fields(strings.ToLower(p[0])) {
			secrets = append(secrets, part, "u"+part)
		}
		secrets = append(secrets, strings.ToLower(p[1]))
	}
	words2 := regexp.MustCompile(`[\p{L}\d@+]+`).FindAllString(all, -1)
	seen := map[string]bool{}
	for _, w := range words2 {
		seen[w] = true
	}
	for _, s := range secrets {
		if s != "" && s != "it" && (seen[s] || len(s) > 5 && strings.Contains(all, s)) {
			t.Errorf("the journal holds %q", s)
		}
	}
	plain := regexp.MustCompile(`^([a-z_.0-9]*|[A-Z]{2,3}-\d+|\d{4}-\d\d-\d\d(T[0-9:.]+Z)?|[0-9a-f]{64}|slack|C?U?[A-Z]+|[a-z ]{1,20})$`)
	for _, e := range events {
		kind, data, _ := strings.Cut(e, " ")
		var fields map[string]any
		if err := json.Unmarshal([]byte(data), &fields); err != nil {
			t.Errorf("%s: %v", e, err)
		}
		for name, v := range fields {
			if s, ok := v.(string); ok && !plain.MatchString(s) {
				t.Errorf("%s.%s is %q", kind, name, s)
			}
		}
	}
	h.intact()
}

// leftovers are English words of the bot that no German text has.
var leftovers = regexp.MustCompile(`(?i)\b(the|you|your|and|is|are|late|owner|nobody|yet|open|item|items|because|until|changed|nothing|please|with|days|day|on it|stuck|answer|` +
	`acknowledged|evidence|minor|major|quarterly|yearly|monthly|internal.audit|external.audit|status|source|due|title|Mon|Tue|Wed|Thu|Sun|Dec|Oct|Mar)\b|“[^”]*”`)

// stays are German texts that look English, and what a person types.
var stays = regexp.MustCompile(`/isms [a-z]+( [A-Za-z0-9-]+)*|Status|ISMS|\b(todo|show|ack|done|update|extend|delegate|snooze|stuck|undo|overdue|due|approve|reject|verify|new|edit|settings|who|help) (ID|CA-12|A\.5\.18|\[|action)[^\n]*|` +
	`\bMit einem Link|Test the payroll backup|Visitor log at the back|Two people for a payment|Lock the archive|Check the finance share|Read the log|Round of the doors|a screenshot|Link\b|` +
	`(?m)^(todo|undo|who|settings|help|due|overdue|new|edit)\b[^:\n]*:|\b(zeigt|Zeigt) todo|Nutze (extend|delegate)|overdue eingeben|\bAm\b|verify [A-Z]+-\d+ (works|fails)|` +
	`done [A-Z]+-\d+ LINK|reject [A-Z]+-\d+ GRUND|ask [A-Z]+-\d+ FRAGE|action, task, audit|new action, new task oder new finding|share #kanal|Nutze|English`)

func TestAGermanPersonReadsGerman(t *testing.T) {
	h := newHouse(t)
	for _, p := range household {
		first, _, _ := strings.Cut(strings.ToLower(p[0]), " ")
		h.change(first, func(p *storage.Profile) { p.FileLanguage = "de" })
	}
	h.alter("CA-2", func(it *isms.Item) { it.Repeat, it.Source = "quarterly", "external_audit" })
	replies := h.script("Wörter")
	texts := map[string]string{}
	look := func(where string, c *chat.Card) {
		if c != nil {
			texts[where] = c.Summary + "\n" + c.Text()
			if c.Language != "de" {
				t.Errorf("%s is in %q", where, c.Language)
			}
		}
	}
	for i, r := range replies {
		where := fmt.Sprint("reply ", i)
		if r.Card != nil && strings.HasPrefix(r.Card.Summary, "I do not know you yet") {
			continue // a stranger, in the organisation's language
		}
		look(where, r.Card)
		look(where+" note", r.Note)
		if f := r.Form; f != nil {
			texts[where] = strings.Join([]string{f.Title, f.Submit, f.Cancel, f.Intro}, "\n")
			for _, in := range f.Inputs {
				texts[where] += "\n" + in.Label + "\n" + in.Hint
				for _, o := range in.Options {
					texts[where] += "\n" + o.Label
				}
			}
			if f.Language != "de" {
				t.Errorf("%s: the form is in %q", where, f.Language)
			}
		}
		for _, e := range r.Errors {
			texts[where] += "\n" + e
		}
	}
	for i, s := range h.slack.Sent() {
		look(fmt.Sprint("message ", i), &s.Card)
	}
	for where, got := range texts {
		if found := leftovers.FindString(stays.ReplaceAllString(got, "")); found != "" {
			t.Errorf("%s says %q in\n%s", where, found, got)
		}
		if strings.Contains(got, "‹") {
			t.Errorf("%s: a word is missing in\n%s", where, got)
		}
	}
}

func TestARefusalSaysThatNothingChangedAndWhereToGo(t *testing.T) {
	h := newHouse(t)
	h.says("jon", "todo")
	h.says("lena", "todo")
	h.says("mia", "todo")
	for _, c := range [][2]string{{"lena", "done CA-1 x"}, {"lena", "verify CA-4 works"}, {"priya", "extend CA-1 2026-03-01 x"}, {"priya", "delegate CA-1 @Priya"},
		{"priya", "snooze CA-1 90d"}, {"priya", "update CA-1"}, {"sam", "verify CA-1 works"}} {
		r := h.says(c[0], c[1])
		if got := text(r); !strings.Contains(got, "Nothing was changed.") || len(commands(r.Card)) == 0 {
			t.Errorf("%s %q: %s", c[0], c[1], got)
		}
	}
}
