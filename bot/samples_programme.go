package bot

import "ismsbot/bot/chat"

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
}
