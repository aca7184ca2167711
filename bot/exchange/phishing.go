package exchange

import (
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"ismsbot/bot/isms"
)

// The formats of phishing results. None of them is ours: what they say of
// people beyond the four deeds that are counted is passed over before a cell
// is kept, and no fault or notice shows what stands in a cell.
const (
	GoPhish       Format = "gophish"        // its results
	GoPhishEvents Format = "gophish-events" // its raw events, typed passwords among them
	KnowBe4       Format = "knowbe4"
)

// Campaign is a phishing test as a file tells of it.
type Campaign struct {
	Name   string
	SentOn isms.Date
	// People are those who were sent the test, each once, whether we know them or not.
	People  []Phished
	NotSent int // people whom the test did not reach
}

// Phished is what one person did, by their e-mail in lower case.
type Phished struct {
	Email                        string
	Reported, Clicked, Submitted bool
}

// deed is what is read of a file; the word stands in the notice that shows how
// the columns were understood.
type deed string

const (
	address   deed = "e-mail"
	reported  deed = "reported"
	clicked   deed = "clicked"
	attached  deed = "opened the attachment"
	macros    deed = "enabled macros"
	scanned   deed = "scanned the code"
	replied   deed = "replied"
	submitted deed = "entered data"
	delivered deed = "sent"
	bounced   deed = "not delivered"
	status    deed = "status"
	message   deed = "event"
	moment    deed = "time"
)

// phishing is how the columns of a table of results are read.
type phishing struct {
	format Format
	header []string
	at     map[deed]int
}

// phishColumns are GoPhish's own names of what is read of its files, those that
// must be there first.
var phishColumns = map[Format][]struct {
	deed deed
	name string
}{
	GoPhish:       {{address, "email"}, {status, "status"}, {reported, "reported"}, {delivered, "send_date"}},
	GoPhishEvents: {{address, "email"}, {message, "message"}, {moment, "time"}},
}

// phishing tells how a table with this header is read if it has phishing
// results, by --format or by the look of it; nil if it has none.
func (r *reader) phishing(header []string) *phishing {
	if needed[r.format] != nil {
		return newPhishing(r.format, header)
	}
	for _, f := range []Format{GoPhishEvents, GoPhish, KnowBe4} {
		if p := newPhishing(f, header); p.fits() {
			return p
		}
	}
	return nil
}

func newPhishing(f Format, header []string) *phishing {
	if f == KnowBe4 {
		return &phishing{f, header, mapped(header)}
	}
	p := &phishing{f, header, map[deed]int{}}
	for _, c := range phishColumns[f] {
		if i := slices.Index(header, c.name); i >= 0 {
			p.at[c.deed] = i
		}
	}
	return p
}

// fits tells whether nobody else's file has such a header.
func (p *phishing) fits() bool {
	switch p.format {
	case GoPhishEvents:
		return len(p.at) == len(phishColumns[p.format]) && (slices.Contains(p.header, "details") || slices.Contains(p.header, "campaign_id"))
	case GoPhish:
		return len(p.at) == len(phishColumns[p.format])
	}
	return len(p.missing()) == 0
}

// missing are what must be read and stands in no column.
func (p *phishing) missing() []deed {
	var out []deed
	for _, d := range needed[p.format] {
		if _, ok := p.at[d]; !ok {
			out = append(out, d)
		}
	}
	return out
}

var needed = map[Format][]deed{
	GoPhish: {address, status, reported}, GoPhishEvents: {address, message}, KnowBe4: {address, reported, clicked},
}

// unseen stands for a cell that no header names, where something stands in it.
const unseen = "…"

// sees is what is kept of a cell: a copy, as a part would keep the whole row
// in memory, and nothing of what is not read.
func (p *phishing) sees(column int, text string) string {
	switch {
	case p == nil:
		return text
	case column >= len(p.header) && strings.TrimFunc(text, isEdge) != "":
		return unseen
	}
	for _, at := range p.at {
		if at == column {
			return strings.Clone(text)
		}
	}
	return ""
}

