//go:build browser

package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// Somebody reports what they were sent, from the message's own menu.
func TestBrowserAMessageIsReportedFromItsMenu(t *testing.T) {
	v := visit(t)
	v.be("Priya Nair")
	v.says("Good morning Priya")
	v.do(chromedp.Focus("#log .message .of-message"))
	v.keeps("report-1-menu-button")
	v.script(`document.querySelector("#log .message .of-message").click()`)
	v.keeps("report-2-menu")
	v.click("Report to ISMS")
	v.until("the form quotes the message", `document.activeElement.value?.startsWith("“Good morning Priya")`)
	v.keeps("report-3-form")
	v.click("Report")
	v.says("Thank you, that helps.")
	v.keeps("report-4-receipt")
}
