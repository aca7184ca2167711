package slack_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/bot/chat"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

func samples() map[string]chat.Card {
	long := chat.Card{Summary: "Many", Language: "en"}
	for range 3 {
		l := chat.List{More: 2}
		for range 40 {
			l.Rows = append(l.Rows, chat.Row{Title: "Visitor log", ID: "CA-9", When: "6 days"})
		}
		long.Blocks = append(long.Blocks, chat.Text{Style: chat.Section, Text: "Late"}, l)
	}
	long.Blocks = append(long.Blocks, chat.Buttons{Shown: []chat.Button{{Label: "Nudge Amy", Command: "nudge TSK-28"}}})
	return map[string]chat.Card{
		"digest": {
			Summary: "3 things this week. First: test the payroll backup, tomorrow",
			Blocks: []chat.Block{
				chat.Text{Style: chat.Title, Text: "Good morning Priya. Three things have your name on them."},
				chat.Text{Style: chat.Section, Text: "Tomorrow"},
				chat.List{Rows: []chat.Row{{Title: "Test restoring the payroll backup", ID: "CA-12", When: "Due Tue 17 Mar", Note: "The January audit found that a restore had never been tried."}}},
				chat.Buttons{
					Shown: []chat.Button{
						{Label: "Done…", Spoken: "Done, test restoring the payroll backup, CA-12", Command: "done CA-12", Look: chat.Primary},
						{Label: "More time…", Spoken: "More time, CA-12", Command: "extend CA-12"},
						{Label: "On it", Spoken: "On it, CA-12", Command: "ack CA-12"},
					},
					More: []chat.Button{{Label: "Not mine…", Command: "delegate CA-12"}, {Label: "Stuck…", Command: "stuck CA-12"}},
				},
				chat.Text{Style: chat.Section, Text: "This week"},
				chat.List{Rows: []chat.Row{
					{Title: "Check who can still open the finance share", ID: "TSK-31", When: "Thu 19 Mar", Menu: []chat.Button{{Label: "Done…", Command: "done TSK-31"}, {Label: "More time…", Command: "extend TSK-31"}}},
					{Title: "Read: Working abroad, version 3 (2 minutes)", ID: "MSG-4", When: "Fri 20 Mar"},
				}, More: 2},
				chat.Divider{},
				chat.Text{Style: chat.Quiet, Text: "Later: 2 more, the next on Thu 2 Apr."},
			},
		},
		"extension": {
			Summary: "Priya asks for 10 more days on CA-12",
			Blocks: []chat.Block{
				chat.Text{Style: chat.Title, Text: "Priya asks for more time: test restoring the payroll backup · CA-12"},
				chat.Facts{Facts: []chat.Fact{{Name: "Now due", Value: "Tue 17 Mar (moved once)"}, {Name: "Asks for", Value: "Fri 27 Mar"}}},
				chat.Text{Style: chat.Quote, Text: "The supplier's engineer can only come on 24 March.\nSorry."},
				chat.Select{Label: "Another date", Command: "approve CA-12", Options: []chat.Option{{Label: "Tue 24 Mar", Value: "2026-03-24"}, {Label: "Fri 27 Mar", Value: "2026-03-27"}}},
				chat.Buttons{Shown: []chat.Button{{Label: "Say no…", Command: "reject CA-12", Look: chat.Danger}}},
			},
		},
		"figures": {
			Summary: "Readiness", Language: "de",
			Blocks: []chat.Block{
				chat.Table{Columns: []string{"Department", "Open", "Late"}, Rows: [][]string{{"Operations", "9", "4"}, {"IT", "3", ""}}, More: 7},
				chat.Table{Columns: []string{"Second", "table"}, Rows: [][]string{{"a", "b"}}},
				chat.Chart{Title: "Read in March", Sentence: "97 % read; February 94 %.", Points: []chat.Point{{Label: "Feb", Value: 94}, {Label: "Mar", Value: 97}}},
				chat.Image{URL: "https://bot.example.org/media/x.png", Alt: "A paper invoice with a fishing hook through it."},
				chat.Image{URL: "javascript:alert(1)", Alt: "A picture that cannot be fetched."},
			},
		},
		"hostile": {
			Summary: "<!channel> & <@U1>\u202e",
			Blocks: []chat.Block{
				chat.Text{Style: chat.Title, Text: "<!everyone>\x00\x1b[31m\u200b & Co"},
				chat.List{Rows: []chat.Row{{Title: "<https://evil.example|isms> *bold* `code`", ID: "CA-1", Note: "<!subteam^S1> \xff"}}},
				chat.Facts{Facts: []chat.Fact{{Name: "<@U1>", Value: "a & b < c"}}},
				chat.Text{Style: chat.Quote, Text: "> <!here>"},
			},
		},
		"too long": long,
		"empty":    {},
	}
}

