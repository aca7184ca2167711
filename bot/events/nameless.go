package events

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// Of an anonymous report nothing is kept but its words, the day, and the
// SHA-256 of a code that only its reporter has. It is told at the next full
// hour: the record of telling would otherwise be that of when it was written.

// A code is three groups of four letters and digits, with a digit among them.
const (
	codeLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ" // none that is mistaken for another
	codeGroup   = 4
	codeLength  = 3 * codeGroup
)

func newCode(random io.Reader) (string, error) {
	const fair = 256 / len(codeLetters) * len(codeLetters) // from there on some letters would be likelier
	for {
		code := make([]byte, 0, codeLength)
		var b [1]byte
		for len(code) < codeLength {
			if _, err := io.ReadFull(random, b[:]); err != nil {
				return "", fmt.Errorf("make a code: %w", err)
			}
			if int(b[0]) < fair {
				code = append(code, codeLetters[int(b[0])%len(codeLetters)])
			}
		}
		if strings.ContainsAny(string(code), "23456789") {
			return string(code), nil
		}
	}
}

// spaced is a code as people read it.
func spaced(code string) string {
	return code[:codeGroup] + "-" + code[codeGroup:2*codeGroup] + "-" + code[2*codeGroup:]
}

// readCode reads a code at the beginning of a line, however it is set apart,
// and returns what follows. meant is set where a code was meant and is none:
// that must not become a report under the sender's name.
func readCode(text string) (code, rest string, meant bool) {
	rest = text
	for range 3 {
		var word string
		word, rest = desk.FirstWord(rest)
		word = strings.ToUpper(strings.ReplaceAll(bare(word), "-", ""))
		if code += word; len(word) != codeGroup && len(word) != codeLength {
			break
		}
		if len(code) == codeLength && strings.Trim(code, codeLetters) == "" && strings.ContainsAny(code, "23456789") {
			return code, rest, false
		}
	}
	first, _ := desk.FirstWord(text)
	groups := strings.Split(bare(first), "-")
	if len(groups) != 3 {
		return "", text, false
	}
	for _, g := range groups {
		if n := utf8.RuneCountInString(g); n < codeGroup-1 || n > codeGroup+1 {
			return "", text, false
		}
	}
	return "", text, true
}

// bare is a word without the punctuation around it, and with plain dashes.
func bare(word string) string { return desk.OneDash(strings.Trim(word, `"'.,;:()`)) }

func codeHash(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

func (x *Events) reportNameless(c *desk.Call, words string, noticed isms.Date) (chat.Reply, error) {
	if fresh, err := c.Tx.FirstAnonymous(c.In.From.Platform, c.In.ID, c.Now); err != nil || !fresh {
		return chat.Reply{}, err
	}
	if x.brake.over(c.In.From, c.Now) {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.report_often", "most", perHour)
	}
	code, err := newCode(c.Office.Random)
	if err != nil {
		return chat.Reply{}, err
	}
	e := newEvent(c, words, noticed)
	e.Anonymous, e.Code, e.FileAt = true, codeHash(code), storage.NextHour(c.Now)
	if err := x.begin(c.Tx, e); err != nil {
		return chat.Reply{}, err
	}
	text := c.Say("events.receipt_nameless", "id", e.ID().String(), "name", x.whoLooks(c.Reader), "day", c.Day(e.AnswerBy))
	return chat.Reply{Card: &chat.Card{Summary: text, Blocks: []chat.Block{chat.Text{Text: text}, chat.Text{Text: c.Say("events.code_type")},
		chat.Text{Style: chat.Quote, Text: "report " + spaced(code)}, chat.Text{Style: chat.Quiet, Text: c.Say("events.code_once")}}}}, nil
}

// coded is the report behind a code, or the refusal of one that we do not know.
func coded(c *desk.Call, code string) (*storage.EventRecord, error) {
	if code != "" {
		if e, err := c.Tx.EventByCode(codeHash(code)); err != nil || e != nil {
			return e, err
		}
	}
	return nil, isms.Refuse(isms.NotFound, "refuse.event_code")
}

// codeForm asks an anonymous reporter for more words.
func (x *Events) codeForm(c *desk.Call, code string) (*chat.Form, error) {
	e, err := coded(c, code)
	if err != nil {
		return nil, err
	}
	if e.Closed() {
		return nil, isms.Refuse(isms.Conflict, "refuse.event_closed", "id", e.ID())
	}
	return &chat.Form{Title: c.Say("form.event_words_title"), Submit: c.Say("form.event_send"), Command: "report " + spaced(code), Intro: title(e) + "\n" + c.Say("form.report_logs"),
		Inputs: []chat.Input{{Name: "words", Label: c.Say("form.event_words"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// reopen shows an anonymous reporter what they were answered, or takes more of
// their words.
func (x *Events) reopen(c *desk.Call, code, words string) (chat.Reply, error) {
	e, err := coded(c, code)
	if err != nil {
		return chat.Reply{}, err
	}
	if c.In.Kind == chat.Submitted {
		if words = c.Words("words"); words == "" {
			return chat.Reply{}, desk.FieldErrors{"words": c.Say("form.needed")}
		}
	}
	if words == "" || words == "…" {
		return x.replies(c, e, code)
	}
	if e.Closed() {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.event_closed", "id", e.ID())
	}
	if fresh, err := c.Tx.FirstAnonymous(c.In.From.Platform, c.In.ID, c.Now); err != nil || !fresh {
		return chat.Reply{}, err
	}
	note := storage.EventNote{Event: e.N, Kind: storage.NoteReply, Day: c.Office.Calendar(nil).Today(c.Now), Words: words, FileAt: storage.NextHour(c.Now)}
	if err := c.Tx.AddEventNote(&note); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("events.added_nameless", "id", e.ID().String(), "name", x.whoLooks(c.Reader)), nil
}

// replies are what an anonymous reporter reads.
func (x *Events) replies(c *desk.Call, e *storage.EventRecord, code string) (chat.Reply, error) {
	notes, err := c.Tx.EventNotes(e.N)
	if err != nil {
		return chat.Reply{}, err
	}
	m := &matter{Call: c, x: x, e: e}
	card := &chat.Card{Summary: m.title(), Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: m.title()}}}
	if lines := m.told(notes); len(lines) > 0 {
		card.Blocks = append(card.Blocks, chat.Text{Text: strings.Join(lines, "\n")})
	} else {
		card.Blocks = append(card.Blocks, chat.Text{Text: c.Say("events.nothing_yet", "name", x.whoLooks(c.Reader), "day", c.Day(e.AnswerBy))})
	}
	if !e.Closed() {
		card.Blocks = append(card.Blocks, chat.Buttons{Shown: []chat.Button{c.Button("button.add_words", "report "+spaced(code)+" …")}})
	}
	return chat.Reply{Card: card}, nil
}
