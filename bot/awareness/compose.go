package awareness

import (
	"errors"
	"strings"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
	"ismsbot/storage"
)

// writing is a broadcast as it was filled in or typed, and what is wrong with it.
type writing struct {
	*desk.Call
	b      *storage.Sendout
	texts  map[string]*isms.Wording // by language
	faults []fault
	fault  error          // ours
	file   *storage.Media // a poster that was handed in
}

// fault is a refusal and the form's field that it is about.
type fault struct {
	field string
	*isms.Refusal
}

func (w *writing) wrong(field, key string, args ...any) {
	w.faults = append(w.faults, fault{field, isms.Refuse(isms.Invalid, key, args...)})
}

func (w *writing) refused(field string, r *isms.Refusal) {
	if r != nil {
		w.faults = append(w.faults, fault{field, r})
	}
}

// failed is refused for what may be a fault of ours.
func (w *writing) failed(field string, err error) {
	if r := (*isms.Refusal)(nil); errors.As(err, &r) {
		w.refused(field, r)
		return
	}
	w.fault = err
}

// verdict refuses what is wrong: all of it at the fields of a form, the first
// of it on a line.
func (w *writing) verdict() error {
	if len(w.faults) == 0 {
		return nil
	}
	if w.In.Kind != chat.Submitted {
		return w.faults[0].Refusal
	}
	out := desk.FieldErrors{}
	for _, f := range w.faults {
		if out[f.field] == "" {
			out[f.field] = w.Phrase(f.Key, f.Args)
		}
	}
	return out
}

