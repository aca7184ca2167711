//go:build browser

package main

import "testing"

// fills writes into the open form, field by field.
func (v *visitor) fills(fields ...string) {
	v.t.Helper()
	for i := 0; i < len(fields); i += 2 {
		v.until("the field "+fields[i], `Boolean(document.querySelector("dialog[open] [name=`+fields[i]+`]"))`)
		v.script(`document.querySelector("dialog[open] [name=` + fields[i] + `]").value = ` + "`" + fields[i+1] + "`")
	}
}

// submits sends the open form off and waits until it is gone.
func (v *visitor) submits() {
	v.t.Helper()
	v.script(`document.querySelector("dialog[open] [type=submit]").click()`)
	v.until("the form to be gone", `!document.querySelector("dialog[open]")`)
}

// Somebody reports what they were sent, from the message's own menu; it is
// looked into, ended, and told to all.
func TestBrowserAReportIsLookedIntoAndToldAsAStory(t *testing.T) {
	v := visit(t)
	v.be("Priya Nair")
	v.until("a message", `Boolean(document.querySelector("#log .message .of-message"))`)
	v.script(`document.querySelector("#log .message .of-message").click()`)
	v.keeps("report-1-menu")
	v.click("Report to ISMS")
	v.until("the form quotes the message", `/^“.{20}/.test(document.activeElement.value)`)
	v.keeps("report-2-form")
	v.fills("what", "Jon Reed got a mail from boss@evil.example: pay 18,400 pounds today")
	v.submits()
	v.says("Thank you, that helps.")
	v.keeps("report-3-receipt")

	v.be("Ana Torres")
	v.says("Urgent: somebody noticed something")
	v.be("Grace Adeyemi")
	v.says("Urgent: somebody noticed something")
	v.keeps("report-4-urgent")
	v.click("Incident…")
	v.fills("why", "Nobody paid, and others may get it too")
	v.submits()
	v.until("its state", `[...document.querySelectorAll("#log dd")].some((x) => x.innerText === "incident")`)
	v.types("/isms events")
	v.says("the most urgent first")
	v.types("/isms show EVT-3")
	v.click("Close…")
	v.fills("change", "invoices from new senders wait a day")
	v.submits()
	v.says("whether EVT-3 is about personal data") // which the refusal leads to
	v.keeps("report-5-first")
	v.click("Personal data…")
	v.fills("data", "no", "why", "a mail, and nothing else")
	v.submits()
	v.says("Noted. This is how it stands now:")
	v.keeps("report-6-noted")
	v.click("Close…")
	v.fills("change", "invoices from new senders wait a day")
	v.submits()
	v.says("closed, an incident")
	v.be("Priya Nair")
	v.says("Your report EVT-3 led to a change: invoices from new senders wait a day. Thank you, Priya.")

	v.be("Grace Adeyemi")
	v.types("/isms show EVT-3")
	v.click("Tell it as a win story…")
	v.until("the proposal names nobody", `document.querySelector("dialog[open] [name=text]")?.value.startsWith("A colleague got a mail from [e-mail address]: pay [amount] today")`)
	v.keeps("report-7-story")
	v.fills("title", "A mail that was too urgent")
	v.submits()
	v.says("Preview: A mail that was too urgent")
	v.keeps("report-8-preview")
}
