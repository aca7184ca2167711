package playground_test

import "ismsbot/bot/chat"

// The cards of the voice guide, as the bot will send them.

func staffDigest() chat.Card {
	return chat.Card{
		Summary: "3 things this week. First: test the payroll backup, tomorrow",
		Blocks: []chat.Block{
			chat.Text{Text: "Good morning Priya. Three things have your name on them."},
			chat.Text{Style: chat.Section, Text: "Tomorrow"},
			chat.List{Rows: []chat.Row{{
				Title: "Test restoring the payroll backup", ID: "CA-12", When: "Due Tue 17 Mar",
				Note: "The January audit found that a restore had never been tried.",
			}}},
			chat.Buttons{
				Shown: []chat.Button{
					{Label: "Done…", Spoken: "Done: Test restoring the payroll backup, CA-12", Command: "done CA-12", Look: chat.Primary},
					{Label: "More time…", Spoken: "More time: Test restoring the payroll backup, CA-12", Command: "extend CA-12"},
					{Label: "On it", Spoken: "On it: Test restoring the payroll backup, CA-12", Command: "ack CA-12"},
				},
				More: []chat.Button{
					{Label: "Not mine…", Command: "delegate CA-12"}, {Label: "Stuck…", Command: "stuck CA-12"},
					{Label: "Not today", Command: "snooze CA-12 1d"}, {Label: "Open", Command: "show CA-12"},
				},
			},
			chat.Text{Style: chat.Section, Text: "This week"},
			chat.List{Rows: []chat.Row{
				{Title: "Check who can still open the finance share", ID: "TSK-31", When: "Thu 19 Mar", Menu: rowMenu("TSK-31")},
				{Title: "Read: Working abroad, version 3 (2 minutes)", ID: "MSG-4", When: "Fri 20 Mar", Menu: rowMenu("MSG-4")},
			}},
			chat.Text{Style: chat.Quiet, Text: "Later: 2 more, the next on Thu 2 Apr."},
		},
	}
}

func rowMenu(id string) []chat.Button {
	return []chat.Button{
		{Label: "Done…", Spoken: "Done: " + id, Command: "done " + id},
		{Label: "More time…", Spoken: "More time: " + id, Command: "extend " + id},
		{Label: "On it", Spoken: "On it: " + id, Command: "ack " + id},
	}
}

func managerDigest() chat.Card {
	return chat.Card{
		Summary: "1 answer needed, 4 late in Operations",
		Blocks: []chat.Block{
			chat.Text{Text: "Good morning Lena. Operations has 9 open items, 4 of them late (6 last Monday)."},
			chat.Text{Style: chat.Section, Text: "Waiting for you"},
			chat.List{Rows: []chat.Row{{Title: "Priya asks for 10 more days: test the payroll backup", ID: "CA-12", When: "17 to 27 Mar"}}},
			chat.Text{Style: chat.Section, Text: "Late"},
			chat.List{More: 2, Rows: []chat.Row{
				{Title: "Visitor log at the back entrance", ID: "CA-9", When: "6 days", Note: `Jon. Thu: "book ordered"`, Menu: rowMenu("CA-9")},
				{Title: "Yearly supplier check, CloudDesk", ID: "TSK-28", When: "3 days", Note: "Amy. No answer yet", Menu: rowMenu("TSK-28")},
			}},
			chat.Text{Style: chat.Section, Text: "Yours"},
			chat.List{Rows: []chat.Row{{Title: "How is Operations doing?", ID: "CHK-4", When: "Wed 18 Mar"}}},
			chat.Buttons{
				Shown: []chat.Button{
					{Label: "Approve 27 Mar", Command: "approve CA-12", Look: chat.Primary},
					{Label: "Nudge Amy", Command: "nudge TSK-28"}, {Label: "Answer CHK-4…", Command: "checkin CHK-4"},
				},
				More: []chat.Button{{Label: "Say no to Priya…", Command: "reject CA-12"}, {Label: "All 9 items", Command: "due"}},
			},
			chat.Text{Style: chat.Quiet, Text: "If nothing is late or waiting, you hear from me only about your own items."},
		},
	}
}

func overdueList() chat.Card {
	return chat.Card{
		Summary: "4 late in your line, worst first",
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: "4 late in your line, worst first"},
			chat.Text{Style: chat.Section, Text: "Jon Reed"},
			chat.List{Rows: []chat.Row{
				{Title: "Visitor log at the back entrance", ID: "CA-9", When: "6 days", Note: "minor, from the external audit\nWould still be open at the audit on 9 June if it slips again."},
				{Title: "Clear desk round, second floor", ID: "TSK-22", When: "2 days", Note: "stuck: waits for Facilities"},
			}},
			chat.Text{Style: chat.Section, Text: "Amy Park"},
			chat.List{Rows: []chat.Row{
				{Title: "Yearly supplier check, CloudDesk", ID: "TSK-28", When: "3 days", Note: "no answer yet"},
				{Title: "Leavers list for February", ID: "TSK-30", When: "1 day", Note: "answered: done by Wed"},
			}},
			chat.Buttons{
				Shown: []chat.Button{{Label: "Nudge Amy", Command: "nudge TSK-28"}, {Label: "Help Jon…", Command: "help-out CA-9"}, {Label: "Share counts…", Command: "share"}},
				More:  []chat.Button{{Label: "By department", Command: "overdue department"}, {Label: "Excel file", Command: "overdue file"}},
			},
		},
	}
}

