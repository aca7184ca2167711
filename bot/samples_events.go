package bot

import (
	"time"

	"ismsbot/bot/chat"
)

// events has Klara report, with her name and without, and Grace look into it.
func (s *sampler) events() {
	day := sampleAt.Add(48 * time.Hour)
	s.pressed("Form: report", klara, "report")
	s.about("Form: report a message", klara, "report", chat.Quotation{Text: "Please pay to the new account today.", Link: "https://chat.example.com/p1"})
	s.typed("Report received", klara, "report A supplier wrote of a new bank account, Amy called them")
	s.run(day.Add(4 * time.Minute))
	card := s.last("Urgent: a new report", grace)
	s.eventForms()
	s.ask("", grace, chat.Submitted, "event-ask EVT-1", map[string]string{"question": "Which supplier was it?"}, card)
	s.run(day.Add(5 * time.Minute))
	s.last("Report: a question", klara)
	s.pressed("Form: add words to a report", klara, "event-words EVT-1")
	s.ask("Report: words added", klara, chat.Submitted, "event-words EVT-1", map[string]string{"words": "It was CloudDesk"}, "")
	s.run(day.Add(6 * time.Minute))
	s.last("Report: words added, to who looks into it", grace)
	s.ask("Report: an incident", grace, chat.Submitted, "event-incident EVT-1", map[string]string{"why": "A fake invoice; nothing was paid"}, card)
	s.run(day.Add(7 * time.Minute))
	s.last("Told: an incident", klara)
	s.typed("Report, for who reported it", klara, "show EVT-1")
	s.ask("", grace, chat.Submitted, "event-data EVT-1", map[string]string{"data": "controller", "why": "Names of clerks"}, "")
	s.ask("Report: aware since", grace, chat.Submitted, "event-aware EVT-1", map[string]string{"day": "2026-03-18", "time": "08:30", "why": "The supplier confirmed it"}, "")
	s.typed("Reports that are open", grace, "events")
	s.run(day.Add(48*time.Hour + 5*time.Minute))
	s.last("Urgent: 48 hours have passed", grace)
	s.last("Urgent: 48 hours have passed, to top management", dan)
	s.pressed("Form: notify or not", grace, "event-notify EVT-1")
	s.ask("", grace, chat.Submitted, "event-notify EVT-1", map[string]string{"decision": "not", "why": "No risk to anybody"}, "")
	s.ask("", grace, chat.Submitted, "event-finding EVT-1", map[string]string{"title": "Call before a bank detail changes", "severity": "minor", "why": "Nothing said that one has to call"}, "")
	s.ask("", grace, chat.Submitted, "event-close EVT-1", map[string]string{"change": "bank details now need a call"}, "")
	s.run(day.Add(48*time.Hour + 6*time.Minute))
	s.last("Told: a change", klara)
	s.typed("Report that is closed", grace, "show EVT-1")
	s.nameless()
}

func (s *sampler) eventForms() {
	for _, f := range [][2]string{{"incident", "an incident"}, {"finding", "a finding"}, {"nothing", "nothing to do"}, {"ask", "ask the reporter"}, {"data", "personal data"},
		{"aware", "aware since"}, {"people", "people told"}, {"phase", "later phase"}, {"close", "close a report"}} {
		s.pressed("Form: "+f[1], grace, "event-"+f[0]+" EVT-1")
	}
}

// stories has Grace make a story of the closed report, and Mia one of her own.
func (s *sampler) stories() {
	s.pressed("Form: a win story of a report", grace, "story EVT-1")
	s.ask("Win story, handed over", grace, chat.Submitted, "story EVT-1", map[string]string{"title": "One call was enough", "text": "A colleague phoned the supplier on the number we already had.",
		"sender": mia}, "")
	s.run(sampleAt.Add(10*24*time.Hour + 3*time.Hour))
	s.last("A story to send", mia)
	s.pressed("Form: a win story", mia, "story")
	s.ask("Win story, preview", mia, chat.Submitted, "story", map[string]string{"title": "A wrong badge", "text": "Amy Park asked a stranger for his badge. There was none."}, "")
	s.typed("Report that is told", grace, "show EVT-1")
}

func (s *sampler) nameless() {
	s.typed("Report received, without a name", klara, "report anonymously The archive is open at night")
	s.typed("Nothing answered yet", klara, "report "+sampleReport)
	s.run(sampleAt.Add(97 * time.Hour))
	s.last("Urgent: a report without a name", grace)
	s.ask("", grace, chat.Submitted, "event-nothing EVT-2", map[string]string{"why": "The cleaners work there until ten", "personal": "no"}, "")
	s.typed("Answers behind a code", klara, "report "+sampleReport)
	s.typed("A code that is none", klara, "report AAAA-AAAA-AAA2")
	s.typed("Somebody else's report", amy, "show EVT-1")
	s.typed("A report that is closed", grace, "event-incident EVT-1")
}
