package main

// demoWords is what somebody said, so many days before the demo opens.
type demoWords struct {
	days int
	who  string // several say the same
	text string // {dates} are replaced as in the files, {plan:poster} by the plan's task
	// fields are those of a form that was sent off; nil for what was typed.
	fields map[string]string
}

// demoRight are the right answers to the demo's training.
var demoRight = map[string]string{"questiona": "1", "questionb": "1", "questionc": "1"}

// The communication plan runs since the bot came, with a broadcast a month and
// a training; two reports are among it: Kemi's, which has led to a change, and one
// without a name, about which Grace has a question.
var demoHistory = []demoWords{
	{91, "mia", "plan year start", nil},
	{86, "priya", "done CA-4 The leavers' checklist opens a ticket five days ahead: https://wiki.harbour.example/leavers", nil},
	{62, "mia", "broadcast to everyone | A new bank account? Call first | Whoever asks by mail to change a bank detail may not be who they say.\n\nCall the number that you already had, never the one in the mail. | ack by {-55}", nil},
	{62, "mia", "send MSG-1 12", nil},
	{61, "mia", "done {plan:poster} MSG-1", nil},
	{60, "mia", "done {plan:review} We talked about it with Grace: the posters are read, few report", nil},
	{59, "grace sam lena jon priya mia kemi", "ack MSG-1", nil},
	{48, "mia", "done {plan:story} https://intranet.harbour.example/news/gate-visitor", nil},
	{47, "mia", "done {plan:refresher} Ten minutes in each team's meeting", nil},
	{46, "mia", "done {plan:certification} https://intranet.harbour.example/news/certificate", nil},
	{33, "mia", "broadcast to everyone | Who is that in the corridor? | If you see somebody without a badge, ask whom they are looking for, and walk with them. | ack by {-26}", nil},
	{33, "mia", "send MSG-2 12", nil},
	{32, "mia", "done {plan:poster} MSG-2", nil},
	{31, "mia", "done {plan:review} We report more; next month about screens", nil},
	{30, "grace sam lena jon amy priya tom mia kemi", "ack MSG-2", nil},
	{20, "mia", "plan-new", map[string]string{"what": "Ten minutes about visitors, night shift", "due": "{-2}", "repeat": "never", "audience": "Operations", "channel": "team meeting", "owner": "<@jon@harbour.example>"}},
	{13, "mia", "broadcast {plan:poster} to everyone | Lock your screen when you leave it | Last month a visitor read a delivery list on an open screen.\n\nPress the Windows key and L whenever you stand up. It takes a second. | ack by {-6}", nil},
	{13, "mia", "send MSG-3 12", nil},
	{12, "mia", "done {plan:review} We report more again", nil},
	{12, "tom", "update CA-10 two of five rule sets are through", nil},
	{12, "mia", "training-new", map[string]string{"title": "Odd mails and calls", "link": "https://learn.harbour.example/odd-mails", "audience": "everyone", "repeat": "yearly", "joiners": "first", "mark": "2",
		"questions": "A mail wants you to hurry. What first? | Report it | Click and see | Send it to a colleague\n" +
			"The bank calls and asks for a code. What now? | Hang up and call the bank | Read the code out | Ask for their name\n" +
			"You have clicked, and it feels wrong. What now? | Report it at once | Wait | Delete the mail"}},
	{12, "mia", "training 1 give 12", nil},
	{11, "kemi", "report A supplier wrote of a new bank account. I called Ana Torres and then the supplier on the old number: it was false.", nil},
	{10, "grace", "event-incident EVT-1", map[string]string{"why": "A false invoice; nothing was paid"}},
	{10, "grace", "event-data EVT-1", map[string]string{"data": "no", "why": "An invoice and no personal data"}},
	{9, "jonas", "ack CA-8", nil},
	{9, "grace", "learn TSK-21", demoRight},
	{9, "sam", "learn TSK-22", demoRight},
	{8, "grace sam lena jon amy mia kemi daniel", "ack MSG-3", nil},
	{8, "amy", "update CA-14 half of the folders are done", nil},
	{8, "amy", "learn TSK-25", map[string]string{"questiona": "0", "questionb": "2", "questionc": "1"}},
	{8, "amy", "learn TSK-25", demoRight},
	{7, "priya", "learn TSK-27", demoRight},
	{7, "priya tom jonas ana", "ack MSG-3", nil},
	{7, "mia", "broadcast to everyone | Two fake invoices, both stopped | Two fake invoices reached us this month. Both were stopped: Finance noticed a new bank account and phoned the supplier on the number we already had.\n\nIf a bank detail changes, call first. | ack by {+2}", nil},
	{7, "mia", "send MSG-4 12", nil},
	{7, "grace", "event-close EVT-1", map[string]string{"change": "bank details now need a call to the number we already have"}},
	{6, "tom", "stuck CA-10 the vendor has not sent the export yet", nil},
	{6, "jonas", "report anonymously The door of the server room is kept open in the mornings, with a box", nil},
	{5, "kemi", "done CA-7 The list is printed and locked away: https://wiki.harbour.example/finance/phone-list", nil},
	{5, "kemi", "learn TSK-30", demoRight},
	{4, "mia", "learn TSK-29", demoRight},
	{4, "jon", "update CA-9 book ordered", nil},
	{3, "jon", "stuck TSK-8 waits for Facilities", nil},
	{2, "priya", "update CA-12 test plan written, machine ordered", nil},
	{2, "grace kemi priya", "ack MSG-4", nil},
	{2, "grace", "event-ask EVT-2", map[string]string{"question": "On which floor was it?"}},
	{2, "grace", "event-data EVT-2", map[string]string{"data": "no", "why": "A door; nothing was taken"}},
	{1, "amy jonas", "ack MSG-4", nil},
	{1, "jonas", "question MSG-4 Which supplier was it?", nil},
	{1, "amy", "update TSK-7 done by Wednesday", nil},
	{1, "mia", "effect 1 In the next phishing test 5 of 12 reported it; in the one before, 2 did", nil},
	{1, "priya", "extend CA-12 {+11} The supplier's engineer can only come then.", nil},
}
