package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// extend asks the approver for more time; the old date stands until they answer.
func (c *call) extend() (chat.Reply, error) {
	it, err := c.answerable()
	if err != nil {
		return chat.Reply{}, err
	}
	to, reason, err := c.newDate(it)
	if err != nil {
		return chat.Reply{}, err
	}
	if r := isms.ExtensionAllowed(&it.Item, to, c.Today, isms.Date{}); r != nil {
		return chat.Reply{}, c.AtField("day", r)
	}
	approver := isms.Approver(&it.Item, c.Person, c.People, false)
	if approver == 0 {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.no_approver", "id", it.ID)
	}
	if err := c.lapse(it.ID, "asked anew"); err != nil {
		return chat.Reply{}, err
	}
	q := &storage.Request{Kind: "extension", Item: it.ID, Due: it.Due, NewDue: to, Reason: reason, AskedBy: c.ID, AskedAt: c.Now, Approver: approver, State: storage.Pending}
	if err := c.Tx.SaveRequest(q); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(reason)
	if err != nil {
		return chat.Reply{}, err
	}
	before := *it
	a, err := c.record(&before, it, storage.Answer{Verb: "extend", Detail: map[string]string{"day": to.String(), "was": it.Due.String(),
		"approver": strconv.FormatInt(int64(approver), 10), "request": strconv.FormatInt(q.ID, 10), "words": reason}},
		map[string]any{"request": q.ID, "to": to.String(), "approver": approver, "text_sha256": sha})
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.askApprover(q); err != nil {
		return chat.Reply{}, err
	}
	return c.respond(a)
}

func (c *call) askApprover(q *storage.Request) error {
	_, err := c.Enqueue(desk.Post{Key: fmt.Sprintf("request/%d/%d", q.ID, q.Approver), Class: desk.Request, To: c.People.Get(q.Approver),
		What: content{View: viewRequest, Request: q.ID}, Items: []isms.ItemID{q.Item}})
	return err
}

// newDate reads the date and the reason, from the form or the line.
func (c *call) newDate(it *storage.Record) (isms.Date, string, error) {
	if c.In.Kind == chat.Submitted {
		d, err := isms.ParseDate(c.In.Fields["day"])
		if err != nil {
			return d, "", desk.FieldErrors{"day": c.Say("form.which_day")}
		}
		reason, err := c.Reason("reason")
		return d, reason, err
	}
	d, reason, ok := desk.ParseDay(c.Line.Words, c.Today)
	switch {
	case !ok:
		return d, "", isms.Refuse(isms.Invalid, "refuse.when", "words", desk.Brief(c.Line.Words, 40))
	case strings.TrimSpace(reason) == "":
		return d, "", isms.Refuse(isms.Invalid, "refuse.extend_why", "id", it.ID, "date", d)
	}
	return d, reason, nil
}

func (c *call) extendForm() (*chat.Form, error) {
	it, err := c.unfinished()
	if err != nil {
		return nil, err
	}
	propose := it.Due.Add(7)
	if propose.Before(c.Today) {
		propose = c.Today.Add(7)
	}
	intro := heading(it) + "\n" + c.Say("form.now_due", "day", c.Day(it.Due))
	if p := c.People.Get(isms.Approver(&it.Item, c.Person, c.People, false)); p != nil {
		intro += " " + c.Say("form.decides", "name", p.Name)
	}
	return &chat.Form{Title: c.Say("form.more_time_title"), Submit: c.Say("form.ask"), Command: "extend " + it.ID.String(), Intro: intro,
		Inputs: []chat.Input{
			{Name: "day", Label: c.Say("form.new_date"), Kind: chat.DateInput, Value: c.Calendar.OnOrAfter(propose).String()},
			{Name: "reason", Label: c.Say("form.because"), Kind: chat.Paragraph, Max: desk.MaxWords},
		}}, nil
}

// request reads "REQ-8" at the beginning of the line's words.
func (c *call) request() (*storage.Request, *storage.Record, string, error) {
	n, rest, ok := c.Line.Number("REQ-")
	word, _ := desk.FirstWord(c.Line.Text)
	missing := isms.Refuse(isms.NotFound, "refuse.not_found", "id", desk.Brief(word, 20))
	if !ok {
		return nil, nil, "", missing
	}
	q, err := c.Tx.Request(n)
	if err != nil {
		return nil, nil, "", err
	}
	if q == nil {
		return nil, nil, "", missing
	}
	it, err := c.Tx.Item(q.Item)
	if err != nil {
		return nil, nil, "", err
	}
	asker := c.People.Get(q.AskedBy)
	if it == nil || asker == nil || !isms.CanSee(&it.Item, c.Person, c.People) && q.Approver != c.ID {
		return nil, nil, "", missing
	}
	if r := c.mayDecide(q, &it.Item); r != nil {
		return nil, nil, "", r
	}
	switch {
	case q.State == storage.Lapsed:
		return nil, nil, "", isms.Refuse(isms.Conflict, "refuse.lapsed", "id", q.Item)
	case q.State != storage.Pending:
		return nil, nil, "", isms.Refuse(isms.Conflict, "refuse.decided", "id", q.Item, "name", q.DecidedBy)
	case q.Due != it.Due:
		return nil, nil, "", isms.Refuse(isms.Conflict, "refuse.moved_on", "id", q.Item, "date", it.Due)
	}
	return q, it, rest, nil
}

