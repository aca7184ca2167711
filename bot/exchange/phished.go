package exchange

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/isms"
)

// target is one person of a file of results.
type target struct {
	Phished
	sent, unsent bool
}

// phishFile is the reading of one file of results.
type phishFile struct {
	*reader
	table   *table
	order   []*target
	byEmail map[string]*target
	first   isms.Date // the earliest day on which a mail was sent
}

func (f *phishFile) cell(x row, d deed) cell {
	at, ok := f.table.phishing.at[d]
	if !ok || at >= len(x.cells) {
		return cell{}
	}
	c := x.cells[at]
	c.text = strings.ToLower(oneLine(unguard(c.text)))
	return c
}

// fault names the row and the column, and never what stands there.
func (f *phishFile) fault(x row, d deed, found, expected string) {
	f.reader.fault(f.table, x.n, f.table.header[f.table.phishing.at[d]], found, expected, "")
}

// target is the person of the row; nil where there is none.
func (f *phishFile) target(x row, again string) *target {
	email := f.cell(x, address).text
	if email == "" {
		f.fault(x, address, "nothing", "an e-mail")
		return nil
	}
	if _, ok := checkEmail(email); !ok {
		f.fault(x, address, "something else", "an e-mail")
		return nil
	}
	if p := f.byEmail[email]; p != nil {
		if again != "" {
			f.notices.add(f.table.where, x.n, again)
		}
		return p
	}
	if !f.knows(email) {
		f.notices.add(f.table.where, x.n, "nobody in the people file has this address: counted without a name")
	}
	p := &target{Phished: Phished{Email: email}}
	f.byEmail[email] = p
	f.order = append(f.order, p)
	return p
}

// result is a row of GoPhish's results. Who reported stands in its own column:
// the status is overwritten by what happens next.
func (f *phishFile) result(x row) {
	p := f.target(x, "the address stands in an earlier row too: counted once")
	if p == nil {
		return
	}
	f.did(p, x, status)
	yes, ok := affirms(f.cell(x, reported))
	if !ok {
		f.fault(x, reported, "something else", "true or false")
	}
	p.Reported = p.Reported || yes
	f.sentOn(p, x, delivered)
}

// event is a row of GoPhish's raw events.
func (f *phishFile) event(x row) {
	if f.cell(x, address).text == "" {
		return // "Campaign Created" and what else is about nobody
	}
	if p := f.target(x, ""); p != nil {
		f.did(p, x, message)
		if f.cell(x, message).text == "email reported" {
			p.Reported = true
		}
		if f.cell(x, message).text == "email sent" {
			f.sentOn(p, x, moment)
		}
	}
}

// words is a status that may be shown: it cannot be anything else.
var words = regexp.MustCompile(`^[a-z]+( [a-z]+){0,3}$`)

// did takes over a status or an event of GoPhish's.
func (f *phishFile) did(p *target, x row, d deed) {
	switch s := f.cell(x, d).text; s {
	case "email sent", "emails sent", "email opened", "email reported":
		p.sent = true
	case "clicked link", "success":
		p.sent, p.Clicked = true, true
	case "submitted data":
		p.sent, p.Clicked, p.Submitted = true, true, true
	case "scheduled", "queued", "sending", "retrying", "error", "error sending email":
		p.unsent = true
	default:
		p.sent = p.sent || d == status
		what := "an unknown " + string(d)
		if d == status && words.MatchString(s) {
			what += " " + quote(s)
		}
		f.notices.add(f.table.where, x.n, what+": counted as sent and nothing more")
	}
}

var (
	dayFirst = regexp.MustCompile(`^(\d{1,2})\.(\d{1,2})\.(\d{4})\b`)
	isoDay   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}`)
)

// sentOn notes the day of a mail, where it can be read in one way only.
func (f *phishFile) sentOn(p *target, x row, d deed) {
	s := f.cell(x, d).text
	if m := dayFirst.FindStringSubmatch(s); m != nil {
		s = m[3] + "-" + two(m[2]) + "-" + two(m[1])
	}
	day, err := isms.ParseDate(isoDay.FindString(s))
	if err != nil || day.Time().Year() < 2000 || !p.sent {
		return
	}
	if f.first.IsZero() || day.Before(f.first) {
		f.first = day
	}
}

func two(digits string) string {
	if len(digits) == 1 {
		return "0" + digits
	}
	return digits
}

// mostlyDate is the beginning of an instant in any of the usual spellings.
var mostlyDate = regexp.MustCompile(`^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|^[a-z]{3,9}\.? \d{1,2},? \d{4}|^\d{1,2}\.? [a-z]{3,9}\.? \d{4}`)

// affirms reads a yes or no: as a word, a count, or an instant for yes.
func affirms(c cell) (yes, ok bool) {
	switch {
	case c.kind == errorCell:
		return false, false
	case c.kind == dateCell || mostlyDate.MatchString(c.text):
		return true, true
	}
	if slices.Contains([]string{"", "no", "false", "n", "-", "--", "n/a", "never", "none", "nein", "falsch"}, c.text) {
		return false, true
	}
	if slices.Contains([]string{"yes", "true", "y", "x", "ja", "wahr"}, c.text) {
		return true, true
	}
	n, err := strconv.ParseFloat(c.text, 64)
	return n > 0, err == nil && n >= 0
}

// campaign is what the rows come to.
func (f *phishFile) campaign() *Campaign {
	c := &Campaign{}
	for _, p := range f.order {
		switch {
		case p.sent || p.Reported || p.Clicked:
			c.People = append(c.People, p.Phished)
		default:
			c.NotSent++
		}
	}
	return c
}
