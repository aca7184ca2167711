package bot

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// troubleClosed is why a closed account takes no messages. Other reasons are
// noted by delivery, and stand until something happens to the account.
const troubleClosed = "account closed"

// membersAtOnce is how many of a directory's entries share a transaction.
const membersAtOnce = 500

// SyncMembers matches people with the accounts of every platform that has a
// directory: by verified e-mail, once and for good. Guests and other outsiders
// take part only where the people file has named their account. A platform
// that does not answer does not hold up the others.
func (b *Bot) SyncMembers(ctx context.Context) error {
	var failed []error
	for _, platform := range slices.Sorted(maps.Keys(b.Messengers)) {
		d, ok := b.Messengers[platform].(chat.Directory)
		if !ok {
			continue
		}
		all, err := d.Members(ctx)
		if err == nil {
			err = b.matchAll(ctx, platform, all)
		}
		if err != nil {
			failed = append(failed, fmt.Errorf("match people on %s: %w", platform, err))
		}
	}
	return errors.Join(append(failed, b.TellFound(ctx))...)
}

// MemberChanged takes in what a platform says of one account, as it happens.
// It costs one read where that is known already, so that a platform may tell it
// with everything that somebody does.
func (b *Bot) MemberChanged(ctx context.Context, m chat.Member) error {
	news, err := b.memberNews(ctx, m)
	if err == nil && news {
		err = b.match(ctx, m.Account.Platform, []chat.Member{m}, nil, true)
	}
	if err != nil {
		return fmt.Errorf("match an account on %s: %w", m.Account.Platform, err)
	}
	return nil
}

// memberNews tells whether something may follow from what is said of an account.
func (b *Bot) memberNews(ctx context.Context, m chat.Member) (news bool, err error) {
	err = b.DB.View(ctx, func(tx *storage.Tx) error {
		a, bound, err := tx.Account(m.Account)
		if err != nil {
			return err
		}
		if !bound {
			news = m.Email != "" && !m.Outside && !m.Gone
			return nil
		}
		people, err := b.office.People(tx)
		if err != nil {
			return err
		}
		trouble := m.Trouble
		if m.Gone {
			trouble = troubleClosed
		}
		p := people.Get(a.Person)
		moved := m.Email != "" && (p == nil || p.Email != strings.ToLower(m.Email))
		news = moved || a.Trouble != trouble || m.Zone != "" && a.Zone != m.Zone || m.Language != "" && a.Language != m.Language
		return nil
	})
	return news, err
}

func (b *Bot) matchAll(ctx context.Context, platform string, all []chat.Member) error {
	shared := sharedEmails(all)
	for part := range slices.Chunk(all, membersAtOnce) {
		if err := b.match(ctx, platform, part, shared, false); err != nil {
			return err
		}
	}
	return nil
}

// sharedEmails are those that two open accounts have: neither proves whose it is.
func sharedEmails(all []chat.Member) map[string]bool {
	seen, shared := map[string]bool{}, map[string]bool{}
	for _, m := range all {
		email := strings.ToLower(m.Email)
		if email == "" || m.Outside || m.Gone {
			continue
		}
		shared[email] = seen[email]
		seen[email] = true
	}
	maps.DeleteFunc(shared, func(_ string, twice bool) bool { return !twice })
	return shared
}

func (b *Bot) match(ctx context.Context, platform string, members []chat.Member, shared map[string]bool, event bool) error {
	return b.DB.Tx(ctx, func(tx *storage.Tx) error {
		m, err := b.matching(tx, platform, shared)
		if err != nil {
			return err
		}
		m.event = event
		for _, x := range members {
			x.Account.Platform = platform
			if err := m.member(x); err != nil {
				return err
			}
		}
		if !m.bound {
			return nil
		}
		return b.tellFoundLater(tx)
	})
}

// matching is a part of a platform's directory being compared with people.
type matching struct {
	b        *Bot
	tx       *storage.Tx
	platform string
	shared   map[string]bool
	byEmail  map[string]*isms.Person
	accounts map[string]storage.AccountState // by id
	holders  map[isms.PersonID]bool          // who has an account on the platform
	event    bool                            // something has just happened to the account
	bound    bool                            // somebody was bound
}

func (b *Bot) matching(tx *storage.Tx, platform string, shared map[string]bool) (*matching, error) {
	people, err := b.office.People(tx)
	if err != nil {
		return nil, err
	}
	accounts, err := tx.AccountsOn(platform)
	if err != nil {
		return nil, err
	}
	m := &matching{b: b, tx: tx, platform: platform, shared: shared, byEmail: map[string]*isms.Person{},
		accounts: map[string]storage.AccountState{}, holders: map[isms.PersonID]bool{}}
	for _, p := range people.All() {
		m.byEmail[p.Email] = p
	}
	for _, a := range accounts {
		m.accounts[a.ID] = a
		m.holders[a.Person] = true
	}
	return m, nil
}

