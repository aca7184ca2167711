package delivery

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

const (
	// closedEvery is how often closed accounts are told of while a broadcast
	// runs: after each time everybody is read anew.
	closedEvery = 5 * time.Minute
	closedChunk = 100
)

// closedAccount takes no messages any more, for the reason that its platform gave.
type closedAccount struct {
	chat.Account
	person isms.PersonID
	code   string
}

// closed gathers the accounts that a broadcast found closed.
type closed struct {
	mu   sync.Mutex
	all  map[chat.Account]closedAccount
	told time.Time
}

func (c *closed) add(a closedAccount) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == nil {
		c.all = map[chat.Account]closedAccount{}
	}
	c.all[a.Account] = a
}

func (c *closed) has(a chat.Account) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, found := c.all[a]
	return found
}

// take returns what was gathered, where it is time to tell.
func (c *closed) take(now time.Time, anyTime bool) []closedAccount {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.all) == 0 || !anyTime && now.Sub(c.told) < closedEvery {
		return nil
	}
	all := slices.Collect(maps.Values(c.all))
	c.all, c.told = nil, now
	return all
}

// tellClosed does for all accounts that were found closed what follows from it.
func (p *Post) tellClosed(ctx context.Context, anyTime bool) error {
	for chunk := range slices.Chunk(p.closed.take(p.Now(), anyTime), closedChunk) {
		if err := p.tellSome(context.WithoutCancel(ctx), chunk); err != nil {
			return err
		}
	}
	return nil
}

// tellSome notes first and looks who stands in then, so that everybody is read
// anew once, and not while others wait to write.
func (p *Post) tellSome(ctx context.Context, some []closedAccount) error {
	var alone []isms.PersonID // who is reached nowhere else
	err := p.DB.Tx(ctx, func(tx *storage.Tx) error {
		alone = nil
		for _, a := range some {
			news, err := tx.SetAccount(a.Account, "", "", a.code)
			if err != nil || !news || a.person == 0 {
				if err != nil {
					return err
				}
				continue
			}
			elsewhere, err := p.noteUnreachable(tx, a.Account, a.person, a.code)
			if err != nil {
				return err
			}
			if !elsewhere {
				alone = append(alone, a.person)
			}
		}
		return nil
	})
	if err != nil || len(alone) == 0 {
		return err
	}
	if err := p.DB.View(ctx, func(tx *storage.Tx) error { _, err := p.People(tx); return err }); err != nil {
		return err
	}
	return p.DB.Tx(ctx, func(tx *storage.Tx) error {
		for _, id := range alone {
			if err := p.standIn(tx, id); err != nil {
				return err
			}
		}
		return nil
	})
}
