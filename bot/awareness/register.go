package awareness

import (
	"bytes"
	"strconv"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/exchange"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// registerColumns are what an auditor asks of an acknowledgement. They are the
// same in every language, as in the other registers.
var registerColumns = []string{"broadcast", "title", "version", "edition", "email", "name", "department", "audience", "text_sha256", "message_sha256", "requested", "sent",
	"message_id", "state", "reason", "acknowledged", "how", "recorded_by", "wrong_answers", "joined_late", "away_until"}

// register is the proof of a broadcast as a file: a row a person and version.
func register(c *desk.Call) (chat.Reply, error) {
	b, rest, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	var rows [][]string
	rule := audienceWords(c.Reader, b.Audience)
	err = c.Tx.RegisterOf(b.ID, func(x storage.Proof) {
		rows = append(rows, proofRow(c.Reader, b, rule, x))
	})
	if err != nil {
		return chat.Reply{}, err
	}
	var out bytes.Buffer
	file := &chat.File{Name: isms.MessageID(b.ID) + "-" + c.Today.String()}
	if rest == "csv" {
		file.Name, file.Type = file.Name+".csv", "text/csv"
		err = exchange.WriteTable(&out, registerColumns, rows)
	} else {
		file.Name, file.Type = file.Name+".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = exchange.WriteSheet(&out, isms.MessageID(b.ID), registerColumns, rows)
	}
	if err != nil {
		return chat.Reply{}, err
	}
	file.Data = out.Bytes()
	reply := c.Sentence("register.file", "title", b.Title, "id", isms.MessageID(b.ID))
	reply.File = file
	return reply, nil
}

func proofRow(r desk.Reader, b *storage.Sendout, rule string, x storage.Proof) []string {
	var email, name, department, recorder string
	if p := r.People.Get(x.Person); p != nil {
		email, name, department = p.Email, p.Name, p.Department
	}
	if p := r.People.Get(x.Recorder); p != nil {
		recorder = p.Email
	}
	state, why := x.State, x.Error
	if x.Delivery == 0 {
		state, why = "not sent", x.Reason
	}
	return []string{isms.MessageID(b.ID), x.Title, strconv.Itoa(x.Version), strconv.Itoa(x.Edition), email, name, department, rule, x.Sha256, x.MessageSha256,
		stamp(x.Requested), stamp(x.Sent), x.Ref, state, why, stamp(x.Acked), x.How, recorder, strconv.Itoa(x.Wrong), yesWord(x.Joined), x.Away.String()}
}

func yesWord(b bool) string {
	if b {
		return yes
	}
	return ""
}

// stamp is an instant as records write it: "2026-03-19 10:14:05 UTC".
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
