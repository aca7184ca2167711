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
	return tx.planItems("JOIN items i ON i.kind = 'task' AND i.n = p.task AND i.is_open = 1 ORDER BY i.due, i.n")
}

// PlanItem returns the planned communication that the task is, also one that
// has been done for good; nil for another task.
func (tx *Tx) PlanItem(task int64) (*PlanItem, error) {
	all, err := tx.planItems("WHERE p.task = $1", task)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// PlanItemsLate returns those that have become late since NotedLate, on the day.
func (tx *Tx) PlanItemsLate(today isms.Date) ([]PlanItem, error) {
	return tx.planItems("JOIN items i ON i.kind = 'task' AND i.n = p.task AND i.is_open = 1 WHERE i.due < $1 AND p.late_told <> i.due", today.String())
}

// NotedLate notes that those concerned know of it, until it is due again.
func (tx *Tx) NotedLate(p *PlanItem) error {
	_, err := tx.exec("UPDATE comms_plan SET late_told = $1 WHERE task = $2", p.Due.String(), p.ID.N)
	return wrap("note that a communication is late", err)
}

func (tx *Tx) planItems(where string, args ...any) ([]PlanItem, error) {
	var out []PlanItem
	err := tx.each("SELECT p.task, p.audience, p.channel, p.kind FROM comms_plan p "+where, args, func(r *rows) error {
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

// PlanSend is a broadcast that was written for one occurrence of a planned
// communication.
type PlanSend struct {
	Task int64
	Due  isms.Date // as the occurrence was first promised
	*Sendout
}

// SavePlanSend notes that the broadcast was written for the occurrence that is
// due now; one that is there stays.
func (tx *Tx) SavePlanSend(p *PlanItem, broadcast int64) error {
	_, err := tx.exec("INSERT INTO comms_plan_broadcasts (broadcast, task, due) VALUES ($1, $2, $3) ON CONFLICT (broadcast) DO NOTHING",
		broadcast, p.ID.N, p.FirstPromise().String())
	return wrap("note what a broadcast is for", err)
}

// LastPlanSend is the newest broadcast for the occurrence that is due now, or
// else the newest that went out for an earlier one; nil for none. What was
// stopped is neither.
func (tx *Tx) LastPlanSend(p *PlanItem) (*PlanSend, error) {
	all, err := tx.planSends("WHERE l.task = $1 ORDER BY l.broadcast DESC", p.ID.N)
	var before *PlanSend
	for _, s := range all {
		switch {
		case s.State == isms.Stopped:
		case s.Due == p.FirstPromise():
			return s, err
		case before == nil && !s.SentAt.IsZero():
			before = s
		}
	}
	return before, err
}

// PlanSendsOut are those that were let go and have not closed their occurrence.
func (tx *Tx) PlanSendsOut() ([]*PlanSend, error) {
	return tx.planSends("JOIN broadcasts b ON b.id = l.broadcast WHERE l.done = 0 AND b.state IN ('sending', 'finished') ORDER BY l.broadcast")
}

func (tx *Tx) planSends(where string, args ...any) ([]*PlanSend, error) {
	var out []*PlanSend
	err := tx.each("SELECT l.task, l.due, l.broadcast FROM comms_plan_broadcasts l "+where, args, func(r *rows) error {
		s := &PlanSend{Sendout: &Sendout{}}
		err := r.Scan(&s.Task, date{&s.Due}, &s.ID)
		out = append(out, s)
		return err
	})
	if err != nil {
		return nil, wrap("read what broadcasts are for", err)
	}
	for _, s := range out {
		if s.Sendout, err = tx.Broadcast(s.ID); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PlanSent notes that the broadcast has done what was planned, or that nothing
// was left of it to do.
func (tx *Tx) PlanSent(broadcast int64) error {
	_, err := tx.exec("UPDATE comms_plan_broadcasts SET done = 1 WHERE broadcast = $1", broadcast)
	return wrap("note that a plan was carried out", err)
}

// Communicated counts how often something of the plan was carried out, from
// one instant to another.
func (tx *Tx) Communicated(from, to time.Time) (n int, err error) {
	_, err = tx.row(`SELECT count(*) FROM answers a JOIN comms_plan p ON a.kind = 'task' AND a.n = p.task
		WHERE a.verb = 'done' AND a.undone = 0 AND a.at >= $1 AND a.at < $2`, []any{millis(from), millis(to)}, &n)
	return n, wrap("count what was communicated", err)
}
