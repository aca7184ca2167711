package awareness

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// judge looks at what both ways of writing have in common.
func (w *writing) judge() error {
	for language, t := range w.texts {
		field := func(name string) string {
			if language != w.b.Language {
				return "other_" + name
			}
			return name
		}
		w.length(field("title"), t.Title, isms.MaxTitle, "refuse.broadcast_title")
		w.length(field("text"), t.Text, isms.MaxWording, "refuse.broadcast_text")
	}
	t := w.texts[w.b.Language]
	if t.Link != "" && (!chat.WebAddress(t.Link) || len(t.Link) > isms.MaxLink) {
		w.wrong("link", "refuse.broadcast_link", "words", desk.Brief(t.Link, 40))
	}
	if err := w.checkPoster(t); err != nil {
		return err
	}
	for language, t := range w.texts {
		other := ""
		if language != w.b.Language {
			other = "other_"
		}
		w.length(other+"alt", t.Alt, isms.MaxAlt, "")
		w.quiz(t, other)
	}
	if x := w.other(); x != nil && x.Question != "" && len(x.Answers) != len(t.Answers) {
		w.wrong("other_answers", "refuse.broadcast_as_many", "count", fmt.Sprint(len(t.Answers)))
	}
	w.refused("ack_by", w.b.CheckDates(w.Today))
	return w.fault
}

// length refuses a text that is missing, where needed names how to say so, or
// too long.
func (w *writing) length(field, text string, most int, needed string) {
	switch {
	case text == "" && needed != "":
		w.wrong(field, needed)
	case utf8.RuneCountInString(text) > most:
		w.wrong(field, "refuse.too_long", "most", fmt.Sprint(most))
	}
}

// other is the text in the second language, nil for none.
func (w *writing) other() *isms.Wording {
	for language, t := range w.texts {
		if language != w.b.Language {
			return t
		}
	}
	return nil
}

// quiz looks at the check question of one language, whose fields begin so.
func (w *writing) quiz(t *isms.Wording, other string) {
	switch {
	case t.Question == "" && len(t.Answers) == 0:
		return
	case t.Question == "":
		w.wrong(other+"question", "refuse.broadcast_question")
	case len(t.Answers) < 2 || len(t.Answers) > isms.MaxChoices:
		w.wrong(other+"answers", "refuse.broadcast_answers", "most", fmt.Sprint(isms.MaxChoices))
	}
	w.length(other+"question", t.Question, isms.MaxAlt, "")
	for i, a := range t.Answers {
		w.length(other+"answers", a, isms.MaxChoice, "")
		if slices.Contains(t.Answers[:i], a) {
			w.wrong(other+"answers", "refuse.broadcast_twice", "words", a)
		}
	}
}
