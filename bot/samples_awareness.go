package bot

import (
	"time"

	"ismsbot/bot/chat"
	"ismsbot/storage"
)

// sampleStory is the broadcast of the samples, as its form is filled in.
func sampleStory() map[string]string {
	return map[string]string{
		"title": "Two fake invoices, both stopped", "language": "en", "audience": "everyone", "except": "sam@example.com", "ack_by": "2026-03-27",
		"text": "Two fake invoices reached us in March. Both were stopped.\n\nAmy in Operations noticed a new bank account and phoned the supplier on the number we already had. " +
			"That one call saved 18,400 pounds.\n\n- If a bank detail changes, **call first**.\n- Use a number that you already had.",
		"other_title": "Zwei falsche Rechnungen, beide gestoppt",
		"other_text":  "Zwei falsche Rechnungen kamen im März. Beide wurden gestoppt.\n\nAmy in Operations fiel ein neues Konto auf, und sie rief an, unter der Nummer, die wir schon hatten.",
		"poster":      "https://intranet.example.com/posters/march.png", "alt": "A paper invoice with a fishing hook through it. Text: We paid nothing.",
		"link": "https://intranet.example.com/payments", "question": "A bank detail changes. What first?", "answers": "Call the number we had\nPay and ask later\nReply to the mail",
		"other_alt":      "Eine Rechnung aus Papier, durch die ein Angelhaken geht. Text: Wir haben nichts bezahlt.",
		"other_question": "Eine Bankverbindung ändert sich. Was zuerst?", "other_answers": "Die bekannte Nummer anrufen\nZahlen und später fragen\nAuf die Mail antworten",
		"named": "amy@example.com",
	}
}

// awareness plays a broadcast from its form to its end, on the Monday after: the
// clock of the samples only goes forward.
func (s *sampler) awareness() {
	monday := sampleAt.Add(7*24*time.Hour + time.Hour)
	s.run(monday)
	s.typed("Broadcasts, none yet", mia, "broadcast")
	s.pressed("Form: new broadcast", mia, "broadcast")
	s.ask("Broadcast: preview, waits for consent", mia, chat.Submitted, "broadcast", sampleStory(), "")
	s.run(monday.Add(time.Minute))
	consent := s.last("Broadcast: may I be named", amy)
	s.pressed("Form: change a draft", mia, "broadcast MSG-1")
	s.ask("Broadcast: named", amy, chat.Pressed, s.commandOn(consent, 0), nil, consent)
	s.run(monday.Add(2 * time.Minute))
	s.last("Told: named", mia)
	s.typed("Broadcast: preview", mia, "show MSG-1")
	s.typed("Broadcast: wrong head count", mia, "send MSG-1 99")
	s.pressed("Form: send", mia, "send MSG-1 …")
	s.typed("Broadcast: sent", mia, "send MSG-1 7")
	s.run(monday.Add(3 * time.Minute))
	poster := s.last("Broadcast, as people get it", priya)
	s.readers(poster, monday)
	s.steering(monday)
	s.second(monday)
	s.run(sampleAt.Add(10 * 24 * time.Hour))
	s.last("Digest with something to read", amy)
	s.joiner()
}

func (s *sampler) readers(poster chat.MessageRef, at time.Time) {
	s.ask("Form: check question", priya, chat.Pressed, "ack MSG-1 …", nil, poster)
	s.ask("Broadcast: not quite", priya, chat.Submitted, "ack MSG-1", map[string]string{"answer": "1"}, poster)
	s.ask("Form: a question about a broadcast", priya, chat.Pressed, "question MSG-1", nil, poster)
	s.ask("Broadcast: question asked", priya, chat.Submitted, "question MSG-1", map[string]string{"question": "Which supplier was it?"}, poster)
	for _, answer := range []string{"2", "3"} { // one of them is right
		s.ask("", priya, chat.Submitted, "ack MSG-1", map[string]string{"answer": answer}, poster)
	}
	s.ask("Broadcast, read", priya, chat.Pressed, "ack MSG-1", nil, poster)
	s.ask("Broadcast: poster alone", priya, chat.Pressed, "read MSG-1 poster", nil, poster)
	s.ask("Broadcast: why me", priya, chat.Pressed, "why MSG-1", nil, poster)
	s.typed("Broadcast: questions", mia, "questions MSG-1")
	s.pressed("Form: reply to a question", mia, "reply MSG-1 1")
	s.ask("Broadcast: replied", mia, chat.Submitted, "reply MSG-1 1", map[string]string{"answer": "CloudDesk. They have been told."}, "")
	s.run(at.Add(4 * time.Minute))
	s.last("Told: reply to a question", priya)
}

