package bot_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// ids are the items that a card lists, in its order.
func ids(c *chat.Card) []string {
	var out []string
	for _, b := range c.Blocks {
		if l, ok := b.(chat.List); ok {
			for _, r := range l.Rows {
				out = append(out, r.ID)
			}
		}
	}
	return out
}

// withTwoLevels has Nora lead Mia, who leads Ines, who leads Omar.
func withTwoLevels(t *testing.T) *house {
	h := newHouse(t)
	h.moveIn([6]string{"Ines Roth", "Finance", "mia", "", "staff", ""})
	h.moveIn([6]string{"Omar Said", "Finance", "ines", "", "staff", ""})
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Deep below"}, "omar", "2026-03-06")
	return h
}

func TestOverdueShowsOnesOwnLineAndNoMore(t *testing.T) {
	for name, c := range map[string]struct {
		who, says string
		change    func(h *house)
		want      []string
	}{
		"a manager sees the direct reports":            {who: "lena", says: "overdue", want: []string{"CA-2"}},
		"a manager of two levels sees all below":       {who: "nora", says: "overdue", want: []string{"TSK-4", "CA-3"}},
		"whoever is in between sees what is below":     {who: "mia", says: "overdue", want: []string{"TSK-4"}},
		"the ISMS manager sees all, worst first":       {who: "grace", says: "overdue", want: []string{"TSK-4", "CA-2", "CA-3", "TSK-2"}},
		"top management sees all":                      {who: "daniel", says: "overdue", want: []string{"TSK-4", "CA-2", "CA-3", "TSK-2"}},
		"another line's person is not in it":           {who: "lena", says: "overdue mia", want: nil},
		"another line's department is not in it":       {who: "lena", says: "overdue Finance", want: nil},
		"one's own items are todo":                     {who: "lena", says: "overdue lena", want: nil},
		"a person":                                     {who: "grace", says: "overdue @Mia", want: []string{"CA-3"}},
		"a mentioned person":                           {who: "grace", says: "overdue <@UMIA>", want: []string{"CA-3"}},
		"an e-mail":                                    {who: "grace", says: "overdue mia@example.com", want: []string{"CA-3"}},
		"a department":                                 {who: "grace", says: "overdue finance", want: []string{"TSK-4", "CA-3"}},
		"a kind":                                       {who: "grace", says: "overdue tasks", want: []string{"TSK-4", "TSK-2"}},
		"a day to come":                                {who: "lena", says: "overdue 2026-03-18", want: []string{"CA-2", "TSK-3", "CA-1"}},
		"a day that was":                               {who: "lena", says: "overdue 2026-03-10", want: nil},
		"what is done and waits for its check is none": {who: "daniel", says: "overdue lena", want: nil},
		"a ring of managers ends": {who: "lena", says: "overdue", change: func(h *house) {
			h.change("lena", func(p *storage.Profile) { p.Manager = h.id("priya") })
		}, want: []string{"CA-2"}},
		"two who lead each other": {who: "nora", says: "overdue", change: func(h *house) {
			h.change("nora", func(p *storage.Profile) { p.Manager = h.id("mia") })
		}, want: []string{"TSK-4", "CA-3"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := withTwoLevels(t)
			if c.change != nil {
				c.change(h)
			}
			r := h.says(c.who, c.says)
			if got := ids(r.Card); !slices.Equal(got, c.want) {
				t.Errorf("%v instead of %v:\n%s", got, c.want, text(r))
			}
			if c.want == nil && !strings.Contains(text(r), "Nothing is late in your line.") {
				t.Errorf("%s", text(r))
			}
		})
	}
	h := withTwoLevels(t)
	for _, who := range []string{"priya", "jon", "sam", "xaver", "klara"} {
		before := h.seq()
		h.refused(before, who, "refuse.overdue", h.says(who, "overdue"))
		before = h.seq()
		h.refused(before, who, "refuse.overdue", h.says(who, "overdue excel"))
	}
}

