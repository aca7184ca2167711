package bot

import (
	"bytes"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/exchange"
)

// overdueFile is the list as a spreadsheet, for the sender alone.
func (c *call) overdueFile(words string) (chat.Reply, error) {
	f, err := c.filter(strings.TrimSpace(words))
	if err != nil {
		return chat.Reply{}, err
	}
	late, err := c.late(f)
	if err != nil {
		return chat.Reply{}, err
	}
	var columns []string
	for _, name := range []string{"item", "title", "owner", "department", "due", "days_late", "status", "severity", "last_word"} {
		columns = append(columns, c.Say("column."+name))
	}
	var rows [][]string
	for _, x := range late {
		it, err := c.Tx.Item(x.ID)
		if err != nil {
			return chat.Reply{}, err
		}
		dept := ""
		if p := c.People.Get(x.Owner); p != nil {
			dept = p.Department
		}
		severity := ""
		if it.Severity != "" {
			severity = c.Say("severity." + string(it.Severity))
		}
		rows = append(rows, []string{x.ID.String(), it.Title, c.NameOf(x.Owner), dept, x.Due.Due.String(), c.Say("word.number", "n", x.days),
			c.Say("state." + string(it.Status)), severity, it.LastWord})
	}
	var buf bytes.Buffer
	if err := exchange.WriteSheet(&buf, c.Say("section.late"), columns, rows); err != nil {
		return chat.Reply{}, err
	}
	reply := c.Sentence("overdue.file")
	reply.File = &chat.File{Name: "overdue-" + c.Today.String() + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: buf.Bytes()}
	return reply, nil
}
