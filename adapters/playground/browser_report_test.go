//go:build browser

package playground_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

func TestBrowserReportsAMessageFromItsMenu(t *testing.T) {
	w := newWorld(t)
	w.send("priya", line("Please pay to the new account"))
	b := w.open("priya")
	b.says("#log .message", "new account")
	b.do(chromedp.Focus("#log .message .of-message"))
	b.until("the focused menu shows", `getComputedStyle(document.activeElement).opacity === "1"`)
	b.enter()
	b.until("the menu has the focus", `document.activeElement.role === "menuitem" && document.activeElement.innerText === "Report to ISMS"`)
	b.enter()
	b.until("the form quotes the message", `document.activeElement.name === "what" && document.activeElement.value === "“Please pay to the new account”"`)
	b.click("Tell them")
	b.says("#log .message:last-child", "Thank you, that helps.")
	b.until("the menu's button has the focus again", `document.activeElement.className === "dots of-message"`)
}

func TestBrowserWhatIsReportedInAChannelIsAnsweredInPrivate(t *testing.T) {
	w := newWorld(t)
	w.send("#isms", line("Please pay to the new account"))
	b := w.open("priya/%23isms")
	b.says("#log .message", "new account")
	b.click("More about this message")
	b.click("Report to ISMS")
	b.until("the form quotes the message", `document.activeElement.value?.includes("new account")`)
	b.click("Tell them")
	b.says("#log .message:last-child", "Thank you, that helps.")
	b.until("it stands in one's own conversation", `location.hash === "#priya"`)
}

func TestBrowserAnAnswerThatComesLateDoesNotMoveSomebodyElse(t *testing.T) {
	w := newWorld(t)
	w.send("priya", staffDigest())
	w.send("jon", line("Jon's own message"))
	b := w.open("priya")
	b.says("#log .message", "Three things")
	b.do(chromedp.Evaluate[chromedp.Void](`{ const ask = window.fetch; window.fetch = async (...a) => { const r = await ask(...a); if (a[0] === "/api/press") await new Promise((go) => setTimeout(go, 800)); return r; }; }`))
	b.click("On it: Test restoring")
	b.click("Jon Reed")
	b.says("#log .message", "Jon's own message")
	b.do(chromedp.Sleep(1200 * time.Millisecond))
	if got := b.text(`location.hash + document.querySelector("#log").innerText`); !strings.HasPrefix(got, "#jon") || !strings.Contains(got, "Jon's own message") {
		t.Errorf("Jon reads %s", got)
	}
}
