package profile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
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
func link(c *desk.Call, g *guesses) (chat.Reply, error) {
	if c.Line.Text != "" {
		return connect(c, g)
	}
	have, err := platforms(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if len(c.Office.Messengers) < 2 {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.link_alone")
	}
	if len(have) == len(c.Office.Messengers) {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.link_all", "platforms", c.PlatformNames(have))
	}
	code, err := newCode(c.Office.Random)
	if err != nil {
		return chat.Reply{}, fmt.Errorf("make a code: %w", err)
	}
	hash, _ := codeHash(code)
	err = c.Tx.SaveLink(storage.Link{Hash: hash, Person: c.ID, Platform: c.In.From.Platform, Expires: c.Now.Add(codeFor)}, c.Now)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "link.made", map[string]any{"by": c.ID, "platform": c.In.From.Platform}); err != nil {
		return chat.Reply{}, err
	}
	head := c.Say("link.head")
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Text: c.Say("link.type")},
		chat.Text{Style: chat.Quote, Text: "link " + code[:codeLength/2] + "-" + code[codeLength/2:]}, chat.Text{Style: chat.Quiet, Text: c.Say("link.once")}}}}, nil
}

// connect binds the sender's account to the person who made the code. What an
// account that is somebody's is told does not depend on others' codes.
func connect(c *desk.Call, g *guesses) (chat.Reply, error) {
	l, p, err := codeOf(c, c.Line.Text)
	if err != nil {
		return chat.Reply{}, err
	}
	here := c.In.From.Platform
	known := c.ID != 0
	switch {
	case known && (l == nil || l.Person != c.ID || l.Platform != here):
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.link_known", "name", c.Name)
	case !known && (p == nil || g.spent(c.In.From, c.Now)):
		g.wrong(c.In.From, c.Now)
		return chat.Reply{}, isms.Refuse(isms.NotFound, "refuse.link_code")
	case l.Platform == here:
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.link_same", "platform", c.PlatformName(here))
	}
	bound, err := c.Tx.Bind(c.In.From, p.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	if !bound {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.link_other", "platform", c.PlatformName(here), "name", c.ManagerName())
	}
	if err := bindWith(c, l, p); err != nil {
		return chat.Reply{}, err
	}
	c.Reader = c.ReaderOf(p) // who it is that is answered
	head := c.Say("link.done", "name", c.FirstName())
	return chat.Reply{Card: &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Text: c.Say("link.where")},
		chat.Buttons{Shown: []chat.Button{c.Button("button.todo", "todo"), c.Button("button.settings", "settings")}}}}}, nil
}

// codeOf is a code that still counts and whose it is; nil where there is none,
// or its person has left.
func codeOf(c *desk.Call, text string) (*storage.Link, *isms.Person, error) {
	hash, ok := codeHash(text)
	if !ok {
		return nil, nil, nil
	}
	l, err := c.Tx.Link(hash, c.Now)
	if err != nil || l == nil {
		return nil, nil, err
	}
	return l, c.Present(l.Person), nil
}

// bindWith does what follows once the account is bound, and tells the person
// where they were known before.
func bindWith(c *desk.Call, l *storage.Link, p *isms.Person) error {
	if _, err := c.Tx.SetAccount(c.In.From, c.In.Zone, c.In.Language, ""); err != nil {
		return err
	}
	if err := c.Tx.DropLink(l.Hash); err != nil {
		return err
	}
	here := c.In.From.Platform
	if err := c.Tx.Journal(c.Now, "account.bound", map[string]any{"person": p.ID, "platform": here, "how": "code"}); err != nil {
		return err
	}
	r := c.ReaderOf(p)
	text := r.Say("link.tell", "platform", r.PlatformName(here), "name", whomToTell(r))
	card := &chat.Card{Summary: text, Language: r.Speaker.Language(), Blocks: []chat.Block{chat.Text{Text: text}}}
	_, err := c.Enqueue(desk.Post{Key: "link/" + here + "/" + c.In.ID, Class: desk.Answer, To: p, On: l.Platform, What: desk.Card(card)})
	return err
}

// whomToTell is an ISMS manager other than the reader, else whoever runs the bot.
func whomToTell(r desk.Reader) string {
	for _, m := range r.People.With(isms.ISMSManager) {
		if m.ID != r.ID {
			return m.Name
		}
	}
	return r.Say("word.operator")
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
	}, desk.OneDash(text))
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
