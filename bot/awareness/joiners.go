package awareness

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// joiners includes those who have come since the audiences were frozen, or have
// got an account. Whom several broadcasts are for gets one message.
func (s *Schedule) joiners(ctx context.Context, live []*storage.Sendout) error {
	var version string
	joined := map[isms.PersonID][]*storage.Sendout{}
	var looked []*storage.Sendout
	var back []*storage.Recipient
	err := s.db.View(ctx, func(tx *storage.Tx) (err error) {
		if version, err = tx.PeopleVersion(); err != nil {
			return err
		}
		for _, b := range live {
			if b.State != isms.Sending || b.Spread < b.Count || b.Crowd == version {
				continue
			}
			looked = append(looked, b)
			if err := s.joinedTo(tx, b, joined); err != nil {
				return err
			}
			if back, err = s.reachable(tx, b, back); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || len(looked) == 0 {
		return err
	}
	for some := range slices.Chunk(back, chunk) {
		err := s.db.Tx(ctx, func(tx *storage.Tx) error {
			for _, x := range some {
				if err := tx.MarkAgain(x); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.welcome(ctx, looked, joined, version)
}

// joinedTo finds those whom the rule means now and who have no row.
func (s *Schedule) joinedTo(tx *storage.Tx, b *storage.Sendout, joined map[isms.PersonID][]*storage.Sendout) error {
	people, err := s.o.People(tx)
	if err != nil {
		return err
	}
	f, err := facts(s.o, tx, people, b.Audience)
	if err != nil {
		return err
	}
	asked, err := tx.Asked(b.ID, b.Version)
	if err != nil {
		return err
	}
	for _, p := range people.All() {
		if !asked[p.ID] && b.Audience.Means(p, f) {
			joined[p.ID] = append(joined[p.ID], b)
		}
	}
	return nil
}

// reachable adds those who have an account since they were to be asked.
func (s *Schedule) reachable(tx *storage.Tx, b *storage.Sendout, out []*storage.Recipient) ([]*storage.Recipient, error) {
	people, err := s.o.People(tx)
	if err != nil {
		return out, err
	}
	list, err := tx.Without(b.ID, b.Version)
	for _, x := range list {
		if p := people.Get(x.Person); p != nil && p.Reachable && !p.Left {
			out = append(out, x)
		}
	}
	return out, err
}

// welcome writes the joiners' rows: one message for all that is open.
func (s *Schedule) welcome(ctx context.Context, looked []*storage.Sendout, joined map[isms.PersonID][]*storage.Sendout, version string) error {
	ids := make([]isms.PersonID, 0, len(joined))
	for id := range joined {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for some := range slices.Chunk(ids, chunk) {
		err := s.db.Tx(ctx, func(tx *storage.Tx) error {
			people, err := s.o.People(tx)
			if err != nil {
				return err
			}
			for _, id := range some {
				if err := s.include(tx, people.Get(id), joined[id]); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		s.o.Wake()
	}
	return s.db.Tx(ctx, func(tx *storage.Tx) error {
		for _, b := range looked {
			if err := tx.LookedForJoiners(b, version); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Schedule) include(tx *storage.Tx, p *isms.Person, open []*storage.Sendout) error {
	if p == nil {
		return nil
	}
	to, err := s.o.Address(tx, p.ID)
	if err != nil {
		return err
	}
	var x batch
	for _, b := range open {
		if err := s.ask(tx, &x, b, p, to, len(open) > 1); err != nil {
			return err
		}
	}
	if len(open) > 1 && len(x.letters) > 0 {
		a := about{Broadcast: open[0].ID}
		for _, b := range open {
			a.Others = append(a.Others, b.ID)
		}
		body, err := json.Marshal(desk.View("awareness/"+viewBundle, a))
		if err != nil {
			return err
		}
		x.letters = x.letters[:1]
		x.letters[0].Key, x.letters[0].Content = fmt.Sprintf("broadcast/joined/%d/%d", open[len(open)-1].ID, p.ID), string(body)
		for i := range x.rows {
			x.rows[i].Key, x.rows[i].Due = x.letters[0].Key, x.letters[0].NotBefore
		}
	}
	for i, b := range open {
		x.rows[i].Joined = true
		if err := tx.Journal(s.o.Now(), "broadcast.joined", map[string]any{"broadcast": b.ID, "version": b.Version, "person": p.ID}); err != nil {
			return err
		}
	}
	return x.write(tx)
}

// drawBundle lists what is open for somebody who has joined.
func drawBundle(tx *storage.Tx, r desk.Reader, a about, first bool) (*chat.Card, error) {
	var list chat.List
	var buttons chat.Buttons
	for _, n := range a.Others {
		b, err := tx.Broadcast(n)
		if err != nil {
			return nil, err
		}
		x, err := tx.Recipient(n, versionOf(b), r.ID)
		if err != nil {
			return nil, err
		}
		if b == nil || x == nil || b.State == isms.Stopped || first && !x.Acked.IsZero() {
			continue
		}
		row, err := line(tx, r, b)
		if err != nil {
			return nil, err
		}
		if !x.Acked.IsZero() {
			row.When, row.Note = "", r.Say("poster.read", "moment", r.Moment(x.Acked))
		} else if len(buttons.Shown) == 0 {
			buttons = row.Serve
		}
		list.Rows = append(list.Rows, row.Row)
	}
	if len(list.Rows) == 0 {
		return nil, nil
	}
	head := r.Count("bundle.head", len(list.Rows), "name", r.FirstName())
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, list}}
	if len(buttons.Shown) > 0 {
		card.Blocks = append(card.Blocks, buttons)
	}
	return card, nil
}

func versionOf(b *storage.Sendout) int {
	if b == nil {
		return 0
	}
	return b.Version
}