// mayDecide refuses whoever may not decide about the request as things stand
// now: who was asked for the sake of a place in the owner's line or of a role,
// and has it no longer, cannot.
func (c *call) mayDecide(q *storage.Request, it *isms.Item) *isms.Refusal {
	approver := q.Approver
	if approver == c.ID && !c.Is(isms.ISMSManager) && !c.Is(isms.TopManagement) && !c.leadsForRequest(q, it) {
		approver = isms.Approver(it, c.People.Get(q.AskedBy), c.People, false)
	}
	return isms.MayDecide(it, q.AskedBy, c.Person, approver)
}

func (c *call) leadsForRequest(q *storage.Request, it *isms.Item) bool {
	of := it.Owner
	if of == 0 {
		of = q.AskedBy
	}
	return slices.Contains(c.People.Above(of), c.ID)
}

func (c *call) approve() (chat.Reply, error) {
	q, it, words, err := c.request()
	if err != nil {
		return chat.Reply{}, err
	}
	if c.In.Kind == chat.Submitted {
		words = c.In.Fields["day"]
	}
	if words != "" {
		d, _, ok := desk.ParseDay(words, c.Today)
		if !ok {
			return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.when", "words", desk.Brief(words, 40))
		}
		q.NewDue = d
	}
	if r := isms.ExtensionAllowed(&it.Item, q.NewDue, c.Today, isms.Date{}); r != nil {
		return chat.Reply{}, c.AtField("day", r)
	}
	before := *it
	if r := it.MoveDue(q.NewDue, c.Today); r != nil {
		return chat.Reply{}, c.AtField("day", r)
	}
	return c.decide(q, &before, it, storage.Approved, "")
}

// requestWith is the request and the words that must come with an answer to
// it; missing is the refusal's key where a typed line has none.
func (c *call) requestWith(missing string) (*storage.Request, *storage.Record, string, error) {
	q, it, words, err := c.request()
	if err != nil {
		return nil, nil, "", err
	}
	if c.In.Kind == chat.Submitted {
		words = strings.TrimSpace(c.In.Fields["reason"])
	}
	switch {
	case words != "":
		return q, it, words, nil
	case c.In.Kind == chat.Submitted:
		return nil, nil, "", desk.FieldErrors{"reason": c.Say("form.needed")}
	}
	return nil, nil, "", isms.Refuse(isms.Invalid, missing, "id", requestID(q.ID))
}

func (c *call) reject() (chat.Reply, error) {
	q, it, words, err := c.requestWith("refuse.reject_why")
	if err != nil {
		return chat.Reply{}, err
	}
	before := *it
	return c.decide(q, &before, it, storage.Rejected, words)
}

// decide keeps the decision, tells who asked at once, and answers.
func (c *call) decide(q *storage.Request, before, it *storage.Record, state, note string) (chat.Reply, error) {
	q.State, q.DecidedBy, q.DecidedAt, q.Note = state, c.ID, c.Now, note
	if err := c.Tx.SaveRequest(q); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(note)
	if err != nil {
		return chat.Reply{}, err
	}
	verb := map[string]string{storage.Approved: "approve", storage.Rejected: "reject"}[state]
	a, err := c.record(before, it, storage.Answer{Verb: verb, Detail: map[string]string{"request": strconv.FormatInt(q.ID, 10),
		"day": q.NewDue.String(), "was": q.Due.String(), "words": note}}, map[string]any{"request": q.ID, "to": q.NewDue.String(), "text_sha256": sha})
	if err != nil {
		return chat.Reply{}, err
	}
	for _, id := range slices.Compact([]isms.PersonID{q.AskedBy, it.Owner}) {
		if to := c.Present(id); to != nil {
			if err := c.tellDecided(q, it, a.ID, to); err != nil {
				return chat.Reply{}, err
			}
		}
	}
	d, err := c.Pressed()
	if err != nil {
		return chat.Reply{}, err
	}
	if d != nil {
		return c.respond(a)
	}
	card, err := c.b.requestCard(c.Tx, c.reader(), q, false)
	return chat.Reply{Card: card}, err
}

// tellDecided tells who asked, and the owner for whom they did, at once.
func (c *call) tellDecided(q *storage.Request, it *storage.Record, answer int64, to *isms.Person) error {
	r := c.ReaderOf(to)
	text := r.Say("request.told_"+q.State, "name", r.People.Name(c.ID), "title", it.Title, "id", it.ID.String(), "day", r.Day(q.NewDue), "was", r.Day(q.Due))
	card := &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
	if q.Note != "" {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quote, Text: q.Note})
	}
	_, err := c.Enqueue(desk.Post{Key: fmt.Sprintf("decided/%d/%d/%d", q.ID, answer, to.ID), Class: desk.Answer, To: to, What: desk.Card(card)})
	return err
}

func (c *call) approveForm() (*chat.Form, error) {
	q, it, _, err := c.request()
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("form.other_date_title"), Submit: c.Say("form.approve"), Command: "approve " + requestID(q.ID), Intro: heading(it),
		Inputs: []chat.Input{{Name: "day", Label: c.Say("form.new_date"), Kind: chat.DateInput, Value: q.NewDue.String()}}}, nil
}

func (c *call) rejectForm() (*chat.Form, error) {
	q, it, _, err := c.request()
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("form.say_no_title"), Submit: c.Say("form.say_no"), Command: "reject " + requestID(q.ID), Intro: heading(it),
		Inputs: []chat.Input{{Name: "reason", Label: c.Say("form.reason_for", "name", c.FirstNameOf(q.AskedBy)), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}