func TestAnEmptyListSaysWhatComesNext(t *testing.T) {
	h := newHouse(t)
	h.says("jon", "done CA-2 x")
	if got := text(h.says("lena", "overdue")); !strings.HasSuffix(strings.Split(got, "\n[")[0], "Nothing is late in your line. Next: TSK-3, Klara, Mon 16 Mar.") {
		t.Error(got)
	}
}

func TestAListFitsAScreenAndSaysHowManyMore(t *testing.T) {
	h := newHouse(t)
	for range 40 {
		h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "One of many"}, "jon", "2026-03-12")
	}
	r := h.says("lena", "overdue")
	more := 0
	for _, b := range r.Card.Blocks {
		if l, ok := b.(chat.List); ok {
			more += l.More
		}
	}
	if n := len(ids(r.Card)); n+more != 41 || n > 10 || r.Card.Summary != "41 late, worst first. Only you see this." {
		t.Errorf("%d shown, %d more: %s", n, more, r.Card.Summary)
	}
}

func TestDueListsWhatComes(t *testing.T) {
	for _, c := range []struct {
		who, says, head string
		want            []string
	}{
		{"priya", "due", "2 items due until Wed 15 Apr.", []string{"CA-1", "TSK-1"}},
		{"priya", "due 1d", "1 item due until tomorrow, Tue 17 Mar.", []string{"CA-1"}},
		{"priya", "due 30d", "2 items due until Wed 15 Apr.", []string{"CA-1", "TSK-1"}},
		{"priya", "due today", "Nothing is due until today, Mon 16 Mar.", nil},
		{"jon", "due today", "Nothing is due until today, Mon 16 Mar.", nil},
		{"klara", "due today", "1 Eintrag fällig bis heute, Mo 16. März.", []string{"TSK-3"}},
		{"lena", "due", "3 items due until Wed 15 Apr.", []string{"TSK-3", "CA-1", "TSK-1"}},
		{"mia", "due", "Nothing is due until Wed 15 Apr.", nil},
	} {
		h := newHouse(t)
		h.says(c.who, "todo")
		r := h.says(c.who, c.says)
		if got := ids(r.Card); !slices.Equal(got, c.want) || !strings.HasPrefix(r.Card.Summary, c.head) {
			t.Errorf("%s %q: %v\n%s", c.who, c.says, got, r.Card.Summary)
		}
	}
}

func TestOneNudgeAPersonAndDayFromAllManagersTogether(t *testing.T) {
	h := newHouse(t)
	h.says("jon", "ack CA-2")
	h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: "Another of Jon's"}, "jon", "2026-03-11")
	if got := text(h.says("lena", "nudge CA-2")); !strings.Contains(got, "Jon has been asked: Visitor log at the back · CA-2.") {
		t.Error(got)
	}
	h.tick()
	if got := h.read("jon"); !strings.Contains(got, "Lena asks how it is going: Visitor log at the back · CA-2") {
		t.Errorf("Jon reads\n%s", got)
	}
	for _, c := range [][2]string{{"lena", "nudge CA-2"}, {"lena", "nudge TSK-4"}, {"grace", "nudge CA-2"}, {"daniel", "nudge TSK-4"}} {
		before := h.seq()
		h.refused(before, c[0], "refuse.nudged", h.says(c[0], c[1]))
	}
	h.now = h.now.AddDate(0, 0, 1)
	h.says("grace", "nudge TSK-4")
	h.tick()
	if n := strings.Count(h.read("jon"), "asks how it is going"); n != 2 {
		t.Errorf("Jon was nudged %d times in two days", n)
	}
	for why, c := range map[string][2]string{"refuse.nudge_self": {"grace", "nudge TSK-2"}, "refuse.done": {"daniel", "nudge CA-4"}, "refuse.which_item": {"lena", "nudge"}} {
		before := h.seq()
		h.refused(before, c[0], why, h.says(c[0], c[1]))
	}
}

