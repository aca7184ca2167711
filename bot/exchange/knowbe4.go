package exchange

import (
	"slices"
	"strings"
)

// headings are what KnowBe4 and its like call what is read of their files, as
// plainly makes them. KnowBe4 documents the names of its reporting interface
// (user_email, delivered_at, clicked_at, replied_at, attachment_opened_at,
// macro_enabled_at, data_entered_at, qr_code_scanned, reported_at, bounced_at)
// and not those of the files that its console exports: what reads alike is tried.
var headings = map[deed][]string{
	address:   {"email", "user email", "email address", "e mail", "user", "recipient", "recipient email", "recipient email address"},
	delivered: {"delivered", "sent", "email sent", "date sent", "email delivered"},
	clicked:   {"clicked", "clicks", "click", "clicked link", "link clicked"},
	attached:  {"attachment opened", "attachment open", "attachments opened", "opened attachment"},
	macros:    {"macro enabled", "macros enabled"},
	scanned:   {"qr code scanned", "qr codes scanned", "scanned qr code"},
	replied:   {"replied", "replies", "reply"},
	submitted: {"data entered", "data entry", "entered data", "submitted data", "credentials entered", "entered credentials"},
	reported:  {"reported", "reported phish", "reported email", "email reported", "phish reported"},
	bounced:   {"bounced", "bounce"},
}

// signs are words that say what a heading may be about which is not in headings.
var signs = []struct {
	sign string
	deed deed
}{{"report", reported}, {"bounc", bounced}, {"click", clicked}, {"attach", attached}, {"macro", macros}, {"qr", scanned}, {"repl", replied},
	{"credential", submitted}, {"data ent", submitted}, {"submit", submitted}, {"deliver", delivered}, {"e-mail", address}, {"email", address}}

// looksLike is what a heading may be about; empty for nothing that is known.
func looksLike(heading string) deed {
	for _, s := range signs {
		if strings.Contains(heading, s.sign) {
			return s.deed
		}
	}
	return ""
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
	for _, d := range []deed{delivered, bounced, clicked, attached, macros, scanned, replied, submitted, reported} {
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
	// What its makers call a failure of the test counts as a click.
	p.Clicked = p.Clicked || did[clicked] || did[attached] || did[macros] || did[scanned] || did[replied] || did[submitted]
	f.sentOn(p, x, delivered)
}
