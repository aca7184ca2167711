//go:build browser

package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// types writes a line to the bot, as whoever one is.
func (v *visitor) types(line string) {
	v.t.Helper()
	v.script(`(() => { document.querySelector("#compose-line").value = ` + "`" + line + "`" + `; document.querySelector("#compose").requestSubmit() })()`)
}

// last is the newest message that holds the words.
func (v *visitor) last(words string) string {
	v.t.Helper()
	v.says(words)
	text, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("#log .message")].filter((m) => m.innerText.includes("`+words+`")).pop().innerText`))
	if err != nil {
		v.t.Fatal(err)
	}
	return text
}

// keeps a picture of the page for whoever wants to look: PICTURES names where.
func (v *visitor) keeps(name string) {
	v.t.Helper()
	dir := os.Getenv("PICTURES")
	if dir == "" {
		return
	}
	v.do(chromedp.Sleep(700 * time.Millisecond))
	png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		v.t.Fatal(err)
	}
}

// The comms team writes, looks, sends and watches; three people read.
func TestBrowserABroadcastArrivesAndIsProven(t *testing.T) {
	v := visit(t)
	v.be("Mia Rossi")
	v.types("/isms broadcast to everyone | Lock the back door | It was open twice last week. Please pull it shut behind you. | ack by " + time.Now().AddDate(0, 0, 10).Format(time.DateOnly))
	preview := v.last("Lock the back door")
	v.keeps("broadcast-1-preview")
	id := regexp.MustCompile(`MSG-\d+`).FindString(preview)
	count := regexp.MustCompile(`send ` + id + ` (\d+)`).FindStringSubmatch(preview)
	if id == "" || count == nil {
		t.Fatalf("the preview says\n%s", preview)
	}
	v.types("/isms send " + id + " " + count[1])
	v.says("Sent")
	for _, who := range []string{"Priya Nair", "Jon Reed", "Amy Park"} {
		v.be(who)
		v.says("It was open twice last week.")
		v.click("I have read it")
		v.says("Thank you.")
	}
	v.keeps("broadcast-2-read")
	v.be("Mia Rossi")
	v.types("/isms stats " + id)
	v.says("Read 3")
	v.keeps("broadcast-3-figures")
}