func TestCardsLookAsTheyDid(t *testing.T) {
	for name, card := range samples() {
		t.Run(name, func(t *testing.T) {
			m := slack.Render(card)
			golden(t, name, m)
			if problems := slackfake.Check(m.Text, m.Blocks); problems != "" {
				t.Error(problems)
			}
			home, modal := slack.RenderHome(card), slack.RenderModal(card)
			for _, v := range []any{home, modal} {
				if problems := slackfake.CheckView(v); problems != "" {
					t.Error(problems)
				}
			}
		})
	}
}

func TestFormLooksAsItDid(t *testing.T) {
	v := slack.RenderForm(*extension(), "sealed")
	golden(t, "form", v)
	if problems := slackfake.CheckView(v); problems != "" {
		t.Error(problems)
	}
}

func golden(t *testing.T, name string, v any) {
	t.Helper()
	var got bytes.Buffer
	e := json.NewEncoder(&got)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "golden", strings.ReplaceAll(name, " ", "_")+".json")
	if *updateGolden {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got.String() != string(want) {
		t.Errorf("%s differs; look at it and run with -update if it is better:\n%s", path, got.String())
	}
}

func TestLongListSaysHowManyRowsAreLeftOut(t *testing.T) {
	m := slack.Render(samples()["too long"])
	rows, left := 0, 0
	for _, b := range m.Blocks {
		switch b := b.(type) {
		case *slackapi.SectionBlock:
			if strings.Contains(b.Text.Text, "CA-9") {
				rows++
			}
		case *slackapi.ContextBlock:
			var n int
			text := b.ContextElements.Elements[0].(*slackapi.TextBlockObject).Text
			for _, r := range text {
				if r >= '0' && r <= '9' {
					n = 10*n + int(r-'0')
				}
			}
			left += n
		}
	}
	if rows+left != 3*42 || len(m.Blocks) > 50 {
		t.Errorf("%d rows and %d left out of 126 in %d blocks", rows, left, len(m.Blocks))
	}
	if _, ok := m.Blocks[len(m.Blocks)-1].(*slackapi.ActionBlock); !ok {
		t.Error("the buttons were lost")
	}
}

func TestHalfACommandIsNeverSent(t *testing.T) {
	long := "approve " + strings.Repeat("x", 2100)
	m := slack.Render(chat.Card{Blocks: []chat.Block{chat.Buttons{
		Shown: []chat.Button{{Label: "a", Command: long}, {Label: "b", Command: "ok"}},
		More:  []chat.Button{{Label: "c", Command: long[:200]}},
	}}})
	data, err := json.Marshal(m.Blocks)
	if err != nil || bytes.Contains(data, []byte("xxx")) || !bytes.Contains(data, []byte(`"ok"`)) {
		t.Errorf("%s %v", data, err)
	}
}

func TestButtonsOpenPages(t *testing.T) {
	page := chat.Button{Label: "Open", URL: "https://intranet.example.com/a", Command: "done CA-1"}
	m := slack.Render(chat.Card{Summary: "s", Blocks: []chat.Block{chat.Buttons{
		Shown: []chat.Button{page, {Label: "Bad", URL: "javascript:alert(1)", Command: "done CA-2"}}, More: []chat.Button{page}}}})
	if problems := slackfake.Check(m.Text, m.Blocks); problems != "" {
		t.Error(problems)
	}
	data, err := json.Marshal(m.Blocks)
	if err != nil || bytes.Count(data, []byte(`"url":"https://intranet.example.com/a"`)) != 2 || bytes.Contains(data, []byte("done CA")) || bytes.Contains(data, []byte("Bad")) {
		t.Errorf("%s %v", data, err)
	}
}