func (s *sampler) steering(at time.Time) {
	s.typed("Broadcast, as its sender watches it", mia, "stats MSG-1")
	s.typed("Broadcast: who is missing", mia, "missing MSG-1")
	s.typed("Broadcast: register", mia, "register MSG-1")
	s.pressed("Form: attendance list", mia, "record MSG-1")
	s.ask("Broadcast: recorded by list", mia, chat.Submitted, "record MSG-1", map[string]string{"people": "Klara Brandt"}, "")
	s.pressed("Form: fix the words", mia, "mend MSG-1")
	s.typed("Broadcast: paused", mia, "pause MSG-1")
	s.typed("", mia, "resume MSG-1")
	s.pressed("Form: stop for good", mia, "stop MSG-1 …")
	s.run(at.Add(5 * time.Minute))
}

// second has another person agree to an urgent one.
func (s *sampler) second(at time.Time) {
	s.typed("Broadcast: preview of an urgent one", mia, "broadcast to everyone | Do not open the mail from Payroll | It is not ours. If you did, tell Grace at once. | urgent")
	s.typed("Broadcast: waits for a second person", mia, "send MSG-2 8")
	s.run(at.Add(6 * time.Minute))
	asked := s.last("Broadcast: second person", grace)
	s.ask("Form: say no to a broadcast", grace, chat.Pressed, "reject MSG-2", nil, asked)
	s.ask("Broadcast: agreed", grace, chat.Pressed, s.commandOn(asked, 0), nil, asked)
	s.run(at.Add(7 * time.Minute))
	s.last("Urgent broadcast", amy)
	s.ask("Broadcast: stopped", mia, chat.Submitted, "stop MSG-2", map[string]string{"reason": "it is over"}, "")
	s.typed("Broadcasts", mia, "broadcast")
	s.typed("List", grace, "list Fire wardens = priya@example.com, Amy Park")
	s.typed("Lists", mia, "lists")
	s.typed("Broadcast: not for you", priya, "broadcast to everyone | Cake | In the kitchen.")
}

// joiner lets somebody begin while two broadcasts are open.
func (s *sampler) joiner() {
	s.typed("", grace, "broadcast to everyone | The new visitor log | Please sign every guest in. | ack by 2026-04-02")
	s.typed("", grace, "send MSG-3 8")
	s.run(sampleAt.Add(10*24*time.Hour + time.Hour))
	s.hire(person("neo@example.com", "Neo Lang", "Operations", 3), true)
	s.run(sampleAt.Add(10*24*time.Hour + 2*time.Hour))
	s.last("Broadcasts for somebody who has joined", "neo@example.com")
	ana := person("ana@example.com", "Ana Torres", "Operations", 3)
	ana.OwnZone = "America/New_York"
	s.hire(ana, true)
	s.hire(person("nils@example.com", "Nils Holm", "Facilities", 3), false)
	s.run(sampleAt.Add(10*24*time.Hour + 2*time.Hour + time.Minute))
	s.typed("Broadcast: New York is still to come", grace, "stats MSG-3")
	s.typed("Broadcast: those missed are asked again", grace, "resend MSG-3")
}

// hire adds somebody, with an account on the samples' platform or without.
func (s *sampler) hire(p *storage.Profile, reached bool) {
	if s.err != nil {
		return
	}
	s.err = s.db.Tx(s.ctx, func(tx *storage.Tx) error {
		if err := tx.SavePerson(p); err != nil || !reached {
			return err
		}
		_, err := tx.Bind(chat.Account{Platform: samplePlatform, ID: p.Email}, p.ID)
		return err
	})
}

// commandOn is what a button of a message runs, counted from 0.
func (s *sampler) commandOn(ref chat.MessageRef, at int) string {
	for _, m := range s.sent {
		if m.ref != ref {
			continue
		}
		for _, b := range m.card.Blocks {
			if buttons, ok := b.(chat.Buttons); ok && at < len(buttons.Shown) {
				return buttons.Shown[at].Command
			}
		}
	}
	return ""
}