// broadcast writes a draft, or writes one anew, and shows its preview; without
// words it lists what there is.
func broadcast(c *desk.Call) (chat.Reply, error) {
	if c.Line.Text == "" && c.In.Kind != chat.Submitted {
		return newest(c)
	}
	planned, err := entry(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if planned != nil && c.Line.Words == "" && c.In.Kind != chat.Submitted {
		return plannedReply(c, planned), nil
	}
	w := &writing{Call: c, texts: map[string]*isms.Wording{}}
	if _, _, ok := c.Line.Number(prefix); ok {
		b, _, err := steered(c)
		if err != nil {
			return chat.Reply{}, err
		}
		if b.State != isms.Draft {
			return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.broadcast_sent", "id", isms.MessageID(b.ID))
		}
		w.b = b
	} else {
		w.b = &storage.Sendout{Broadcast: isms.Broadcast{Sender: c.ID, State: isms.Draft, Version: 1, Edition: 1}, Created: c.Now}
	}
	w.read()
	if err := w.judge(); err != nil {
		return chat.Reply{}, err
	}
	w.gaps()
	if err := w.retold(); err != nil {
		return chat.Reply{}, err
	}
	if err := w.verdict(); err != nil {
		return chat.Reply{}, err
	}
	if err := w.keep("broadcast.drafted"); err != nil {
		return chat.Reply{}, err
	}
	if planned != nil {
		if err := c.Tx.SavePlanSend(planned, w.b.ID); err != nil {
			return chat.Reply{}, err
		}
	}
	if err := askConsent(c, w.b); err != nil {
		return chat.Reply{}, err
	}
	return preview(c, w.b)
}

// read takes over what was filled in or typed.
func (w *writing) read() {
	if w.In.Kind == chat.Submitted {
		w.fromForm()
	} else {
		w.fromLine(w.Line.Words)
	}
}

// keep writes the draft and its texts.
func (w *writing) keep(kind string) error {
	b, main := w.b, w.texts[w.b.Language]
	if w.file != nil {
		if err := w.Tx.SaveMedia(w.file); err != nil {
			return err
		}
	}
	b.Title, b.Minutes, b.Count = main.Title, main.Minutes(), 0
	if err := w.Tx.SaveBroadcast(b); err != nil {
		return err
	}
	if err := w.Tx.DropBroadcastTexts(b.ID, b.Version, b.Edition); err != nil {
		return err
	}
	hashes, err := saveTexts(w.Call, b, b.Version, b.Edition, w.texts)
	if err != nil {
		return err
	}
	return w.Tx.Journal(w.Now, kind, event(w.Call, b, map[string]any{"texts": hashes, "ack_by": b.AckBy.String(), "urgent": b.Urgent, "named": b.Named}))
}

// saveTexts keeps an edition and returns its hashes by language. What is not
// words of a language, such as the poster, is shared by all.
func saveTexts(c *desk.Call, b *storage.Sendout, version, edition int, texts map[string]*isms.Wording) (map[string]string, error) {
	hashes := map[string]string{}
	for language, t := range texts {
		x := &storage.BroadcastText{Version: version, Edition: edition, Language: language, Wording: *t, By: c.ID, At: c.Now}
		if main := texts[b.Language]; main != nil && language != b.Language {
			x.Link, x.Poster = main.Link, main.Poster
			if x.Alt == "" {
				x.Alt = main.Alt
			}
			if x.Question == "" {
				x.Question, x.Answers = main.Question, main.Answers
			}
		}
		if err := c.Tx.SaveBroadcastText(b.ID, x); err != nil {
			return nil, err
		}
		hashes[language] = x.Sha256
	}
	return hashes, nil
}

// fromLine reads "to AUDIENCE | TITLE | TEXT | ack by DATE", and behind the text
// also "link ADDRESS", "at DATE TIME", "from DATE", "urgent".
func (w *writing) fromLine(line string) {
	if _, rest, ok := w.Line.Number(prefix); ok {
		line = rest
	}
	parts := strings.Split(line, "|")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	t := &isms.Wording{}
	w.b.Language = w.Speaker.Language()
	w.texts[w.b.Language] = t
	if len(parts) < 3 {
		w.wrong("", "refuse.broadcast_line")
		return
	}
	to := parts[0]
	if first, rest := desk.FirstWord(to); strings.EqualFold(first, "to") || strings.EqualFold(first, "an") {
		to = rest
	}
	audience, r := w.audience(to)
	w.refused("audience", r)
	w.b.Audience, t.Title, t.Text = audience, parts[1], parts[2]
	for _, option := range parts[3:] {
		w.option(t, option)
	}
}

// option reads what may stand behind the text.
func (w *writing) option(t *isms.Wording, option string) {
	first, rest := desk.FirstWord(option)
	second, after := desk.FirstWord(rest)
	switch word := strings.ToLower(first); {
	case option == "":
	case word == "ack" && strings.EqualFold(second, "by"), word == "lesen" && strings.EqualFold(second, "bis"):
		w.b.AckBy = w.day("ack_by", after)
	case word == "by" || word == "bis":
		w.b.AckBy = w.day("ack_by", rest)
	case word == "link":
		t.Link = rest
	case word == "from" || word == "ab":
		w.b.From = w.day("from", rest)
	case word == "at" || word == "um":
		d, clock, ok := desk.ParseDay(rest, w.Today)
		if !ok {
			d, clock = w.Today, rest
		}
		w.instant(d, clock)
	case word == "urgent" || word == "dringend":
		w.b.Urgent = true
	default:
		w.wrong("", "refuse.broadcast_option", "words", desk.Brief(option, 40))
	}
}

func (w *writing) day(field, words string) isms.Date {
	d, rest, ok := desk.ParseDay(words, w.Today)
	if !ok || rest != "" {
		w.wrong(field, "refuse.when", "words", desk.Brief(words, 40))
	}
	return d
}

// instant sets the one instant for all, on the writer's clock.
func (w *writing) instant(d isms.Date, clock string) {
	t, err := time.Parse("15:04", strings.TrimSpace(clock))
	if err != nil {
		w.wrong("time", "refuse.broadcast_time", "words", desk.Brief(clock, 20))
		return
	}
	at := isms.Calendar{Zone: w.Calendar.Zone, From: t.Hour()*60 + t.Minute()}
	w.b.From, w.b.At = d, at.Opening(d)
	if w.b.At.Before(w.Now) {
		w.wrong("time", "refuse.broadcast_past", "date", d)
	}
}

// languages are those in which the bot, and so a broadcast, speaks.
func languages() []string {
	var out []string
	for _, tag := range voice.Languages {
		out = append(out, tag.String())
	}
	return out
}
