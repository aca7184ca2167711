package awareness

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// draftHash names what a draft says, in all its languages, and to whom.
func draftHash(tx *storage.Tx, b *storage.Sendout) (string, error) {
	return saysHash(tx, b, b.Version, b.Edition)
}

// saysHash is draftHash for the words of an edition.
func saysHash(tx *storage.Tx, b *storage.Sendout, version, edition int) (string, error) {
	texts, err := tx.BroadcastTexts(b.ID, version, edition)
	var out []string
	for _, t := range texts {
		out = append(out, t.Sha256)
	}
	to := sha256.Sum256([]byte(ruleKey(b.Audience)))
	return strings.Join(append(out, hex.EncodeToString(to[:8])), " "), err
}

// consentOf is what somebody said to the draft as it is now; asked where they
// said it to other words, or nothing.
func consentOf(list []storage.Consent, person isms.PersonID, sha string) string {
	for _, x := range list {
		if x.Person == person && x.Sha256 == sha {
			return x.State
		}
	}
	return ""
}

// askConsent asks everybody in the story who has not answered to these words.
func askConsent(c *desk.Call, b *storage.Sendout) error {
	list, err := c.Tx.Consents(b.ID)
	if err != nil {
		return err
	}
	sha, err := draftHash(c.Tx, b)
	if err != nil {
		return err
	}
	for _, person := range b.Named {
		p := c.Present(person)
		if p == nil || consentOf(list, person, sha) != "" {
			continue
		}
		x := storage.Consent{Broadcast: b.ID, Person: person, State: storage.ConsentAsked, Sha256: sha, At: c.Now}
		if person == c.ID { // whoever writes of themselves agrees by writing
			x.State = storage.ConsentGiven
		} else {
			_, err := c.Enqueue(desk.Post{Key: c.Key(fmt.Sprintf("consent/%d/%d", b.ID, person)), Class: desk.Request, To: p,
				What: desk.View("awareness/"+viewConsent, about{Broadcast: b.ID})})
			if err != nil {
				return err
			}
		}
		if err := c.Tx.SaveConsent(x); err != nil {
			return err
		}
		if err := c.Tx.Journal(c.Now, "broadcast.consent_"+x.State, event(c, b, map[string]any{"person": person, "texts": sha})); err != nil {
			return err
		}
	}
	return nil
}

// waitsForConsent says who in the story has not agreed; empty where all have.
func waitsForConsent(c *desk.Call, b *storage.Sendout) (string, error) {
	if len(b.Named) == 0 {
		return "", nil
	}
	list, err := c.Tx.Consents(b.ID)
	if err != nil {
		return "", err
	}
	sha, err := draftHash(c.Tx, b)
	if err != nil {
		return "", err
	}
	var open, declined []string
	for _, person := range b.Named {
		switch consentOf(list, person, sha) {
		case storage.ConsentGiven:
		case storage.ConsentRefused:
			declined = append(declined, c.NameOf(person))
		default:
			open = append(open, c.NameOf(person))
		}
	}
	switch {
	case len(declined) > 0:
		return c.Say("consent.declined", "names", strings.Join(declined, ", ")), nil
	case len(open) > 0:
		return c.Say("consent.waits", "names", strings.Join(open, ", ")), nil
	}
	return "", nil
}

// consentCard asks somebody whether they may be named, with the words as they
// would be read.
func consentCard(tx *storage.Tx, r desk.Reader, b *storage.Sendout, first bool) (*chat.Card, error) {
	sha, err := draftHash(tx, b)
	if err != nil {
		return nil, err
	}
	list, err := tx.Consents(b.ID)
	if err != nil {
		return nil, err
	}
	state := consentOf(list, r.ID, sha)
	if b.State != isms.Draft || !slices.Contains(b.Named, r.ID) || state != storage.ConsentAsked {
		switch {
		case first:
			return nil, nil
		case state == storage.ConsentGiven:
			return sentence(r, r.Say("consent.given", "title", b.Title, "name", r.FirstNameOf(b.Sender))), nil
		case state == storage.ConsentRefused:
			return sentence(r, r.Say("consent.kept_out", "title", b.Title, "name", r.FirstNameOf(b.Sender))), nil
		}
		return sentence(r, r.Say("consent.over", "title", b.Title)), nil
	}
	p, err := newPoster(tx, r, b, b.Version, b.Edition, nil, "")
	if err != nil || p == nil {
		return nil, err
	}
	head := r.Say("consent.asks", "name", r.NameOf(b.Sender))
	yes := button(r, b, "button.msg_consent", "consent"+id(b)+" "+sha)
	yes.Look = chat.Primary
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Text: r.Say("consent.free", "audience", audienceWords(r, b.Audience))},
		chat.Buttons{Shown: []chat.Button{yes, button(r, b, "button.msg_decline", "decline"+id(b))}}, chat.Divider{}, chat.Text{Style: chat.Section, Text: p.text.Title}}}
	card.Blocks = append(append(card.Blocks, p.picture()...), blocks(p.text.Text)...)
	return card, nil
}

// consent is a yes to the words that were shown.
func consent(c *desk.Call) (chat.Reply, error) { return sayConsent(c, storage.ConsentGiven) }

// decline is a no. Nobody asks why.
func decline(c *desk.Call) (chat.Reply, error) { return sayConsent(c, storage.ConsentRefused) }

func sayConsent(c *desk.Call, state string) (chat.Reply, error) {
	b, rest, err := found(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if b.State != isms.Draft || !slices.Contains(b.Named, c.ID) {
		return chat.Reply{}, lost(c)
	}
	sha, err := draftHash(c.Tx, b)
	if err != nil {
		return chat.Reply{}, err
	}
	if state == storage.ConsentGiven && rest != sha { // typed, or under older words: they read first what they agree to
		card, err := consentCard(c.Tx, c.Reader, b, false)
		return chat.Reply{Card: card}, err
	}
	list, err := c.Tx.Consents(b.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	if consentOf(list, c.ID, sha) != state {
		if err := c.Tx.SaveConsent(storage.Consent{Broadcast: b.ID, Person: c.ID, State: state, Sha256: sha, At: c.Now}); err != nil {
			return chat.Reply{}, err
		}
		if err := c.Tx.Journal(c.Now, "broadcast.consent_"+state, event(c, b, map[string]any{"person": c.ID, "texts": sha})); err != nil {
			return chat.Reply{}, err
		}
		if err := tellSender(c, b, "consent.told_"+state, ""); err != nil {
			return chat.Reply{}, err
		}
	}
	if reply, ok, err := c.Redrawn(); ok || err != nil {
		return reply, err
	}
	card, err := consentCard(c.Tx, c.Reader, b, false)
	return chat.Reply{Card: card}, err
}