func TestWordsStandOutWithoutMarkup(t *testing.T) {
	m := slack.Render(chat.Card{Summary: "s", Blocks: []chat.Block{chat.Text{Text: "Call <!channel> first: https://a.example/b", Runs: []chat.Run{{Text: "Call <!channel>", Bold: true}, {Text: " "}, {Text: "first", Italic: true}, {Text: ": "},
		{Text: "https://a.example/b", URL: "https://a.example/b"}, {Text: "no", URL: "javascript:alert(1)"}}}}})
	if problems := slackfake.Check(m.Text, m.Blocks); problems != "" {
		t.Error(problems)
	}
	const want = `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"Call \u003c!channel\u003e","style":{"bold":true}},{"type":"text","text":" "},` +
		`{"type":"text","text":"first","style":{"italic":true}},{"type":"text","text":": "},{"type":"link","url":"https://a.example/b","text":"https://a.example/b"},{"type":"text","text":"no"}]}]}]`
	if data, err := json.Marshal(m.Blocks); err != nil || string(data) != want {
		t.Errorf("%s %v", data, err)
	}
}

func FuzzRender(f *testing.F) {
	f.Add("a title", "CA-1", "note", 3, uint8(1))
	f.Add("<!channel>\u202e\x00\xff", strings.Repeat("&", 5000), strings.Repeat("*`>\n", 3000), 200, uint8(7))
	f.Add("", "", "", 0, uint8(0))
	f.Add("https://e.example/x", "b", "c", 1, uint8(0))
	f.Fuzz(func(t *testing.T, a, b, c string, n int, s uint8) {
		n %= 300
		card := chat.Card{Summary: a, Delivery: c}
		for i := range max(n, 1) % 12 {
			card.Blocks = append(card.Blocks,
				chat.Text{Style: chat.Style(int(s) % 5), Text: c}, chat.Text{Text: a + b + c, Runs: []chat.Run{{Text: a, Bold: true}, {Text: b, URL: a}, {Text: c, Italic: true}}}, chat.Facts{Facts: []chat.Fact{{Name: a, Value: b}, {Name: b, Value: c}}},
				chat.Image{URL: a, Alt: b}, chat.Chart{Title: a, Sentence: c},
				chat.Select{Label: a, Command: b, Options: []chat.Option{{Label: a, Value: b}, {Label: c, Value: a}}},
				chat.Buttons{Shown: []chat.Button{{Label: a, Spoken: b, Command: c, Look: chat.Look(i)}, {Label: b, Spoken: a, Command: c}}, More: []chat.Button{{Label: c, Spoken: b, Command: a}, {Label: c, URL: a}}})
		}
		l := chat.List{More: n}
		tab := chat.Table{Columns: []string{a, b}, More: n}
		for range n {
			l.Rows = append(l.Rows, chat.Row{Title: a, ID: b, When: c, Note: a, Menu: []chat.Button{{Label: a, Spoken: b, Command: c}}})
			tab.Rows = append(tab.Rows, []string{a, b, c})
		}
		card.Blocks = append(card.Blocks, l, tab, chat.Divider{}, tab)
		m := slack.Render(card)
		if problems := slackfake.Check(m.Text, m.Blocks); problems != "" {
			t.Fatal(problems)
		}
		if pings := slackfake.Pings(m.Text, m.Blocks); len(pings) > 0 {
			t.Fatalf("somebody would be called: %q", pings)
		}
		for _, v := range []any{slack.RenderHome(card), slack.RenderModal(card)} {
			if problems := slackfake.CheckView(v); problems != "" {
				t.Fatal(problems)
			}
		}
		form := chat.Form{Title: a, Submit: b, Cancel: c, Command: b, Intro: c}
		for kind := range 7 {
			form.Inputs = append(form.Inputs, chat.Input{
				Name: string(rune('a' + kind)), Label: a, Hint: b, Kind: chat.InputKind(kind), Value: c, Max: n,
				Options: []chat.Option{{Label: a, Value: b}, {Label: b, Value: c}},
			})
		}
		if problems := slackfake.CheckView(slack.RenderForm(form, "")); problems != "" {
			t.Fatal(problems)
		}
		if !utf8.ValidString(m.Text) {
			t.Fatal("not UTF-8")
		}
	})
}
