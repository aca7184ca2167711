package awareness

import (
	"fmt"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// mendForm asks for the words anew, and whether their meaning changes.
func mendForm(c *desk.Call) (*chat.Form, error) {
	b, _, err := steered(c)
	if err != nil {
		return nil, err
	}
	if r := b.Mendable(); r != nil {
		return nil, r
	}
	list, err := c.Tx.BroadcastTexts(b.ID, b.Version, b.Edition)
	if err != nil {
		return nil, err
	}
	texts := map[string]isms.Wording{}
	for _, t := range list {
		texts[t.Language] = t.Wording
	}
	inputs := []chat.Input{{Name: "meaning", Label: c.Say("msgform.meaning"), Hint: c.Say("msgform.meaning_hint"), Kind: chat.Choice,
		Options: []chat.Option{{Label: c.Say("msgform.meaning_no"), Value: no}, {Label: c.Say("msgform.meaning_yes"), Value: yes}}}}
	for _, in := range textInputs(c, b.Language, texts) {
		if in.Name != "language" {
			inputs = append(inputs, in)
		}
	}
	inputs = append(inputs, chat.Input{Name: "link", Label: c.Say("msgform.link"), Kind: chat.Line, Optional: true, Max: isms.MaxLink, Value: texts[b.Language].Link})
	return &chat.Form{Title: c.Say("msgform.mend_title"), Submit: c.Say("form.save"), Command: "mend" + id(b) + " " + edition(b), Intro: c.Say("msgform.mend_note"), Inputs: inputs}, nil
}

// edition names the words that a form was filled with: somebody else may mend
// them before it comes back.
func edition(b *storage.Sendout) string { return fmt.Sprintf("%d.%d", b.Version, b.Edition) }

// mend corrects everybody's copy, where the meaning stays, or asks everybody
// again. Both texts are kept. Where a second person agreed to the first words,
// one agrees to these.
func mend(c *desk.Call) (chat.Reply, error) {
	b, rest, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if r := b.Mendable(); r != nil {
		return chat.Reply{}, r
	}
	if c.In.Kind != chat.Submitted {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.broadcast_mend", "id", isms.MessageID(b.ID))
	}
	if rest != "" && rest != edition(b) {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.broadcast_mended", "id", isms.MessageID(b.ID))
	}
	w, before, err := mended(c, b)
	if err != nil {
		return chat.Reply{}, err
	}
	change := isms.Typo
	if c.In.Fields["meaning"] == yes {
		change = isms.Meaning
	}
	version, edition := b.After(change)
	after, err := saveTexts(c, b, version, edition, w.texts)
	if err != nil {
		return chat.Reply{}, err
	}
	more := map[string]any{"texts": after, "texts_before": before, "change": change}
	if isms.NeedsSecond(b.Urgent, b.Count, c.Office.SecondApproverAbove) {
		if len(isms.SecondApprovers(c.People, b.Sender)) == 0 {
			return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.broadcast_nobody", "id", isms.MessageID(b.ID))
		}
		b.Change = change
		return askSecond(c, b, more)
	}
	if r := b.Mend(change); r != nil {
		return chat.Reply{}, r
	}
	if err := changed(c, b, change, "broadcast.mended", more); err != nil {
		return chat.Reply{}, err
	}
	return watched(c, b)
}

// mended reads the words of the form, and the hashes of those that they replace.
func mended(c *desk.Call, b *storage.Sendout) (*writing, map[string]string, error) {
	list, err := c.Tx.BroadcastTexts(b.ID, b.Version, b.Edition)
	if err != nil {
		return nil, nil, err
	}
	before, same := map[string]string{}, true
	w := &writing{Call: c, b: &storage.Sendout{Broadcast: isms.Broadcast{ID: b.ID, Sender: b.Sender}}, texts: map[string]*isms.Wording{}}
	field := func(name string) string { return strings.TrimSpace(c.In.Fields[name]) }
	w.textFields(func(name string) string {
		if name == "language" {
			return b.Language
		}
		return field(name)
	})
	for _, t := range list {
		before[t.Language] = t.Sha256
		x := w.texts[t.Language]
		if x == nil {
			same = false
			continue
		}
		x.Poster, x.Alt, x.Question, x.Answers = t.Poster, t.Alt, t.Question, t.Answers
		x.Link = field("link")
		same = same && x.Title == t.Title && x.Text == t.Text && x.Link == t.Link
	}
	if err := w.judge(); err != nil {
		return nil, nil, err
	}
	if same && len(w.texts) == len(list) {
		w.wrong("text", "refuse.broadcast_same")
	}
	w.renamed(b)
	return w, before, w.verdict()
}

// changed has the new words follow to everybody: copies are corrected, or a
// new version goes out.
func changed(c *desk.Call, b *storage.Sendout, change isms.Change, kind string, more map[string]any) error {
	texts, err := c.Tx.BroadcastTexts(b.ID, b.Version, b.Edition)
	if err != nil {
		return err
	}
	for _, t := range texts {
		if t.Language == b.Language {
			b.Title, b.Minutes = t.Title, t.Minutes()
		}
	}
	if change == isms.Meaning {
		if _, err := c.Tx.CancelGroup(group(b)); err != nil { // what waits is about the older version
			return err
		}
		b.Spread, b.Resend, b.Crowd, b.SentAt, b.EndedAt = 0, 0, "", c.Now, time.Time{} // joiners follow, too
	}
	if err := save(c, b, kind, more); err != nil {
		return err
	}
	c.Office.Wake()
	return nil
}
