// Package programme is the awareness programme: what is communicated when, with
// whom, how and by whom (7.4). A planned communication is a task like any other,
// so reminders, answers and evidence are a task's.
package programme

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// Area is the package as a part of the bot.
func Area() desk.Area {
	return desk.Area{Name: "programme", Remind: remind, Lines: lines, Commands: []desk.Command{
		{Verb: "plan", May: reads, Refused: "refuse.plan", Run: plan, Ahead: reviewAhead},
		{Verb: "plan-new", May: plans, Refused: "refuse.plan", Hidden: true, FormAlways: true, Form: newForm, Run: addNew},
		{Verb: "training", May: reads, Refused: "refuse.plan", Run: training, Ahead: coursesAhead},
		{Verb: "training-new", May: plans, Refused: "refuse.plan", Hidden: true, FormAlways: true, Form: newTrainingForm, Run: newTraining},
		{Verb: "attendance", May: plans, Refused: "refuse.plan", Hidden: true, FormAlways: true, Form: attendanceForm, Run: attendance, Ahead: attendanceAhead},
		{Verb: "effect", May: plans, Refused: "refuse.plan", Hidden: true, FormAlways: true, Form: effectForm, Run: effect, Ahead: coursesAhead},
		{Verb: "learn", Item: true, Hidden: true, FormAlways: true, Form: learnForm, Run: learn},
	}}
}

// plans tells who decides what is communicated.
func plans(r desk.Reader) bool { return r.Is(isms.Comms) || r.Is(isms.ISMSManager) }

// reads tells who sees the plan.
func reads(r desk.Reader) bool {
	return plans(r) || r.Is(isms.TopManagement) || r.Is(isms.Auditor)
}

// plan shows the communication plan, the built-in year ("plan year"), or last
// month's figures ("plan review").
func plan(c *desk.Call) (chat.Reply, error) {
	word, rest := desk.FirstWord(strings.ToLower(c.Line.Text))
	switch word {
	case "":
		card, err := planCard(c)
		return chat.Reply{Card: card}, err
	case "year":
		return year(c, rest)
	case "review":
		card, err := reviewCard(c)
		return chat.Reply{Card: card}, err
	}
	return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.plan_what")
}
