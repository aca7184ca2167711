package bot

import (
	"time"

	"ismsbot/bot/chat"
)

// programme plans what is communicated.
func (s *sampler) programme() {
	s.typed("Communication plan: nothing yet", grace, "plan")
	s.typed("The built-in year", grace, "plan year")
	s.pressed("Communication plan", grace, "plan year start")
	s.pressed("Form: add to the plan", grace, "plan-new")
	s.ask("Communication plan, added to", grace, chat.Submitted, "plan-new", map[string]string{"what": "Clean desks in summer", "due": "2026-06-02",
		"repeat": "yearly", "audience": "Operations", "channel": "team meeting"}, "")
	s.typed("Last month's communication", grace, "plan review")
	s.typed("The built-in year is complete", grace, "plan year")
	s.typed("My planned communication", mia, "show TSK-6")
	s.typed("A planned communication: write it?", mia, "broadcast TSK-6")
	s.pressed("Form: write a planned communication", mia, "broadcast TSK-6")
	s.trainings()
}

// aMonthOn looks back on the month of the samples.
func (s *sampler) aMonthOn() {
	s.run(sampleAt.AddDate(0, 0, 17).Add(time.Hour))
	s.typed("Last month's communication, with its figures", mia, "plan review")
	s.typed("A planned communication with gaps", mia, "broadcast TSK-9 to everyone | News | [… When were the auditors here, and for what?]")
	s.typed("", mia, "broadcast TSK-6 to everyone | Who is that in the corridor? | Ask friendly whom they are looking for. | ack by 2026-04-10")
	s.typed("Communication plan, one being written", mia, "plan")
	s.run(sampleAt.AddDate(0, 0, 22).Add(time.Hour))
	s.last("Digest of what is late in the plan", grace)
}

// trainings makes one, gives it, and has somebody learn it.
func (s *sampler) trainings() {
	s.typed("Trainings: none yet", grace, "training")
	s.pressed("Form: new training", grace, "training-new")
	s.ask("A training", grace, chat.Submitted, "training-new", map[string]string{"title": "Odd mails", "link": "https://learn.example.com/mails", "audience": "Operations", "repeat": "yearly", "joiners": "no",
		"questions": "An odd link. What now? | Report it | Open it\nWho gets my password? | Nobody | IT | My manager"}, "")
	s.pressed("A training: give it?", grace, "training 1 give")
	s.pressed("A training, given", grace, "training 1 give 2")
	s.run(s.now())
	s.typed("My training", lena, "show TSK-11")
	s.pressed("Form: learn", lena, "learn TSK-11")
	s.ask("Answer again", lena, chat.Submitted, "learn TSK-11", map[string]string{"questiona": "0", "questionb": "0"}, "")
	s.ask("A training, learned", lena, chat.Submitted, "learn TSK-11", map[string]string{"questiona": "1", "questionb": "2"}, "")
	s.typed("A training is not done without doing it", amy, "done TSK-12")
	s.pressed("Form: attendance", grace, "attendance 1 …")
	s.ask("Attendance, recorded", grace, chat.Submitted, "attendance 1", map[string]string{"on": "2026-03-16", "people": "Amy Park"}, "")
	s.pressed("Form: did it help", grace, "effect 1 …")
	s.ask("A training and its effect", grace, chat.Submitted, "effect 1", map[string]string{"effect": "More odd mails are reported than in January."}, "")
	s.typed("Trainings", grace, "training")
	s.pressed("A training: end it?", grace, "training 1 end")
}
