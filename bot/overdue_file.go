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
		columns = append(columns, c.say.Say("column."+name))
	}
	var rows [][]string
	for _, x := range late {
		it, err := c.tx.Item(x.ID)
		if err != nil {
			return chat.Reply{}, err
		}
		dept := ""
		if p := c.people.Get(x.Owner); p != nil {
			dept = p.Department
		}
		severity := ""
		if it.Severity != "" {
			severity = c.say.Say("severity." + string(it.Severity))
		}
		rows = append(rows, []string{x.ID.String(), it.Title, c.ownerName(x.Owner), dept, x.Due.Due.String(), c.say.Say("word.number", "n", x.days),
			c.say.Say("state." + string(it.Status)), severity, it.LastWord})
	}
	var buf bytes.Buffer
	if err := exchange.WriteSheet(&buf, c.say.Say("section.late"), columns, rows); err != nil {
		return chat.Reply{}, err
	}
	reply := c.sentence("overdue.file")
	reply.File = &chat.File{Name: "overdue-" + c.today.String() + ".xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: buf.Bytes()}
	return reply, nil
}
