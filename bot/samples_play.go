package bot

import (
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// The people of the samples, by their account.
const (
	priya, jon, amy, lena  = "priya@example.com", "jon@example.com", "amy@example.com", "lena@example.com"
	sam, grace, dan, klara = "sam@example.com", "grace@example.com", "daniel@example.com", "klara@example.com"
	mia                    = "mia@example.com"
)

// play asks for every card and form, in the order of a Monday morning.
func (s *sampler) play() error {
	if err := s.db.Tx(s.ctx, s.seed); err != nil {
		return err
	}
	s.typed("", jon, "update CA-2 log book ordered")
	s.typed("", jon, "stuck TSK-2 waits for Facilities")
	s.pressed("First contact: my items", klara, "todo")
	s.run(sampleAt)
	digest := s.last("Staff digest", priya)
	s.last("Digest of a verifier", sam)
	s.ask("Digest, one line answered", priya, chat.Pressed, "ack CA-1", nil, digest)
	s.forms()
	s.ask("Digest after Done", priya, chat.Submitted, "done CA-1", map[string]string{"evidence": "https://wiki.example.com/restore", "happened": "2026-03-16"}, digest)
	s.pressed("Undo", priya, "undo")
	s.decisions()
	s.run(sampleAt.Add(48 * time.Hour))
	s.last("Manager digest", lena)
	s.lists()
	s.platforms()
	s.phishing()
	s.programme()
	s.refusals()
	s.events()
	s.awareness()
	s.stories()
	s.aMonthOn()
	return s.err
}

func (s *sampler) forms() {
	s.pressed("Form: done", priya, "done CA-1")
	s.pressed("Form: more time", priya, "extend CA-1")
	s.pressed("Form: not mine", priya, "delegate CA-1")
	s.pressed("Form: stuck", priya, "stuck CA-1")
	s.pressed("Form: how is it going", priya, "update CA-1")
	s.pressed("Form: new corrective action", grace, "new action")
	s.pressed("Form: new task", grace, "new task")
	s.pressed("Form: new finding", sam, "new finding")
	s.pressed("Form: edit, by the ISMS manager", grace, "edit CA-2")
	s.pressed("Form: edit, by the owner", jon, "edit CA-2")
	s.pressed("Form: settings", priya, "settings")
	s.pressed("Form: share counts", lena, "share")
	s.pressed("Form: it works", sam, "verify CA-4 works")
	s.pressed("Form: it does not work", sam, "verify CA-4 fails")
}

func (s *sampler) decisions() {
	s.typed("Answer: more time", priya, "extend CA-1 27 mar The supplier's engineer can only come on 24 March.")
	s.run(sampleAt.Add(time.Minute))
	request := s.last("Request: more time", lena)
	s.ask("Form: other date", lena, chat.Pressed, "approve REQ-1 …", nil, request)
	s.ask("Form: say no", lena, chat.Pressed, "reject REQ-1", nil, request)
	s.ask("Form: ask a question", lena, chat.Pressed, "ask REQ-1", nil, request)
	s.ask("Request, decided", lena, chat.Pressed, "approve REQ-1", nil, request)
	s.run(sampleAt.Add(2 * time.Minute))
	s.last("Told: more time", priya)
	s.pressed("Nudge, to the manager", lena, "nudge CA-2")
	s.run(sampleAt.Add(3 * time.Minute))
	s.last("Nudge", jon)
	s.typed("Handed over, to who gave", jon, "delegate TSK-2 "+amy)
	s.run(sampleAt.Add(4 * time.Minute))
	s.last("Handed over", amy)
	s.typed("Answer: note", amy, "update TSK-3 done by Wednesday")
	s.typed("Answer: stuck", amy, "stuck TSK-3 the supplier does not reply")
	s.run(sampleAt.Add(5 * time.Minute))
	s.last("Stuck, to the manager", lena)
	s.typed("Answer: not today", amy, "snooze TSK-3 2d")
	s.typed("Answer: recurring task done", amy, "done TSK-3 https://wiki.example.com/cloud")
	s.typed("Answer: it works", sam, "verify CA-4 works two samples seen")
}

func (s *sampler) lists() {
	s.typed("My items", priya, "todo")
	s.ask("Home of a manager", lena, chat.Opened, "", nil, "")
	s.typed("Overdue", lena, "overdue")
	s.typed("Overdue by department", grace, "overdue by department")
	s.typed("Nothing is late", lena, "overdue Facilities")
	s.typed("What comes next", lena, "due 60d")
	s.typed("One item", grace, "show CA-2")
	s.typed("A requirement", grace, "show A.7.2")
	s.typed("Who am I", lena, "who")
	s.typed("Settings", priya, "settings")
	s.typed("Help for staff", priya, "help")
	s.typed("Help for a manager", lena, "help")
	s.typed("Help: one command", priya, "help extend")
	s.typed("Nothing to do", klara, "todo")
	s.typed("New item", grace, "new action Lock the server room at night")
	if s.err == nil {
		s.err = s.bot.AnchorDaily(s.ctx)
	}
	s.run(sampleAt.Add(48*time.Hour + time.Minute))
	s.last("The journal's head, to the auditors", "#auditors")
	if s.err == nil {
		s.err = s.bot.match(s.ctx, samplePlatform, []chat.Member{{Account: chat.Account{Platform: samplePlatform, ID: jon}, Gone: true}}, nil, true)
	}
	s.run(sampleAt.Add(48*time.Hour + 2*time.Minute))
	s.last("Somebody has left", lena)
}

// platforms has Klara connect a second account.
func (s *sampler) platforms() {
	s.typed("Code for another platform", klara, "link")
	s.elsewhere("Wrong code", "klara", "link ABCD-EFGH")
	s.elsewhere("Connected", "klara", "link "+sampleCode)
	s.run(sampleAt.Add(48*time.Hour + 3*time.Minute))
	s.last("Told: an account is connected", klara)
	s.typed("Settings on two platforms", klara, "settings")
	s.pressed("Form: settings on two platforms", klara, "settings")
	s.typed("Who am I on two platforms", klara, "who")
	s.typed("Nothing to connect", klara, "link")
}

func (s *sampler) refusals() {
	s.typed("Wrong word", priya, "overdew")
	s.typed("Missing or not yours", priya, "show CA-99")
	s.typed("Not for you", priya, "overdue")
	s.typed("Somebody else's", amy, "done CA-2")
	s.pressed("Stale button", sam, "verify CA-4 works")
	s.typed("Not your own work", dan, "verify CA-2 works")
	s.typed("A day I cannot read", priya, "extend TSK-1 03/04 because")
	s.ask("Stranger", "stranger@example.com", chat.Typed, "todo", nil, "")
}

// seed makes the people and items that the samples are about.
func (s *sampler) seed(tx *storage.Tx) error {
	people := []*storage.Profile{
		person(dan, "Daniel Cole", "Board", 0, isms.TopManagement), person(grace, "Grace Adeyemi", "Security", 1, isms.ISMSManager),
		person(lena, "Lena Vogt", "Operations", 1, isms.Manager), person(priya, "Priya Nair", "IT", 3), person(jon, "Jon Reed", "Operations", 3),
		person(amy, "Amy Park", "Operations", 3), person(sam, "Sam Okoro", "Quality", 1, isms.Auditor), person(klara, "Klara Brandt", "Facilities", 3),
		person(mia, "Mia Rossi", "Communications", 1, isms.Comms),
	}
	for _, p := range people {
		if err := tx.SavePerson(p); err != nil {
			return err
		}
		if _, err := tx.Bind(chat.Account{Platform: samplePlatform, ID: p.Email}, p.ID); err != nil {
			return err
		}
	}
	d := func(s string) isms.Date { x, _ := isms.ParseDate(s); return x }
	items := []isms.Item{
		{ID: isms.ItemID{Kind: isms.Action}, Title: "Test restoring the payroll backup", Owner: 4, Due: d("2026-03-17"), Severity: isms.Minor, Status: isms.Open,
			Source: "internal_audit", Description: "The January audit found that a restore had never been tried.", Requirements: []string{"iso27001@2022:A.8.13"}},
		{ID: isms.ItemID{Kind: isms.Action}, Title: "Visitor log at the back entrance", Owner: 5, Due: d("2026-03-10"), Severity: isms.Minor, Status: isms.Open,
			Source: "external_audit", Requirements: []string{"iso27001@2022:A.7.2"}},
		{ID: isms.ItemID{Kind: isms.Action}, Title: "Encrypt the sales laptops", Owner: 4, Due: d("2026-04-02"), Severity: isms.Observation, Status: isms.Open},
		{ID: isms.ItemID{Kind: isms.Action}, Title: "Two people for every supplier payment", Owner: 3, Due: d("2025-12-15"), Severity: isms.Major, Status: isms.Done,
			DoneOn: d("2025-12-12"), DoneBy: 3, Verifier: 7, VerifyDue: d("2026-03-16")},
		{ID: isms.ItemID{Kind: isms.Task}, Title: "Check who can still open the finance share", Owner: 4, Due: d("2026-03-19"), Status: isms.Open, Repeat: "quarterly", EvidenceNeeded: "a screenshot or the export of the list"},
		{ID: isms.ItemID{Kind: isms.Task}, Title: "Clear desk round, second floor", Owner: 5, Due: d("2026-03-13"), Status: isms.Open, Repeat: "monthly"},
		{ID: isms.ItemID{Kind: isms.Task}, Title: "Yearly supplier check, CloudDesk", Owner: 6, Due: d("2026-03-12"), Status: isms.Open, Repeat: "yearly"},
		{ID: isms.ItemID{Kind: isms.Audit}, Title: "Surveillance audit 1", Owner: 2, Due: d("2026-06-09"), Status: isms.Confirmed, AuditKind: isms.Surveillance},
	}
	for _, it := range items {
		it.FirstDue, it.SeriesStart = it.Due, it.Due
		if err := tx.SaveItem(&storage.Record{Item: it}); err != nil {
			return err
		}
	}
	return nil
}

func person(email, name, department string, manager isms.PersonID, roles ...isms.Role) *storage.Profile {
	return &storage.Profile{Person: isms.Person{Email: email, Name: name, Department: department, Manager: manager, Roles: roles}}
}