// readPhishing reads a table of results.
func (r *reader) readPhishing(t *table) error {
	p := t.phishing
	r.batch.Format = p.format
	if r.unit == "entry" && p.format != GoPhish {
		return errors.New("phishing results are read from CSV and XLSX, and GoPhish's campaigns from JSON; export the file as CSV")
	}
	if r.format != Auto && r.format != p.format {
		return fmt.Errorf("this looks like %s, not %s: leave out --format, or name the right one", p.format, r.format)
	}
	if missing := p.missing(); len(missing) > 0 {
		for _, d := range missing {
			r.fault(t, t.headerRow, "", fmt.Sprintf("no column for %q among %s", string(d), strings.Join(quoteAll(t.header), ", ")), p.expected(d), "")
		}
		return nil
	}
	said, doubts := p.understood(), p.doubts()
	said = append(said, doubts...)
	if len(doubts) > 0 && r.format == Auto && !r.known.Preview {
		return fmt.Errorf("by its headings this may be what KnowBe4 or its like exports: %s. If that is how it is meant, import it with --format %s", strings.Join(said, "; "), KnowBe4)
	}
	for _, s := range said {
		r.notices.add(t.where, 0, s)
	}
	f := &phishFile{reader: r, table: t, byEmail: map[string]*target{}}
	for _, x := range t.rows {
		switch p.format {
		case GoPhish:
			f.result(x)
		case GoPhishEvents:
			f.event(x)
		case KnowBe4:
			f.recipient(x)
		}
	}
	c := f.campaign()
	c.Name = oneLine(t.campaign)
	r.titled(c, f.first)
	r.batch.Campaign = c
	return nil
}

// reading says which column stands for what, in the order of the columns.
func (p *phishing) reading() string {
	var parts []string
	for i, h := range p.header {
		for d, at := range p.at {
			if at == i {
				parts = append(parts, quote(h)+" as "+string(d))
			}
		}
	}
	return "read " + strings.Join(parts, ", ")
}

// understood is how the columns are read, and which are not.
func (p *phishing) understood() []string {
	out := []string{p.reading()}
	if rest := p.unread(); len(rest) > 0 {
		out = append(out, "passed over unread: "+strings.Join(quoteAll(rest), ", "))
	}
	return out
}

func (p *phishing) unread() (out []string) {
	for i, h := range p.header {
		if h != "" && !slices.Contains(slices.Collect(maps.Values(p.at)), i) {
			out = append(out, h)
		}
	}
	return out
}

// doubts are what the columns may be that are not read, where the headings are
// guessed at.
func (p *phishing) doubts() (out []string) {
	if p.format != KnowBe4 {
		return nil
	}
	for _, h := range p.unread() {
		if d := looksLike(h); d != "" {
			out = append(out, fmt.Sprintf("%s looks like %s and is not read: call it %s if it is", quote(h), d, quote(headings[d][0])))
		}
	}
	return out
}

var (
	nameEnd    = regexp.MustCompile(`(?i)\s*-\s*(results|events)\s*$`)
	nameCopy   = regexp.MustCompile(`\s*\(\d+\)$`)
	dayInName  = regexp.MustCompile(`\d{4}-\d{2}-\d{2}`)
	namelessly = regexp.MustCompile(`(?i)^(results?|events?|export|recipients?|report|campaign|download)?$`)
)

// titled gives the campaign its name and day: by the flags, the file's name and
// its dates, in that order, and says which.
func (r *reader) titled(c *Campaign, first isms.Date) {
	base := strings.TrimSuffix(r.batch.File, filepath.Ext(r.batch.File))
	name := nameEnd.ReplaceAllString(nameCopy.ReplaceAllString(base, ""), "")
	inName, err := isms.ParseDate(dayInName.FindString(name))
	says := c.Name
	c.Name = oneLine(r.known.Campaign)
	switch {
	case c.Name != "":
		r.notices.add("", 0, "the campaign is called "+quote(c.Name)+", as --campaign says")
	case says != "":
		c.Name = says
		r.notices.add("", 0, "the campaign is called "+quote(c.Name)+", as the file says")
	case namelessly.MatchString(strings.TrimSpace(name)):
		r.faults.add(Fault{File: r.batch.File, Found: "no name of the campaign in the file's name", Expected: "--campaign \"NAME\""})
	default:
		c.Name = oneLine(name)
		r.notices.add("", 0, "the campaign is called "+quote(c.Name)+", as the file; --campaign \"NAME\" gives it another name")
	}
	c.Name = shorten(c.Name, maxLine)
	switch {
	case !r.known.Sent.IsZero():
		c.SentOn = r.known.Sent
		r.notices.add("", 0, "sent on "+c.SentOn.String()+", as --sent says")
	case !first.IsZero():
		c.SentOn = first
		r.notices.add("", 0, "sent on "+c.SentOn.String()+", the first day in the file")
	case err == nil:
		c.SentOn = inName
		r.notices.add("", 0, "sent on "+c.SentOn.String()+", as the file's name says")
	default:
		r.faults.add(Fault{File: r.batch.File, Found: "no day on which the test was sent that can be read in one way only", Expected: "--sent 2026-12-31"})
	}
}