// member takes in one entry of the directory.
func (m *matching) member(x chat.Member) error {
	x.Email = strings.ToLower(x.Email)
	if have, ok := m.accounts[x.Account.ID]; ok {
		return m.known(x, have)
	}
	p := m.byEmail[x.Email]
	if p == nil || x.Email == "" || x.Outside || x.Gone {
		return nil
	}
	if m.shared[x.Email] || m.holders[p.ID] {
		return m.conflict("twice", x, p)
	}
	if _, err := m.tx.Bind(x.Account, p.ID); err != nil {
		return err
	}
	if _, err := m.tx.SetAccount(x.Account, x.Zone, x.Language, x.Trouble); err != nil {
		return err
	}
	m.accounts[x.Account.ID] = storage.AccountState{Account: x.Account, Person: p.ID, Trouble: x.Trouble}
	m.holders[p.ID], m.bound = true, true
	if err := m.tx.Journal(m.b.Now(), "account.bound", map[string]any{"person": p.ID, "platform": m.platform, "how": "email"}); err != nil {
		return err
	}
	if err := m.tx.LookNow(p.ID); err != nil {
		return err
	}
	if err := m.b.cameBack(m.tx, p.ID); err != nil || x.Trouble == "" {
		return err
	}
	return m.b.out.Unreachable(m.tx, x.Account, p.ID, x.Trouble)
}

// known brings an account that is bound up to date.
func (m *matching) known(x chat.Member, have storage.AccountState) error {
	if p := m.byEmail[x.Email]; p != nil && x.Email != "" && p.ID != have.Person && !x.Gone {
		if err := m.conflict("moved", x, p); err != nil {
			return err
		}
	}
	trouble := have.Trouble
	switch {
	case x.Gone:
		trouble = troubleClosed
	case x.Trouble != "":
		trouble = x.Trouble
	case trouble == troubleClosed || m.event:
		trouble = ""
	}
	news, err := m.tx.SetAccount(x.Account, x.Zone, x.Language, trouble)
	if err != nil || !news {
		return err
	}
	before := have.Trouble
	have.Account, have.Trouble = x.Account, trouble
	m.accounts[x.Account.ID] = have
	if err := m.tx.LookNow(have.Person); err != nil {
		return err
	}
	return m.turned(have, before)
}

// turned does what follows when an account takes messages, or takes none, for
// another reason than before.
func (m *matching) turned(a storage.AccountState, before string) error {
	if a.Trouble == before {
		return nil
	}
	if a.Trouble == troubleClosed {
		if err := m.b.accountClosed(m.tx, a.Account, a.Person); err != nil {
			return err
		}
		return m.b.office.Readdress(m.tx, a.Person)
	}
	if before == troubleClosed {
		if err := m.b.accountOpened(m.tx, a.Account, a.Person); err != nil {
			return err
		}
	}
	if a.Trouble != "" {
		return m.b.out.Unreachable(m.tx, a.Account, a.Person, a.Trouble)
	}
	if before == troubleClosed {
		return nil
	}
	return m.tx.Journal(m.b.Now(), "person.reachable", map[string]any{"person": a.Person, "platform": m.platform})
}

// conflict tells the ISMS managers, once, that an account claims an e-mail
// which does not settle whose it is. Bindings stay as they are.
func (m *matching) conflict(why string, x chat.Member, p *isms.Person) error {
	key := "conflict/" + why + "/" + m.platform + "/" + strconv.FormatInt(int64(p.ID), 10) + "/" + fmt.Sprintf("%x", sha256.Sum256([]byte(x.Account.ID)))[:16]
	known, err := m.tx.Meta(key)
	if err != nil || known != "" {
		return err
	}
	now := m.b.Now()
	if err := m.tx.SetMeta(key, strconv.FormatInt(now.Unix(), 10)); err != nil {
		return err
	}
	if err := m.tx.Journal(now, "account.refused", map[string]any{"person": p.ID, "platform": m.platform, "why": why}); err != nil {
		return err
	}
	people, err := m.b.office.People(m.tx)
	if err != nil {
		return err
	}
	for _, to := range people.With(isms.ISMSManager) {
		r := m.b.reader(to, people)
		text := r.Say("members."+why, "name", p.Name, "platform", r.PlatformName(m.platform))
		card := &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{
			chat.Text{Text: text}, chat.Text{Style: chat.Quiet, Text: r.Say("members."+why+"_next", "platform", r.PlatformName(m.platform))},
		}}
		_, err := m.b.office.Enqueue(m.tx, desk.Post{Key: key + "/" + strconv.FormatInt(int64(to.ID), 10), Class: desk.Request, To: to, What: desk.Card(card)})
		if err != nil {
			return err
		}
	}
	return nil
}
