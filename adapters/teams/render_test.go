package teams_test

import (
	"encoding/json"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/cardcheck"
	"ismsbot/bot/chat"
)

// schema is the official one, or nil where it is not beside the repository.
func schema(t testing.TB) *cardcheck.Schema {
	t.Helper()
	const path = "../../../shared/data/schemas/adaptive-card-1.5.json"
	if _, err := os.Stat(path); err != nil {
		t.Logf("cards are checked without their schema: %v", err)
		return nil
	}
	s, err := cardcheck.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func wire(t testing.TB, v any) string {
	t.Helper()
	var w strings.Builder
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return w.String()
}

// drawn is a card's JSON with every block, as a message.
func drawn(t testing.TB, blocks ...chat.Block) string {
	t.Helper()
	m := teams.Render(chat.Card{Summary: "s", Language: "en", Blocks: blocks})
	if why := schema(t).Faults(m.Card); why != "" {
		t.Errorf("refused: %s", why)
	}
	return wire(t, m.Card)
}

func TestRenderedButtonsDoWhatTheySay(t *testing.T) {
	form := chat.Button{Label: "Done…", Spoken: "Done: payroll, CA-1", Command: "done CA-1", Look: chat.Primary, Form: true}
	run := chat.Button{Label: "Drop", Command: "withdraw CA-1", Look: chat.Danger}
	buttons := chat.Buttons{Shown: []chat.Button{form, run}, More: []chat.Button{{Label: "Open", Command: "show CA-1"}}}
	const (
		fetch   = `{"type":"Action.Submit","title":"Done…","tooltip":"Done: payroll, CA-1","style":"positive","data":{"isms":"done CA-1","msteams":{"type":"task/fetch"}}}`
		execute = `{"type":"Action.Execute","title":"Drop","style":"destructive","verb":"isms","data":{"isms":"withdraw CA-1"},"fallback":{"type":"Action.Submit","title":"Drop","data":{"isms":"withdraw CA-1"}}}`
		beyond  = `{"type":"Action.Execute","title":"Open","mode":"secondary","verb":"isms",`
	)
	got := drawn(t, buttons)
	for _, want := range []string{fetch, execute, beyond} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
	d := wire(t, teams.RenderDialog(chat.Card{Blocks: []chat.Block{buttons}}).Card)
	if strings.Contains(d, "Execute") || strings.Contains(d, "task/fetch") || !strings.Contains(d, `"data":{"isms":"withdraw CA-1"}`) {
		t.Errorf("in a dialog:\n%s", d)
	}
}

func TestRenderedButtonsOpenPages(t *testing.T) {
	page := chat.Button{Label: "Open", URL: "https://intranet.example.com/a", Command: "done CA-1"}
	got := drawn(t, chat.Buttons{Shown: []chat.Button{page, {Label: "Bad", URL: "javascript:alert(1)", Command: "done CA-2"}}, More: []chat.Button{page}})
	for _, want := range []string{`{"type":"Action.OpenUrl","title":"Open","url":"https://intranet.example.com/a"}`, `{"type":"Action.OpenUrl","title":"Open","mode":"secondary",`,
		"[Open] https://intranet.example.com/a"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
	if strings.Contains(got, "done CA") || strings.Contains(got, `"title":"Bad"`) {
		t.Error(got)
	}
}

func TestRenderedWordsStandOutWithoutMarkup(t *testing.T) {
	got := drawn(t, chat.Text{Text: "Call <!channel> first: https://a.example/b", Runs: []chat.Run{{Text: "Call <!channel>", Bold: true}, {Text: " "}, {Text: "first", Italic: true}, {Text: ": "},
		{Text: "https://a.example/b", URL: "https://a.example/b"}, {Text: "no", URL: "javascript:alert(1)"}}})
	const want = `"inlines":[{"type":"TextRun","text":"Call <!channel>","weight":"bolder"},{"type":"TextRun","text":" "},{"type":"TextRun","text":"first","italic":true},{"type":"TextRun","text":": "},` +
		`{"type":"TextRun","text":"https://a.example/b","underline":true,"color":"accent","selectAction":{"type":"Action.OpenUrl","title":"https://a.example/b","url":"https://a.example/b"}},{"type":"TextRun","text":"no"}]`
	if !strings.Contains(got, want) {
		t.Error(got)
	}
}

func TestRenderLeavesOutHalfACommand(t *testing.T) {
	long := "approve " + strings.Repeat("x", 2000)
	got := drawn(t, chat.Buttons{Shown: []chat.Button{{Label: "a", Command: long}, {Label: "b", Command: "ok"}, {Label: "c", Command: "bad \xff"}}},
		chat.List{Rows: []chat.Row{{Title: "t", Menu: []chat.Button{{Label: "d", Command: long}}}}},
		chat.Select{Label: "e", Command: long, Options: []chat.Option{{Label: "f", Value: "g"}}})
	if strings.Contains(got, "xxx") || strings.Contains(got, "bad") || !strings.Contains(got, `{"isms":"ok"}`) {
		t.Error(got)
	}
}

func TestRenderedRowsOpenTheirMenu(t *testing.T) {
	one, two := chat.Button{Label: "Done", Command: "done CA-9"}, chat.Button{Label: "Open", Command: "show CA-9"}
	got := drawn(t, chat.List{Rows: []chat.Row{{Title: "Visitor log", ID: "CA-9", When: "6 days", Menu: []chat.Button{one, two}}}, More: 2})
	for _, want := range []string{
		`"selectAction":{"type":"Action.ToggleVisibility","title":"More for: Visitor log · CA-9","targetElements":["menu-1"]}`,
		`"id":"menu-1","isVisible":false`, `⋯`, `"+ 2 more"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
	got = drawn(t, chat.List{Rows: []chat.Row{{Title: "Visitor log", ID: "CA-9", Menu: []chat.Button{one}}}})
	if strings.Contains(got, "isVisible") || strings.Contains(got, "⋯") || !strings.Contains(got, `"title":"Done"`) {
		t.Errorf("a menu of one is hidden:\n%s", got)
	}
}

func TestRenderedChoiceAsksForItselfAlone(t *testing.T) {
	got := drawn(t, chat.Select{Label: "Another date", Command: "approve REQ-1", Options: []chat.Option{{Label: "Fri 27 Mar", Value: "2026-03-27"}}},
		chat.Buttons{Shown: []chat.Button{{Label: "No", Command: "reject REQ-1"}}})
	for _, want := range []string{
		`"data":{"isms":"approve REQ-1","isms_select":"select-1"}`, `"id":"select-1","label":"Another date","isRequired":true`,
		`"data":{"isms":"reject REQ-1"},"associatedInputs":"none"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
}

func TestRenderedFiguresHaveTheirNumbersInWords(t *testing.T) {
	got := drawn(t, chat.Chart{Title: "Read", Sentence: "97 % read.", Points: []chat.Point{{Label: "Feb", Value: 94}, {Label: "Mar", Value: math.NaN()}}},
		chat.Table{Columns: []string{"Department", "Late"}, Rows: [][]string{{"Operations", "4", "beyond"}, {"IT"}}, More: 3})
	for _, want := range []string{
		`{"type":"Chart.HorizontalBar","title":"Read","data":[{"x":"Feb","y":94}],"fallback":`, `{"title":"Feb","value":"94"}`,
		`"97 % read."`, `"firstRowAsHeader":true`, `"beyond"`, `"+ 3 more"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %s:\n%s", want, got)
		}
	}
}

func TestRenderedPicturesAreFetchableOrDescribed(t *testing.T) {
	got := drawn(t, chat.Image{URL: "https://bot.example.org/media/x.png", Alt: "A paper invoice."},
		chat.Image{URL: "javascript:alert(1)", Alt: "A picture."}, chat.Image{URL: "https:///x", Alt: "Nowhere."})
	if !strings.Contains(got, `"altText":"A paper invoice."`) || strings.Contains(got, "javascript") || strings.Count(got, `"type":"Image"`) != 1 || !strings.Contains(got, "Nowhere.") {
		t.Error(got)
	}
}

func TestRenderedWordsStayWords(t *testing.T) {
	const bad = "<at>Grace</at> [x](https://evil.example) **b** \u202e\x00"
	got := drawn(t, chat.Text{Style: chat.Title, Text: bad}, chat.Text{Style: chat.Section, Text: bad}, chat.Facts{Facts: []chat.Fact{{Name: bad, Value: bad}}})
	if n := strings.Count(got, `\\<at>Grace\\</at> \\[x](https://evil.example) \\*\\*b\\*\\*`); n != 8 { // four texts, and the fallback's four
		t.Errorf("%d:\n%s", n, got)
	}
	if strings.Contains(got, "\u202e") || strings.Contains(got, `\u202e`) {
		t.Error("the hidden is not gone")
	}
}

func TestRenderIsCheckedBySomethingThatCanSayNo(t *testing.T) {
	official := schema(t)
	if official == nil {
		t.Skip("the schema is not beside the repository")
	}
	for name, card := range map[string]string{
		"empty":             `{"type":"AdaptiveCard","version":"1.5","body":[]}`,
		"an unknown field":  `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"a","colour":"red"}]}`,
		"two of one id":     `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"TextBlock","text":"a","id":"x"},{"type":"TextBlock","text":"b","id":"x"}]}`,
		"a chart of no use": `{"type":"AdaptiveCard","version":"1.5","body":[{"type":"Chart.HorizontalBar","data":[]}]}`,
	} {
		if official.Faults(json.RawMessage(card)) == "" {
			t.Errorf("%s is taken", name)
		}
	}
}

var moreLine = regexp.MustCompile(`"\+ (\d+) more"`)

func TestRenderCountsTheRowsThatDoNotFit(t *testing.T) {
	menu := []chat.Button{{Label: "Done…", Command: "done CA-9"}, {Label: "Open", Command: "show CA-9"}}
	var blocks []chat.Block
	for _, n := range []int{10_000, 30, 3} {
		l := chat.List{More: 2}
		for range n {
			l.Rows = append(l.Rows, chat.Row{Title: "Visitor log", ID: "CA-9", When: "6 days", Menu: menu})
		}
		blocks = append(blocks, l)
	}
	blocks = append(blocks, chat.Buttons{Shown: []chat.Button{{Label: "Nudge Amy", Command: "nudge TSK-28"}}})
	got := drawn(t, blocks...)
	rows, left := strings.Count(got, `"text":"Visitor log"`), 0
	for _, m := range moreLine.FindAllStringSubmatch(got, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			t.Fatal(err)
		}
		left += n
	}
	if rows+left != 10_033+6 || rows < 15 || !strings.Contains(got, "Nudge Amy") {
		t.Errorf("%d rows and %d left out, %d bytes", rows, left, len(got))
	}
}

func TestRenderFitsWhateverComes(t *testing.T) {
	big := strings.Repeat("👩‍💻*<_\\", 20_000)
	menu := []chat.Button{{Label: big, Spoken: big, Command: strings.Repeat("<", 2000)}, {Label: "x", Command: strings.Repeat("👍", 2000)}}
	l := chat.List{}
	for range 200 {
		l.Rows = append(l.Rows, chat.Row{Title: big, ID: big, When: big, Note: big, Menu: menu})
	}
	for _, blocks := range [][]chat.Block{
		{}, {chat.Divider{}}, {chat.Text{Text: "\x00"}}, {chat.Buttons{Shown: menu, More: menu}}, {l},
		{chat.Text{Style: chat.Title, Text: big}, chat.Text{Text: big}, l, chat.Text{Style: chat.Quote, Text: big}, chat.Buttons{Shown: menu, More: menu}},
	} {
		card := chat.Card{Summary: big, Language: "de", Blocks: blocks}
		for _, c := range []any{teams.Render(card).Card, teams.RenderDialog(card).Card} {
			if why := schema(t).Faults(c); why != "" {
				t.Errorf("refused: %s", why)
			}
		}
	}
}

func FuzzRender(f *testing.F) {
	f.Add("a title", "CA-1", "note", 3, uint8(1))
	f.Add("<at>x</at>\u202e\x00\xff", strings.Repeat("&", 5000), strings.Repeat("*`>\n", 3000), 200, uint8(7))
	f.Add("", "", "", 0, uint8(0))
	f.Add("https://e.example/x?{{DATE(", "<", strings.Repeat("👩‍💻", 900), 40, uint8(3))
	official := schema(f)
	f.Fuzz(func(t *testing.T, a, b, c string, n int, s uint8) {
		n %= 300
		card := chat.Card{Summary: a, Language: b}
		for i := range max(n, 1) % 12 {
			card.Blocks = append(card.Blocks,
				chat.Text{Style: chat.Style(int(s) % 5), Text: c}, chat.Text{Text: a + b + c, Runs: []chat.Run{{Text: a, Bold: true}, {Text: b, URL: a}, {Text: c, Italic: true}}}, chat.Facts{Facts: []chat.Fact{{Name: a, Value: b}, {Name: b, Value: c}}},
				chat.Image{URL: a, Alt: b}, chat.Chart{Title: a, Sentence: c, Points: []chat.Point{{Label: b, Value: float64(n) / float64(s)}}},
				chat.Select{Label: a, Command: b, Options: []chat.Option{{Label: a, Value: b}, {Label: c, Value: a}}}, chat.Divider{},
				chat.Buttons{Shown: []chat.Button{{Label: a, Spoken: b, Command: c, Look: chat.Look(i), Form: i%2 > 0}, {Label: b, Spoken: a, Command: c}}, More: []chat.Button{{Label: c, Spoken: b, Command: a}, {Label: c, URL: a}}})
		}
		l := chat.List{More: n}
		tab := chat.Table{Columns: []string{a, b}, More: n}
		for i := range n {
			menu := []chat.Button{{Label: a, Spoken: b, Command: c}, {Label: c, Command: a}}
			l.Rows = append(l.Rows, chat.Row{Title: a, ID: b, When: c, Note: a, Menu: menu[:i%3]})
			tab.Rows = append(tab.Rows, []string{a, b, c})
		}
		card.Blocks = append(card.Blocks, l, tab, chat.Divider{}, tab)
		m := teams.Render(card)
		form := chat.Form{Title: a, Submit: b, Cancel: c, Command: b, Intro: c, Language: a}
		for kind := range 7 {
			form.Inputs = append(form.Inputs, chat.Input{
				Name: string(rune('a' + kind)), Label: a, Hint: b, Kind: chat.InputKind(kind), Value: c, Max: n, Optional: s > 100,
				Options: []chat.Option{{Label: a, Value: b}, {Label: b, Value: c}},
			})
		}
		d := teams.RenderForm(form, "sealed", map[string]string{"a": b}, map[string]string{"b": c, c: a})
		for _, x := range []any{m.Card, teams.RenderDialog(card).Card, d.Card} {
			if why := official.Faults(x); why != "" {
				t.Fatal(why)
			}
		}
		if m.Summary == "" || d.Title == "" || !utf8.ValidString(m.Summary+d.Title) {
			t.Fatalf("%q %q", m.Summary, d.Title)
		}
	})
}

// However much stands out of a text, all its words are there: its readers
// confirm that they have read it.
func TestNoWordIsLostToWhatStandsOut(t *testing.T) {
	for name, run := range map[string]chat.Run{"bold": {Text: "a", Bold: true}, "pages": {Text: "https://a.example/x", URL: "https://a.example/x"}} {
		x := chat.Text{}
		for len(x.Text) < 2400 {
			x.Runs = append(x.Runs, run, chat.Run{Text: " "})
			x.Text += run.Text + " "
		}
		x.Runs = append(x.Runs, chat.Run{Text: "The end."})
		x.Text += "The end."
		body, err := json.Marshal(teams.Render(chat.Card{Summary: "s", Blocks: []chat.Block{x}}).Card.Body)
		if err != nil || !strings.Contains(string(body), "The end.") {
			t.Errorf("%s: %v %.300s", name, err, body)
		}
	}
}
