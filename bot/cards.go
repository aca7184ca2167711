package bot

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// undoTime is how long a harmless press can be taken back.
const undoTime = 10 * time.Minute

// firstContact is who the bot is and what it wants, said once.
func (r reader) firstContact() string {
	if r.Is(isms.ISMSManager) {
		return r.Say("first_contact_manager", "name", r.FirstName())
	}
	return r.Say("first_contact", "name", r.FirstName(), "inviter", r.ManagerName())
}

// undoButton takes the reader's own fresh answer back.
func (r reader) undoButton(a *storage.Answer) (chat.Button, bool) {
	if a == nil || a.By != r.ID || a.Undone || r.Now.Sub(a.At) >= undoTime || !undoable[a.Verb] {
		return chat.Button{}, false
	}
	return r.Button("button.undo", "undo "+strconv.FormatInt(a.ID, 10)), true
}

// askCard is a nudge or a hand-over: somebody turns to the reader about one item.
func (b *Bot) askCard(tx *storage.Tx, r reader, d *storage.Delivery, c content, first bool) (*chat.Card, error) {
	id, ok := isms.ParseItemID(c.Item)
	if !ok {
		return nil, nil
	}
	it, err := tx.Item(id)
	if err != nil || it == nil {
		return nil, err
	}
	holds := it.IsOpen() && it.Owner == r.ID && it.Due == c.Due
	if first && !holds {
		return nil, nil
	}
	answer, err := tx.LastAnswer(id, c.Due)
	if err != nil {
		return nil, err
	}
	text := r.Say(c.View, "name", r.FirstNameOf(c.By), "title", it.Title, "id", it.ID.String())
	card := &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}}}
	if !holds || answer != nil && answer.By == r.ID && !answer.At.Before(d.Created) {
		line := r.Say("outcome.closed")
		if answer != nil {
			line = r.answerLine(answer)
		}
		card.Blocks = append(card.Blocks, chat.Text{Text: line})
		if undo, ok := r.undoButton(answer); ok {
			card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{undo}})
		}
		return card, nil
	}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quiet, Text: r.Say("ask.due", "day", r.Near(it.Due))})
	shown, more := r.ownerActions(&it.Item)
	if c.View == viewNudge {
		// In the third place, which "On it" has left where that was said already.
		shown = append(shown[:min(chat.MaxShown-1, len(shown))], r.act("button.stuck", "stuck "+it.ID.String(), &it.Item))
		more = slices.DeleteFunc(more, func(x chat.Button) bool { return strings.HasPrefix(x.Command, "stuck") })
	}
	card.Blocks = append(card.Blocks, chat.Buttons{Shown: shown[:min(chat.MaxShown, len(shown))], More: more})
	return card, nil
}

// leaverCard offers the open items of somebody who has left.
func (b *Bot) leaverCard(tx *storage.Tx, r reader, c content, first bool) (*chat.Card, error) {
	items, err := tx.SharedOf(c.By)
	if err != nil || len(items) == 0 && first {
		return nil, err
	}
	name := r.People.Name(c.By)
	text := r.Count("leaver.summary", len(items), "name", name)
	if len(items) == 0 {
		text = r.Say("leaver.settled", "name", name)
	}
	card := &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: text}}}
	var list chat.List
	for i, it := range items {
		if i == maxRows {
			list.More = len(items) - maxRows
			break
		}
		row := r.teamRow(&it.Item, false)
		row.Menu = []chat.Button{r.act("button.take", "take "+it.ID.String(), &it.Item), r.act("button.hand_to", "delegate "+it.ID.String(), &it.Item),
			r.act("button.open", "show "+it.ID.String(), &it.Item)}
		list.Rows = append(list.Rows, row)
	}
	if len(list.Rows) == 0 {
		return card, nil
	}
	offered := &items[0].Item
	card.Blocks = append(card.Blocks, list, chat.Buttons{Shown: []chat.Button{
		r.act("button.take_first", "take "+offered.ID.String(), offered), r.act("button.hand_to", "delegate "+offered.ID.String(), offered)}})
	return card, nil
}

// welcomeBack tells somebody who was away what others did for them.
func (b *Bot) welcomeBack(tx *storage.Tx, r reader, day isms.Date, waiting int) (string, error) {
	var last isms.Absence
	for _, a := range r.Absences {
		if a.To.Before(day) && a.To.After(last.To) {
			last = a
		}
	}
	if last.To.IsZero() {
		return "", nil
	}
	previous, err := tx.LastDigest(r.ID, day)
	if err != nil || previous.After(last.To) || day.Sub(last.To) > 14 {
		return "", err
	}
	done, err := tx.AnswersFor(r.ID, last.From.In(r.Calendar.Zone))
	if err != nil {
		return "", err
	}
	text := r.Say("back.head")
	for i, a := range done {
		if i == 2 {
			break
		}
		text += " " + r.Say("back.did", "name", r.FirstNameOf(a.By), "id", a.Item.String())
	}
	if waiting > 0 {
		text += " " + r.Count("back.waits", waiting)
	}
	return text, nil
}

// consequence announces what happens before it happens, to the person first.
func (g *digest) consequence(e entry) string {
	if e.row != nil {
		return ""
	}
	it := &e.item.Item
	if !e.open || it.Private || e.told.Capacity != isms.AsOwner || it.DaysLate(g.Today) < 0 || it.Due.After(g.Today) {
		return ""
	}
	grace := it.Due
	if it.FirstReminded.After(grace) {
		grace = it.FirstReminded
	}
	on := g.Calendar.AddWorking(grace, g.cadence.Manager)
	lead := g.People.Get(g.Manager)
	if lead == nil || !on.After(g.Today) {
		return ""
	}
	return g.Say("digest.consequence", "id", it.ID.String(), "day", g.Day(on), "name", lead.FirstName())
}

// unreached names, for the ISMS manager, those whom no message reached and why.
func (b *Bot) unreached(tx *storage.Tx, r reader, c content) ([]string, error) {
	var out []string
	for _, id := range c.Missing {
		p := r.People.Get(id)
		if p == nil || p.Reachable {
			continue
		}
		accounts, err := tx.Accounts(id)
		if err != nil {
			return nil, err
		}
		reason := r.Say("unreached.no_account")
		if len(accounts) > 0 {
			reason = r.Say("unreached.trouble", "code", accounts[0].Trouble)
		}
		if len(out) == maxRows {
			return append(out, r.Count("card.more", len(c.Missing)-maxRows)), nil
		}
		out = append(out, p.Name+": "+reason)
	}
	return out, nil
}

// personNumber reads a person's id from an answer's detail.
func personNumber(s string) isms.PersonID {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0
	}
	return isms.PersonID(n)
}

// shownIn reads what a delivery shows.
func shownIn(d *storage.Delivery) (content, error) {
	var c content
	err := json.Unmarshal([]byte(d.Content), &c)
	return c, err
}
