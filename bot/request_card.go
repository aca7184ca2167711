package bot

import (
	"strconv"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func requestID(id int64) string { return "REQ-" + strconv.FormatInt(id, 10) }

func (r reader) approveButton(q *storage.Request) chat.Button {
	b := r.Button("button.approve", "approve "+requestID(q.ID), "day", r.Day(q.NewDue))
	b.Spoken = r.Say("button.approve_spoken", "day", r.Day(q.NewDue), "id", q.Item.String(), "name", r.People.Name(q.AskedBy))
	b.Look = chat.Primary
	return b
}

func (r reader) requestMenu(q *storage.Request) []chat.Button {
	id := " " + requestID(q.ID)
	approve := r.approveButton(q)
	approve.Look = chat.Plain
	return []chat.Button{approve, r.Button("button.other_date", "approve"+id+" …"), r.Button("button.say_no", "reject"+id),
		r.Button("button.open", "show "+q.Item.String())}
}

// requestCard asks the approver for a decision, and afterwards tells what it was.
func (b *Bot) requestCard(tx *storage.Tx, r reader, q *storage.Request, first bool) (*chat.Card, error) {
	it, err := tx.Item(q.Item)
	if err != nil || it == nil {
		return nil, err
	}
	if q.State != storage.Pending {
		if first {
			return nil, nil
		}
		return r.decidedCard(tx, q, it)
	}
	if q.Approver != r.ID && q.Second != r.ID {
		if first {
			return nil, nil
		}
		text := r.Say("request.passed", "name", r.People.Name(q.Approver), "id", it.ID.String())
		return &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}, nil
	}
	title := r.Say("request.asks_time", "name", r.People.Name(q.AskedBy), "title", it.Title, "id", it.ID.String())
	facts := []chat.Fact{{Name: r.Say("request.now_due"), Value: r.dueHistory(&it.Item)},
		{Name: r.Say("request.asks_for"), Value: r.Day(q.NewDue)},
		{Name: r.Say("request.because"), Value: r.Say("word.quote", "words", q.Reason)}}
	if it.LastWord != "" {
		facts = append(facts, chat.Fact{Name: r.Say("request.so_far"), Value: it.LastWord})
	}
	effect, err := r.effect(tx, q)
	if err != nil {
		return nil, err
	}
	if effect != "" {
		facts = append(facts, chat.Fact{Name: r.Say("request.effect"), Value: effect})
	}
	id := " " + requestID(q.ID)
	return &chat.Card{
		Summary: r.Count("request.summary", q.NewDue.Sub(q.Due), "name", r.FirstNameOf(q.AskedBy), "id", it.ID.String()),
		Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: title}, chat.Facts{Facts: facts},
			chat.Buttons{Shown: []chat.Button{r.approveButton(q), r.act("button.other_date", "approve"+id+" …", &it.Item), r.act("button.say_no", "reject"+id, &it.Item)},
				More: []chat.Button{r.act("button.ask", "ask"+id, &it.Item, "name", r.FirstNameOf(q.AskedBy)), r.act("button.open", "show "+it.ID.String(), &it.Item),
					r.act("button.pass", "pass"+id, &it.Item, "name", r.ManagerName())}},
			chat.Text{Style: chat.Quiet, Text: r.Say("request.until", "day", r.Day(q.Due))}},
	}, nil
}

// dueHistory is the date, and the first one where it was moved.
func (r reader) dueHistory(it *isms.Item) string {
	if it.Moves == 0 {
		return r.Day(it.Due)
	}
	return r.Count("request.moved", it.Moves, "day", r.Day(it.Due), "first", r.Day(it.FirstPromise()))
}

// effect compares the date asked for with the next external audit.
func (r reader) effect(tx *storage.Tx, q *storage.Request) (string, error) {
	audit, err := tx.NextAudit(r.Today, isms.Surveillance, isms.Recertification)
	if err != nil || audit == nil {
		return "", err
	}
	if days := audit.Due.Sub(q.NewDue); days > 0 {
		return r.Count("request.before_audit", days, "day", r.Day(audit.Due)), nil
	}
	return r.Say("request.after_audit", "day", r.Day(audit.Due)), nil
}

// decidedCard is one line: what, who, when.
func (r reader) decidedCard(tx *storage.Tx, q *storage.Request, it *storage.Record) (*chat.Card, error) {
	own := ""
	if q.DecidedBy == r.ID {
		own = "_own"
	}
	text := r.Say("request."+q.State+own, "id", q.Item.String(), "title", it.Title, "day", r.Day(q.NewDue), "was", r.Day(q.Due),
		"name", r.People.Name(q.DecidedBy), "asker", r.FirstNameOf(q.AskedBy), "moment", r.Moment(q.DecidedAt))
	card := &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}}}
	last, err := tx.LastAnswerBy(r.ID)
	if err != nil {
		return nil, err
	}
	if last != nil && last.Detail["request"] == strconv.FormatInt(q.ID, 10) {
		if undo, ok := r.undoButton(last); ok {
			card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{undo}})
		}
	}
	return card, nil
}
