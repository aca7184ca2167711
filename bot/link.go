package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// A code connects an account to a person whom the bot knows on another platform.
const (
	codeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ" // none that is mistaken for another
	codeLength  = 8
	codeFor     = 15 * time.Minute
)

// link gives a known person a code, and takes one on another platform.
func (c *call) link() (chat.Reply, error) {
	if c.line.text != "" {
		return c.connect()
	}
	have, err := c.platforms()
	if err != nil {
		return chat.Reply{}, err
	}
	if len(c.b.Messengers) < 2 {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.link_alone")
	}
	if len(have) == len(c.b.Messengers) {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.link_all", "platforms", c.platformNames(have))
	}
	code, err := newCode(c.b.random)
	if err != nil {
		return chat.Reply{}, fmt.Errorf("make a code: %w", err)
	}
	hash, _ := codeHash(code)
	err = c.tx.SaveLink(storage.Link{Hash: hash, Person: c.ID, Platform: c.in.From.Platform, Expires: c.now.Add(codeFor)}, c.now)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.tx.Journal(c.now, "link.made", map[string]any{"by": c.ID, "platform": c.in.From.Platform}); err != nil {
		return chat.Reply{}, err
	}
	head := c.say.Say("link.head")
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Text: c.say.Say("link.type")},
		chat.Text{Style: chat.Quote, Text: "link " + code[:codeLength/2] + "-" + code[codeLength/2:]}, chat.Text{Style: chat.Quiet, Text: c.say.Say("link.once")}}}}, nil
}

// connect binds the sender's account to the person who made the code. What an
// account that is somebody's is told does not depend on others' codes.
func (c *call) connect() (chat.Reply, error) {
	l, p, err := c.codeOf(c.line.text)
	if err != nil {
		return chat.Reply{}, err
	}
	here := c.in.From.Platform
	known := c.ID != 0
	switch {
	case known && (l == nil || l.Person != c.ID || l.Platform != here):
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.link_known", "name", c.Name)
	case !known && (p == nil || c.b.guesses.spent(c.in.From, c.now)):
		c.b.guesses.wrong(c.in.From, c.now)
		return chat.Reply{}, isms.Refuse(isms.NotFound, "refuse.link_code")
	case l.Platform == here:
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.link_same", "platform", c.platformName(here))
	}
	bound, err := c.tx.Bind(c.in.From, p.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	if !bound {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.link_other", "platform", c.platformName(here), "name", c.managerName())
	}
	if err := c.bindWith(l, p); err != nil {
		return chat.Reply{}, err
	}
	c.reader = c.b.reader(p, c.people) // who it is that is answered
	head := c.say.Say("link.done", "name", c.FirstName())
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Text: c.say.Say("link.where")},
		chat.Buttons{Shown: []chat.Button{c.button("button.todo", "todo"), c.button("button.settings", "settings")}}}}}, nil
}

// codeOf is a code that still counts and whose it is; nil where there is none,
// or its person has left.
func (c *call) codeOf(text string) (*storage.Link, *isms.Person, error) {
	hash, ok := codeHash(text)
	if !ok {
		return nil, nil, nil
	}
	l, err := c.tx.Link(hash, c.now)
	if err != nil || l == nil {
		return nil, nil, err
	}
	return l, c.present(l.Person), nil
}

// bindWith does what follows once the account is bound, and tells the person
// where they were known before.
func (c *call) bindWith(l *storage.Link, p *isms.Person) error {
	if _, err := c.tx.SetAccount(c.in.From, c.in.Zone, c.in.Language, ""); err != nil {
		return err
	}
	if err := c.tx.DropLink(l.Hash); err != nil {
		return err
	}
	here := c.in.From.Platform
	if err := c.tx.Journal(c.now, "account.bound", map[string]any{"person": p.ID, "platform": here, "how": "code"}); err != nil {
		return err
	}
	r := c.b.reader(p, c.people)
	text := r.say.Say("link.tell", "platform", r.platformName(here), "name", r.whomToTell())
	card := &chat.Card{Summary: text, Language: r.say.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
	_, err := c.b.enqueue(c.tx, post{key: "link/" + here + "/" + c.in.ID, class: classAnswer, to: p, on: l.Platform, what: content{View: viewCard, Card: card}})
	return err
}

// whomToTell is an ISMS manager other than the reader, else whoever runs the bot.
func (r reader) whomToTell() string {
	for _, m := range r.people.With(isms.ISMSManager) {
		if m.ID != r.ID {
			return m.Name
		}
	}
	return r.say.Say("word.operator")
}

func newCode(random io.Reader) (string, error) {
	const fair = 256 / len(codeLetters) * len(codeLetters) // from there on some letters would be likelier
	code := make([]byte, 0, codeLength)
	var b [1]byte
	for len(code) < codeLength {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", err
		}
		if int(b[0]) < fair {
			code = append(code, codeLetters[int(b[0])%len(codeLetters)])
		}
	}
	return string(code), nil
}

// codeHash is under what a code is kept, whatever its case, dashes and blanks;
// false for what no code can be.
func codeHash(text string) (string, bool) {
	code := strings.Map(func(r rune) rune {
		if r == '-' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToUpper(r)
	}, oneDash(text))
	if len(code) != codeLength || strings.Trim(code, codeLetters) != "" {
		return "", false
	}
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:]), true
}

// How many wrong codes an account may give while one counts, and of how many
// accounts that is remembered.
const (
	maxGuesses  = 5
	maxGuessers = 10000
)

// guesses counts the wrong codes of each account. It is safe for concurrent use.
type guesses struct {
	mu sync.Mutex
	of map[chat.Account]guessed
}

type guessed struct {
	wrong int
	until time.Time
}

// spent tells whether the account is not to guess at present. Where more guess
// than can be remembered, nobody new is.
func (g *guesses) spent(a chat.Account, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	x, ok := g.of[a]
	if !ok && len(g.of) >= maxGuessers {
		g.forget(now)
		return len(g.of) >= maxGuessers
	}
	return x.wrong >= maxGuesses && now.Before(x.until)
}

// wrong counts a wrong code.
func (g *guesses) wrong(a chat.Account, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	x, ok := g.of[a]
	if !ok && len(g.of) >= maxGuessers {
		return
	}
	if !now.Before(x.until) {
		x = guessed{until: now.Add(codeFor)}
	}
	x.wrong++
	if g.of == nil {
		g.of = map[chat.Account]guessed{}
	}
	g.of[a] = x
}

func (g *guesses) forget(now time.Time) {
	for a, x := range g.of {
		if !now.Before(x.until) {
			delete(g.of, a)
		}
	}
}

// platforms are those on which the sender has an account, of those the bot is on.
func (c *call) platforms() ([]string, error) {
	accounts, err := c.tx.Accounts(c.ID)
	var out []string
	for _, a := range accounts {
		if c.b.Messengers[a.Platform] != nil {
			out = append(out, a.Platform)
		}
	}
	slices.Sort(out)
	return out, err
}
