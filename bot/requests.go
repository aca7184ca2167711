package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
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
	if r := isms.ExtensionAllowed(&it.Item, to, c.today, isms.Date{}); r != nil {
		return chat.Reply{}, c.atField("day", r)
	}
	approver := isms.Approver(&it.Item, c.Person, c.people, false)
	if approver == 0 {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.no_approver", "id", it.ID)
	}
	if err := c.lapse(it.ID, "asked anew"); err != nil {
		return chat.Reply{}, err
	}
	q := &storage.Request{Kind: "extension", Item: it.ID, Due: it.Due, NewDue: to, Reason: reason, AskedBy: c.ID, AskedAt: c.now, Approver: approver, State: storage.Pending}
	if err := c.tx.SaveRequest(q); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.text(reason)
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
	_, err := c.b.enqueue(c.tx, post{key: fmt.Sprintf("request/%d/%d", q.ID, q.Approver), class: classRequest, to: c.people.Get(q.Approver),
		what: content{View: viewRequest, Request: q.ID}, items: []isms.ItemID{q.Item}})
	return err
}

// newDate reads the date and the reason, from the form or the line.
func (c *call) newDate(it *storage.Record) (isms.Date, string, error) {
	if c.in.Kind == chat.Submitted {
		d, err := isms.ParseDate(c.in.Fields["day"])
		if err != nil {
			return d, "", fieldErrors{"day": c.say.Say("form.which_day")}
		}
		reason, err := c.reason("reason")
		return d, reason, err
	}
	d, reason, ok := parseDay(c.line.words, c.today)
	switch {
	case !ok:
		return d, "", isms.Refuse(isms.Invalid, "refuse.when", "words", brief(c.line.words, 40))
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
	if propose.Before(c.today) {
		propose = c.today.Add(7)
	}
	intro := heading(it) + "\n" + c.say.Say("form.now_due", "day", c.day(it.Due))
	if p := c.people.Get(isms.Approver(&it.Item, c.Person, c.people, false)); p != nil {
		intro += " " + c.say.Say("form.decides", "name", p.Name)
	}
	return &chat.Form{Title: c.say.Say("form.more_time_title"), Submit: c.say.Say("form.ask"), Command: "extend " + it.ID.String(), Intro: intro,
		Inputs: []chat.Input{
			{Name: "day", Label: c.say.Say("form.new_date"), Kind: chat.DateInput, Value: c.cal.OnOrAfter(propose).String()},
			{Name: "reason", Label: c.say.Say("form.because"), Kind: chat.Paragraph, Max: maxWords},
		}}, nil
}

// request reads "REQ-8" at the beginning of the line's words.
func (c *call) request() (*storage.Request, *storage.Record, string, error) {
	word, rest := firstWord(c.line.text)
	digits, ok := strings.CutPrefix(strings.ToUpper(oneDash(word)), "REQ-")
	n, err := strconv.ParseInt(digits, 10, 64)
	missing := isms.Refuse(isms.NotFound, "refuse.not_found", "id", brief(word, 20))
	if !ok || err != nil {
		return nil, nil, "", missing
	}
	q, err := c.tx.Request(n)
	if err != nil {
		return nil, nil, "", err
	}
	if q == nil {
		return nil, nil, "", missing
	}
	it, err := c.tx.Item(q.Item)
	if err != nil {
		return nil, nil, "", err
	}
	asker := c.people.Get(q.AskedBy)
	if it == nil || asker == nil || !isms.CanSee(&it.Item, c.Person, c.people) && q.Approver != c.ID {
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
		approver = isms.Approver(it, c.people.Get(q.AskedBy), c.people, false)
	}
	return isms.MayDecide(it, q.AskedBy, c.Person, approver)
}

func (c *call) leadsForRequest(q *storage.Request, it *isms.Item) bool {
	of := it.Owner
	if of == 0 {
		of = q.AskedBy
	}
	return slices.Contains(c.people.Above(of), c.ID)
}

func (c *call) approve() (chat.Reply, error) {
	q, it, words, err := c.request()
	if err != nil {
		return chat.Reply{}, err
	}
	if c.in.Kind == chat.Submitted {
		words = c.in.Fields["day"]
	}
	if words != "" {
		d, _, ok := parseDay(words, c.today)
		if !ok {
			return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.when", "words", brief(words, 40))
		}
		q.NewDue = d
	}
	if r := isms.ExtensionAllowed(&it.Item, q.NewDue, c.today, isms.Date{}); r != nil {
		return chat.Reply{}, c.atField("day", r)
	}
	before := *it
	if r := it.MoveDue(q.NewDue, c.today); r != nil {
		return chat.Reply{}, c.atField("day", r)
	}
	return c.decide(q, &before, it, storage.Approved, "")
}

// atField shows a refusal of what was asked for in the form, at its field.
func (c *call) atField(name string, r *isms.Refusal) error {
	if c.in.Kind == chat.Submitted && r.Code == isms.Invalid {
		return fieldErrors{name: c.phrase(r.Key, r.Args)}
	}
	return r
}

// requestWith is the request and the words that must come with an answer to
// it; missing is the refusal's key where a typed line has none.
func (c *call) requestWith(missing string) (*storage.Request, *storage.Record, string, error) {
	q, it, words, err := c.request()
	if err != nil {
		return nil, nil, "", err
	}
	if c.in.Kind == chat.Submitted {
		words = strings.TrimSpace(c.in.Fields["reason"])
	}
	switch {
	case words != "":
		return q, it, words, nil
	case c.in.Kind == chat.Submitted:
		return nil, nil, "", fieldErrors{"reason": c.say.Say("form.needed")}
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
	q.State, q.DecidedBy, q.DecidedAt, q.Note = state, c.ID, c.now, note
	if err := c.tx.SaveRequest(q); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.text(note)
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
		if to := c.present(id); to != nil {
			if err := c.tellDecided(q, it, a.ID, to); err != nil {
				return chat.Reply{}, err
			}
		}
	}
	d, err := c.pressed()
	if err != nil {
		return chat.Reply{}, err
	}
	if d != nil {
		return c.respond(a)
	}
	card, err := c.b.requestCard(c.tx, c.reader, q, false)
	return chat.Reply{Card: card}, err
}

// tellDecided tells who asked, and the owner for whom they did, at once.
func (c *call) tellDecided(q *storage.Request, it *storage.Record, answer int64, to *isms.Person) error {
	r := c.b.reader(to, c.people)
	text := r.say.Say("request.told_"+q.State, "name", r.people.Name(c.ID), "title", it.Title, "id", it.ID.String(), "day", r.day(q.NewDue), "was", r.day(q.Due))
	card := &chat.Card{Summary: text, Language: r.say.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
	if q.Note != "" {
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quote, Text: q.Note})
	}
	_, err := c.b.enqueue(c.tx, post{key: fmt.Sprintf("decided/%d/%d/%d", q.ID, answer, to.ID), class: classAnswer, to: to, what: content{View: viewCard, Card: card}})
	return err
}

func (c *call) approveForm() (*chat.Form, error) {
	q, it, _, err := c.request()
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.say.Say("form.other_date_title"), Submit: c.say.Say("form.approve"), Command: "approve " + requestID(q.ID), Intro: heading(it),
		Inputs: []chat.Input{{Name: "day", Label: c.say.Say("form.new_date"), Kind: chat.DateInput, Value: q.NewDue.String()}}}, nil
}

func (c *call) rejectForm() (*chat.Form, error) {
	q, it, _, err := c.request()
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.say.Say("form.say_no_title"), Submit: c.say.Say("form.say_no"), Command: "reject " + requestID(q.ID), Intro: heading(it),
		Inputs: []chat.Input{{Name: "reason", Label: c.say.Say("form.reason_for", "name", c.firstName(q.AskedBy)), Kind: chat.Paragraph, Max: maxWords}}}, nil
}
