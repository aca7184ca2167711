package awareness

import (
	"fmt"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// group is what the keys of all a broadcast's messages begin with.
func group(b *storage.Sendout) string { return fmt.Sprintf("broadcast/%d/", b.ID) }

// key is the outbox key of one person's copy. A further try of those who were
// not reached has keys of its own.
func key(b *storage.Sendout, tries int, person isms.PersonID) string {
	if tries > 1 {
		return fmt.Sprintf("broadcast/%d/%d.%d/%d", b.ID, b.Version, tries, person)
	}
	return fmt.Sprintf("broadcast/%d/%d/%d", b.ID, b.Version, person)
}

// turned saves a step and shows the sender's card as it is now.
func turned(c *desk.Call, b *storage.Sendout, kind string, more map[string]any) (chat.Reply, error) {
	if err := save(c, b, kind, more); err != nil {
		return chat.Reply{}, err
	}
	return watched(c, b)
}

// watched answers with the sender's card: in its place where it was pressed
// there, else beside, with the one in the chat brought up to date.
func watched(c *desk.Call, b *storage.Sendout) (chat.Reply, error) {
	d, err := c.Pressed()
	if err != nil {
		return chat.Reply{}, err
	}
	if d != nil && d.ID == b.Watch {
		if reply, ok, err := c.Redrawn(); ok || err != nil {
			return reply, err
		}
	}
	if b.Watch != 0 {
		if err := c.Tx.EnqueueUpdate(b.Watch, c.Now); err != nil {
			return chat.Reply{}, err
		}
		c.Office.Wake()
	}
	card, err := watchCard(c.Tx, c.Reader, b)
	return chat.Reply{Card: card}, err
}

// pause holds back what has not gone yet.
func pause(c *desk.Call) (chat.Reply, error) {
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if r := b.Pause(); r != nil {
		return chat.Reply{}, r
	}
	if _, err := c.Tx.PauseGroup(group(b)); err != nil {
		return chat.Reply{}, err
	}
	return turned(c, b, "broadcast.paused", nil)
}

// resume goes on after a pause.
func resume(c *desk.Call) (chat.Reply, error) {
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if r := b.Resume(); r != nil {
		return chat.Reply{}, r
	}
	if _, err := c.Tx.ResumeGroup(group(b)); err != nil {
		return chat.Reply{}, err
	}
	c.Office.Wake()
	return turned(c, b, "broadcast.resumed", nil)
}

func stopForm(c *desk.Call) (*chat.Form, error) {
	b, _, err := steered(c)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("msgform.stop_title"), Submit: c.Say("msgform.stop"), Command: "stop" + id(b), Intro: c.Say("msgform.stop_note", "title", b.Title),
		Inputs: []chat.Input{{Name: "reason", Label: c.Say("form.reason"), Kind: chat.Line, Optional: true, Max: 300}}}, nil
}

// stop ends it for good: nothing more goes out, nobody is reminded.
func stop(c *desk.Call) (chat.Reply, error) {
	b, rest, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	sent := b.Out()
	if r := b.Stop(); r != nil {
		return chat.Reply{}, r
	}
	reason := rest
	if c.In.Kind == chat.Submitted {
		reason = c.In.Fields["reason"]
	}
	sha, err := c.Text(reason)
	if err != nil {
		return chat.Reply{}, err
	}
	if _, err := c.Tx.CancelGroup(group(b)); err != nil {
		return chat.Reply{}, err
	}
	b.EndedAt, b.Change = c.Now, isms.NoChange
	if !sent {
		if err := save(c, b, "broadcast.stopped", map[string]any{"text_sha256": sha}); err != nil {
			return chat.Reply{}, err
		}
		return c.Sentence("watch.dropped", "title", b.Title, "id", isms.MessageID(b.ID)), nil
	}
	return turned(c, b, "broadcast.stopped", map[string]any{"text_sha256": sha})
}

// missedAhead counts beside the writer whom no message has reached.
func missedAhead(c *desk.Call) (any, error) {
	b, _, err := steered(c)
	if err != nil || b.State != isms.Sending {
		return nil, err
	}
	return c.Tx.CountMissed(b.ID, b.Version)
}

// resend has those asked again whom no message has reached: their rows follow.
func resend(c *desk.Call) (chat.Reply, error) {
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if b.State != isms.Sending {
		return chat.Reply{}, b.Stands()
	}
	n, _ := c.Ready.(int64)
	if n == 0 {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.resend_nobody", "id", isms.MessageID(b.ID))
	}
	b.Resend = 1
	c.Office.Wake()
	reply, err := turned(c, b, "broadcast.resent", map[string]any{"count": n})
	asked := sentence(c.Reader, c.Count("watch.resent", int(n)))
	if reply.Replaces {
		reply.Note = asked
	} else {
		reply.Card = asked
	}
	return reply, err
}

// tell lets managers see in their digest who is missing, before the date.
func tell(c *desk.Call) (chat.Reply, error) {
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if b.State != isms.Sending {
		return chat.Reply{}, b.Stands()
	}
	b.ToldLines = true
	return turned(c, b, "broadcast.managers_told", nil)
}