func TestANudgeForWhatIsInHandOffersWhatIsLeft(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "ack CA-1")
	h.now = h.now.Add(time.Minute)
	h.says("lena", "nudge CA-1")
	h.tick()
	got := h.read("priya")
	if !strings.Contains(got, "Lena asks how it is going") || !strings.Contains(got, "[Done…] [More time…] [Stuck…]") {
		t.Errorf("Priya reads\n%s", got)
	}
}

func TestSharedCountsNameNobody(t *testing.T) {
	for _, who := range []string{"lena", "grace", "daniel", "nora"} {
		h := withTwoLevels(t)
		form := h.presses(who, "share", "").Form
		h.submits(who, "share", "", "where", "<#CGENERAL|general>")
		h.tick()
		posted := h.slack.SentTo("CGENERAL")
		if len(posted) != 1 || !strings.HasPrefix(form.Intro, posted[0].Card.Text()) {
			t.Fatalf("%s: posted %+v, shown %q", who, posted, form.Intro)
		}
		got := posted[0].Card.Text() + posted[0].Card.Summary + asJSON(t, posted[0].Card)
		for _, p := range household {
			for _, part := range append(strings.Fields(p[0]), p[0]) {
				if strings.Contains(got, part) {
					t.Errorf("%s shared %q:\n%s", who, part, got)
				}
			}
		}
		for _, leak := range []string{"CA-", "TSK-", "@", "Deep below", "Visitor"} {
			if strings.Contains(got, leak) {
				t.Errorf("%s shared %q:\n%s", who, leak, got)
			}
		}
	}
	h := newHouse(t)
	h.says("lena", "share #general")
	h.tick()
	if got := h.slack.SentTo("#general"); len(got) != 1 || got[0].Card.Text() != "Operations: 1 late, 6 days" {
		t.Errorf("%+v", got)
	}
	before := h.seq()
	h.refused(before, "lena", "refuse.share_where", h.says("lena", "share"))
	before = h.seq()
	h.refused(before, "priya", "refuse.verb", h.submits("priya", "share", "", "where", "<#CGENERAL>"))
	if r := h.submits("lena", "share", "", "where", ""); r.Errors["where"] == "" {
		t.Errorf("%+v", r)
	}
}

func TestTheExcelFileIsForTheAskerAndRunsNothing(t *testing.T) {
	h := newHouse(t)
	for _, bad := range []string{`=HYPERLINK("http://evil","x")`, "+1+1", "-1+1", "@SUM(A1)", "'=1", "\t=1", " =1"} {
		h.add(isms.Item{ID: isms.ItemID{Kind: isms.Task}, Title: bad, LastWord: bad}, "jon", "2026-03-12")
	}
	for _, says := range []string{"overdue excel", "overdue Excel", "overdue <@UJON> excel", "overdue Operations excel"} {
		r := h.says("lena", says)
		if r.File == nil || r.File.Name != "overdue-2026-03-16.xlsx" {
			t.Fatalf("%q: %s", says, text(r))
		}
		book, err := excelize.OpenReader(bytes.NewReader(r.File.Data))
		if err != nil {
			t.Fatal(err)
		}
		sheet := book.GetSheetName(0)
		rows, err := book.GetRows(sheet)
		if err != nil || len(rows) != 9 {
			t.Fatalf("%q: %d rows, %v", says, len(rows), err)
		}
		for i, row := range rows {
			for j, cell := range row {
				name, _ := excelize.CoordinatesToCellName(j+1, i+1)
				if formula, _ := book.GetCellFormula(sheet, name); formula != "" {
					t.Errorf("%s is a formula: %s", name, formula)
				}
				if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
					t.Errorf("%s begins with %q", name, cell)
				}
			}
			if slices.Contains(row, "Mia Rossi") || slices.Contains(row, "Grace Adeyemi") {
				t.Errorf("a row of another line: %v", row)
			}
		}
	}
	if n := len(h.slack.Files()) + len(h.slack.Sent()); n != 0 {
		t.Errorf("%d messages or files went elsewhere", n)
	}
	r := newHouse(t).says("grace", "overdue klara excel")
	if r.File == nil {
		t.Errorf("%s", text(r))
	}
}
