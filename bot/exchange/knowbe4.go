package exchange

import (
	"slices"
	"strings"
)

// headings are what KnowBe4 and its like call what is read of their files, as
// plainly makes them.
var headings = map[deed][]string{
	address:   {"email", "user email", "email address", "e mail", "user", "recipient", "recipient email", "recipient email address"},
	delivered: {"delivered", "sent", "email sent", "date sent", "email delivered"},
	clicked:   {"clicked", "clicks", "click", "clicked link", "link clicked"},
	attached:  {"attachment opened", "attachment open", "opened attachment", "macro enabled", "qr code scanned"},
	submitted: {"data entered", "data entry", "entered data", "submitted data", "credentials entered"},
	reported:  {"reported", "reported phish", "reported email", "email reported", "phish reported"},
	bounced:   {"bounced", "bounce"},
}

// plainly is a heading without what differs from one export to the next.
func plainly(heading string) string {
	s := strings.Join(strings.Fields(strings.NewReplacer("_", " ", "-", " ", "?", "", "(utc)", "").Replace(heading)), " ")
	for _, end := range []string{" at", " date", " time", " timestamp", " on"} {
		s = strings.TrimSuffix(s, end)
	}
	return s
}

// mapped finds the column of each deed by its heading, the first that fits.
func mapped(header []string) map[deed]int {
	at := map[deed]int{}
	for d, names := range headings {
		for _, name := range names {
			i := slices.IndexFunc(header, func(h string) bool { return plainly(h) == name })
			if _, taken := at[d]; i >= 0 && !taken {
				at[d] = i
			}
		}
	}
	return at
}

// expected is what a column that is missing may be called.
func (p *phishing) expected(d deed) string {
	for _, c := range phishColumns[p.format] {
		if c.deed == d {
			return "the column " + quote(c.name)
		}
	}
	return "one of " + strings.Join(quoteAll(headings[d]), ", ") + ", with or without \"at\""
}

// recipient is a row of KnowBe4's list of recipients: an instant, a count or a
// word in each column. Without a column for what was sent, everybody was whose
// mail did not come back.
func (f *phishFile) recipient(x row) {
	p := f.target(x, "the address stands in an earlier row too: counted once")
	if p == nil {
		return
	}
	did := map[deed]bool{}
	for _, d := range []deed{delivered, bounced, clicked, attached, submitted, reported} {
		yes, ok := affirms(f.cell(x, d))
		if !ok {
			f.fault(x, d, "something else", "a date, a number, yes or no")
		}
		did[d] = yes
	}
	_, told := f.table.phishing.at[delivered]
	p.sent = p.sent || did[delivered] || !told && !did[bounced]
	p.Reported = p.Reported || did[reported]
	p.Submitted = p.Submitted || did[submitted]
	p.Clicked = p.Clicked || did[clicked] || did[attached] || did[submitted]
	f.sentOn(p, x, delivered)
}
