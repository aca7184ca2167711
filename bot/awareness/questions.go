package awareness

import (
	"fmt"
	"strconv"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// maxQuestions is how many questions about one broadcast somebody may ask a day.
const maxQuestions = 5

func questionForm(c *desk.Call) (*chat.Form, error) {
	b, _, _, err := received(c)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("form.ask_title"), Submit: c.Say("msgform.ask"), Command: "question" + id(b), Intro: b.Title,
		Inputs: []chat.Input{{Name: "question", Label: c.Say("form.question", "name", c.FirstNameOf(b.Sender)), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// question goes to the sender, where it is counted on the card and answered
// from there.
func question(c *desk.Call) (chat.Reply, error) {
	b, _, rest, err := received(c)
	if err != nil {
		return chat.Reply{}, err
	}
	words := rest
	if c.In.Kind == chat.Submitted {
		if words, err = c.Reason("question"); err != nil {
			return chat.Reply{}, err
		}
	}
	if words == "" {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.question_what", "id", isms.MessageID(b.ID))
	}
	n, err := c.Tx.QuestionsSince(b.ID, c.ID, c.Now.Add(-24*time.Hour))
	if err != nil {
		return chat.Reply{}, err
	}
	if n >= maxQuestions {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.question_many", "name", b.Sender)
	}
	q := &storage.Question{Broadcast: b.ID, Person: c.ID, At: c.Now, Text: words}
	if err := c.Tx.AddQuestion(q); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "broadcast.question", event(c, b, map[string]any{"question": q.ID, "text_sha256": sha})); err != nil {
		return chat.Reply{}, err
	}
	return c.Sentence("question.asked", "name", c.NameOf(b.Sender)), nil
}

// questions lists what waits for the sender's answer.
func questions(c *desk.Call) (chat.Reply, error) {
	b, _, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	open, err := c.Tx.OpenQuestions(b.ID)
	if err != nil {
		return chat.Reply{}, err
	}
	head := c.Count("question.head", len(open), "title", b.Title, "id", isms.MessageID(b.ID))
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	const most = 5
	var list chat.List
	for _, q := range open[:min(most, len(open))] {
		list.Rows = append(list.Rows, chat.Row{Title: c.NameOf(q.Person), When: c.Moment(q.At), Note: c.Say("word.quote", "words", desk.Brief(q.Text, 400)),
			Menu: []chat.Button{c.Button("button.reply", replyCommand(b, q))}})
	}
	list.More = len(open) - len(list.Rows)
	if len(open) > 0 {
		first := c.Button("button.msg_reply_to", replyCommand(b, open[0]), "name", c.FirstNameOf(open[0].Person))
		card.Blocks = append(card.Blocks, list, chat.Buttons{Shown: []chat.Button{first}})
	}
	return chat.Reply{Card: card}, nil
}

func replyCommand(b *storage.Sendout, q *storage.Question) string {
	return fmt.Sprintf("reply%s %d", id(b), q.ID)
}

// asked is the question that the command names, if it is about a broadcast of
// the asker's.
func asked(c *desk.Call) (*storage.Sendout, *storage.Question, string, error) {
	b, rest, err := steered(c)
	if err != nil {
		return nil, nil, "", err
	}
	number, words := desk.FirstWord(rest)
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return nil, nil, "", lost(c)
	}
	q, err := c.Tx.Question(n)
	switch {
	case err != nil:
	case q == nil || q.Broadcast != b.ID:
		err = lost(c)
	case !q.AnsweredAt.IsZero():
		err = isms.Refuse(isms.Conflict, "refuse.question_answered", "name", q.AnsweredBy)
	}
	return b, q, words, err
}

func replyForm(c *desk.Call) (*chat.Form, error) {
	b, q, _, err := asked(c)
	if err != nil {
		return nil, err
	}
	return &chat.Form{Title: c.Say("msgform.reply_title"), Submit: c.Say("msgform.reply"), Command: replyCommand(b, q),
		Intro:  c.Say("question.intro", "name", c.NameOf(q.Person), "words", desk.Brief(q.Text, 1000)),
		Inputs: []chat.Input{{Name: "answer", Label: c.Say("msgform.reply_words"), Kind: chat.Paragraph, Max: desk.MaxWords}}}, nil
}

// reply answers a question; whoever asked reads it at once.
func reply(c *desk.Call) (chat.Reply, error) {
	b, q, words, err := asked(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if c.In.Kind == chat.Submitted {
		if words, err = c.Reason("answer"); err != nil {
			return chat.Reply{}, err
		}
	}
	if words == "" {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.question_what", "id", isms.MessageID(b.ID))
	}
	q.Answer, q.AnsweredBy, q.AnsweredAt = words, c.ID, c.Now
	if err := c.Tx.AnswerQuestion(q); err != nil {
		return chat.Reply{}, err
	}
	sha, err := c.Text(words)
	if err != nil {
		return chat.Reply{}, err
	}
	if err := c.Tx.Journal(c.Now, "broadcast.replied", event(c, b, map[string]any{"question": q.ID, "text_sha256": sha})); err != nil {
		return chat.Reply{}, err
	}
	if p := c.Present(q.Person); p != nil {
		r := c.ReaderOf(p)
		card := sentence(r, r.Say("question.reply", "name", c.Name, "title", b.Title, "id", isms.MessageID(b.ID)))
		card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quote, Text: q.Text}, chat.Text{Text: words})
		if _, err := c.Enqueue(desk.Post{Key: fmt.Sprintf("reply/%d", q.ID), Class: desk.Answer, To: p, What: desk.Card(card)}); err != nil {
			return chat.Reply{}, err
		}
	}
	if b.Watch != 0 {
		if err := c.Tx.EnqueueUpdate(b.Watch, c.Now); err != nil {
			return chat.Reply{}, err
		}
	}
	return c.Sentence("question.replied", "name", c.NameOf(q.Person)), nil
}
