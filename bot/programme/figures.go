package programme

import (
	"strings"
	"time"

	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// month is what a month came to: read beside the writer, as a month's
// broadcasts may be to everybody.
type month struct {
	readers isms.Readership
	reports storage.Reports
	trained int // people
}

// reviewAhead counts last month and the one before it, where that is asked for.
func reviewAhead(c *desk.Call) (any, error) {
	if word, _ := desk.FirstWord(c.Line.Text); !strings.EqualFold(word, "review") || !reads(c.Reader) {
		return nil, nil
	}
	return lastMonths(c)
}

func lastMonths(c *desk.Call) (out [2]month, err error) {
	from, before := isms.LastMonth(c.Today)
	for i := range out {
		if out[i].readers, err = readership(c, from, before); err != nil {
			return out, err
		}
		if out[i].reports, err = c.Tx.ReportsBetween(from, before); err != nil {
			return out, err
		}
		if out[i].trained, err = c.Tx.TrainedBetween(from, before); err != nil {
			return out, err
		}
		from, before = from.AddMonths(-1), from
	}
	return out, nil
}

// farthest is how many months ahead of its first day a broadcast can be let go.
const farthest = 12

// readership is how the broadcasts were read that went out in the span.
func readership(c *desk.Call, from, before isms.Date) (out isms.Readership, err error) {
	org := c.Office.Calendar(nil)
	all, err := c.Tx.BroadcastsSent(from.AddMonths(-farthest).In(org.Zone), before.In(org.Zone))
	for _, b := range all {
		if day := b.Begins(b.SentAt, org); day.Before(from) || !day.Before(before) {
			continue
		}
		var end time.Time
		if !b.AckBy.IsZero() {
			end = b.AckBy.Add(1).In(org.Zone)
		}
		p, err := c.Tx.Progress(b.ID, b.Version, c.Today, end)
		if err != nil {
			return out, err
		}
		out.Broadcasts++
		out.Asked, out.Reached, out.Read = out.Asked+p.Asked, out.Reached+p.Asked-p.NotSent-p.Away-p.ToCome, out.Read+p.Read
		if !b.AckBy.IsZero() {
			out.Dated, out.InTime = out.Dated+p.Asked, out.InTime+p.ReadInDay
			if !c.Today.After(b.AckBy) {
				out.Running++
			}
		}
	}
	return out, err
}

// readSentence says how last month's broadcasts were read.
func readSentence(c *desk.Call, last, before isms.Readership) string {
	if last.Broadcasts == 0 {
		return c.Say("plan.read_none")
	}
	if !last.Shown() {
		return c.Count("plan.read_few", last.Broadcasts)
	}
	out := []string{c.Count("plan.read_sent", last.Broadcasts, "asked", last.Asked, "reached", last.Reached, "read", last.Read, "percent", isms.Share(last.Read, last.Asked))}
	if percent, ok := last.InTimePercent(); ok {
		out = append(out, c.Say("plan.read_in_time", "read", last.InTime, "asked", last.Dated, "percent", percent))
		if was, ok := before.InTimePercent(); ok {
			out = append(out, c.Say("plan.read_before", "percent", was))
		}
	}
	if last.Running > 0 {
		out = append(out, c.Count("plan.read_running", last.Running))
	}
	return strings.Join(out, " ")
}

// reportSentence says what people reported, and how long half of them waited
// for a word.
func reportSentence(c *desk.Call, last, before storage.Reports) string {
	if last.All == 0 {
		return c.Say("plan.reported_none", "before", before.All)
	}
	var kinds []string
	for _, what := range []isms.EventState{isms.EventIncident, isms.EventFinding, isms.EventNothing} {
		if n := last.By[what]; n > 0 {
			kinds = append(kinds, c.Count("plan.reported_"+string(what), n))
		}
	}
	if last.Open > 0 {
		kinds = append(kinds, c.Count("plan.reported_open", last.Open))
	}
	text := c.Count("plan.reported", last.All, "kinds", strings.Join(kinds, ", "), "before", before.All) + " "
	wait, ok := isms.MedianWait(last.Waits)
	if !ok {
		return text + c.Say("plan.waited_few")
	}
	return text + c.Count("plan.waited", int((wait+time.Hour-1)/time.Hour))
}
