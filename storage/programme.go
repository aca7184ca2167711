package storage

import (
	"time"

	"ismsbot/bot/isms"
)

// PlanItem is a planned communication: its task has what, when and who.
type PlanItem struct {
	*Record
	Audience string // with whom
	Channel  string // how
	Kind     string // of the built-in year; empty for one's own
}

// SavePlanItem adds a task to the communication plan.
func (tx *Tx) SavePlanItem(p PlanItem) error {
	_, err := tx.exec("INSERT INTO comms_plan (task, audience, channel, kind) VALUES ($1, $2, $3, $4)", p.ID.N, p.Audience, p.Channel, p.Kind)
	return wrap("plan a communication", err)
}

// PlanItems returns the communications that are still to come, by date; what
// has been done for good is not among them.
func (tx *Tx) PlanItems() ([]PlanItem, error) {
	var out []PlanItem
	err := tx.each("SELECT p.task, p.audience, p.channel, p.kind FROM comms_plan p JOIN items i ON i.kind = 'task' AND i.n = p.task AND i.is_open = 1 ORDER BY i.due, i.n", nil,
		func(r *rows) error {
			p := PlanItem{Record: &Record{}}
			err := r.Scan(&p.ID.N, &p.Audience, &p.Channel, &p.Kind)
			out = append(out, p)
			return err
		})
	if err != nil {
		return nil, wrap("read the communication plan", err)
	}
	for i := range out {
		if out[i].Record, err = tx.Item(isms.ItemID{Kind: isms.Task, N: out[i].ID.N}); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Communicated counts how often something of the plan was carried out, from
// one instant to another.
func (tx *Tx) Communicated(from, to time.Time) (n int, err error) {
	_, err = tx.row(`SELECT count(*) FROM answers a JOIN comms_plan p ON a.kind = 'task' AND a.n = p.task
		WHERE a.verb = 'done' AND a.undone = 0 AND a.at >= $1 AND a.at < $2`, []any{millis(from), millis(to)}, &n)
	return n, wrap("count what was communicated", err)
}