func approval() chat.Card {
	return chat.Card{
		Summary: "Priya asks for 10 more days on CA-12",
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: "Priya asks for more time: test restoring the payroll backup · CA-12"},
			chat.Facts{Facts: []chat.Fact{
				{Name: "Now due", Value: "Tue 17 Mar (moved once; first date Fri 27 Feb)"},
				{Name: "Asks for", Value: "Fri 27 Mar"},
				{Name: "Because", Value: `"The supplier's engineer can only come on 24 March."`},
				{Name: "Done so far", Value: "Test plan written, machine ordered (2 notes)"},
				{Name: "Effect", Value: "Still finished 74 days before the audit on 9 June."},
			}},
			chat.Buttons{
				Shown: []chat.Button{{Label: "Approve 27 Mar", Command: "approve CA-12", Look: chat.Primary}, {Label: "Other date…", Command: "extend CA-12"}, {Label: "Say no…", Command: "reject CA-12"}},
				More:  []chat.Button{{Label: "Ask Priya…", Command: "ask CA-12"}, {Label: "Open", Command: "show CA-12"}},
			},
			chat.Text{Style: chat.Quiet, Text: "Until you answer, Tue 17 Mar stands. The auditor will see both dates and your name."},
		},
	}
}

func refusal() chat.Card {
	return chat.Card{
		Summary: "This one needs someone else, Sam.",
		Blocks: []chat.Block{
			chat.Text{Style: chat.Title, Text: "This one needs someone else, Sam."},
			chat.Text{Text: "You set up the new visitor log for CA-9 on 24 Mar, so another person has to say whether it works."},
			chat.Text{Text: "Free to check it: Amy Park, Tom Baker, Grace Adeyemi."},
			chat.Buttons{
				Shown: []chat.Button{{Label: "Ask Amy", Command: "ask CA-9 amy"}, {Label: "Ask someone else…", Command: "ask CA-9"}, {Label: "Nobody else can…", Command: "exception CA-9"}},
				More:  []chat.Button{{Label: "Why", Command: "why CA-9"}, {Label: "Open CA-9", Command: "show CA-9"}},
			},
			chat.Text{Style: chat.Quiet, Text: "Nothing was changed. The check stays due on Fri 10 Apr."},
		},
	}
}

func wrongWord(word string) chat.Card {
	return chat.Card{
		Summary: `I do not know "` + word + `".`,
		Blocks: []chat.Block{
			chat.Text{Text: `I do not know "` + word + `". Did you mean one of these?`},
			chat.Buttons{Shown: []chat.Button{{Label: "overdue", Command: "overdue"}, {Label: "todo", Command: "todo"}, {Label: "help", Command: "help"}}},
		},
	}
}

func broadcast() chat.Card {
	return chat.Card{
		Summary: "From Mia in Communications: two fake invoices, both stopped",
		Blocks: []chat.Block{
			chat.Image{URL: "https://example.org/poster.png", Alt: `Poster: a paper invoice with a fishing hook through it. Text: "We paid nothing."`},
			chat.Text{Text: "Two fake invoices reached us in March. Both were stopped."},
			chat.Text{Style: chat.Quote, Text: "If a bank detail changes, call first."},
			chat.Divider{},
			chat.Table{Columns: []string{"Department", "Read", "Of"}, Rows: [][]string{{"Finance", "38", "40"}, {"Operations", "112", "120"}}, More: 3},
			chat.Chart{Title: "Read by department", Sentence: "Finance 38, Operations 112, IT 61.", Points: []chat.Point{{Label: "Finance", Value: 38}, {Label: "Operations", Value: 112}, {Label: "IT", Value: 61}}},
			chat.Select{Label: "Show it in", Command: "language", Options: []chat.Option{{Label: "English", Value: "en"}, {Label: "Deutsch", Value: "de"}}},
			chat.Text{Style: chat.Quiet, Text: "Please read by Fri 20 Mar. From Mia Rossi · MSG-5, version 1"},
		},
	}
}

func line(s string, buttons ...chat.Button) chat.Card {
	blocks := []chat.Block{chat.Text{Text: s}}
	if len(buttons) > 0 {
		blocks = append(blocks, chat.Buttons{Shown: buttons})
	}
	return chat.Card{Summary: s, Blocks: blocks}
}

func doneForm() chat.Form {
	return chat.Form{
		Title: "Done", Submit: "Record it", Command: "done CA-12",
		Intro: "Test restoring the payroll backup · CA-12",
		Inputs: []chat.Input{
			{Name: "evidence", Label: "What shows it?", Hint: "A link or a sentence. Sam reads it when checking that it worked.", Kind: chat.Paragraph},
			{Name: "link", Label: "Link", Kind: chat.Line, Optional: true},
		},
	}
}

func moreTimeForm() chat.Form {
	return chat.Form{
		Title: "More time", Submit: "Ask Lena", Command: "extend CA-12",
		Intro: "Until Lena answers, Tue 17 Mar stands.",
		Inputs: []chat.Input{
			{Name: "date", Label: "New date", Kind: chat.DateInput, Value: "2026-03-27"},
			{Name: "reason", Label: "Why more time helps", Kind: chat.Paragraph, Max: 500},
			{Name: "helper", Label: "Who could help", Kind: chat.PersonInput, Optional: true},
			{Name: "kind", Label: "What holds it up", Kind: chat.Choice, Options: []chat.Option{{Label: "A supplier", Value: "supplier"}, {Label: "Other work", Value: "work"}}, Optional: true},
			{Name: "channel", Label: "Tell a channel", Kind: chat.ConversationInput, Optional: true},
		},
	}
}
