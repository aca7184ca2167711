//go:build browser

package main

import (
	"database/sql"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ismsbot/bot/isms"
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

// keeps a picture of the page for whoever wants to look: PICTURES names where,
// else a directory that is gone after the test.
func (v *visitor) keeps(name string) {
	v.t.Helper()
	dir := os.Getenv("PICTURES")
	if dir == "" {
		dir = v.t.TempDir()
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

// figures asks for the broadcast's and waits until they say so.
func (v *visitor) figures(id string, words ...string) {
	v.t.Helper()
	v.types("/isms stats " + id)
	for _, w := range words {
		v.says(w)
	}
}

// today is the day at which the page's clock stands.
func (v *visitor) today() isms.Date {
	v.t.Helper()
	v.until("a clock", `/\d{4}/.test(document.querySelector("#now").innerText)`)
	now, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.querySelector("#now").innerText.replace(/\s+/g, " ")`))
	if err != nil {
		v.t.Fatal(err)
	}
	m := regexp.MustCompile(`(\d+ \w{3}) ?(\d{4})`).FindStringSubmatch(now)
	if m == nil {
		v.t.Fatalf("the clock says %q", now)
	}
	day, err := time.Parse("2 Jan 2006", m[1]+" "+m[2])
	if err != nil {
		v.t.Fatal(err)
	}
	return isms.DateOf(day)
}

// travels to the morning of the next working day.
func (v *visitor) travels() {
	v.t.Helper()
	cal, err := demoCalendar()
	if err != nil {
		v.t.Fatal(err)
	}
	for day := v.today(); ; {
		v.click("A day")
		v.until("a day to pass", `document.querySelector("#going").hidden && !document.querySelector("#now").innerText.includes("`+day.Time().Format("2 Jan")+`")`)
		if day = v.today(); cal.WorkingDay(day) {
			return
		}
	}
}

// closes Ana's account on the platform, or opens it again: what an adapter hears
// of its platform, a playground does not.
func closes(t *testing.T, path string, again bool) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	statement := "DELETE FROM accounts WHERE account = 'ana@harbour.example'"
	if again {
		statement = "INSERT INTO accounts (platform, account, person) SELECT 'playground', email, id FROM people WHERE email = 'ana@harbour.example'"
	}
	for _, s := range []string{statement, "UPDATE meta SET value = value || '+' WHERE key = 'people_version'"} {
		if r, err := db.Exec(s); err != nil {
			t.Fatal(err)
		} else if n, _ := r.RowsAffected(); n != 1 {
			t.Fatalf("%s: %d rows", s, n)
		}
	}
}

// The comms team writes, looks, sends and watches; three people read, and one
// whom it missed is asked once more.
func TestBrowserABroadcastArrivesAndIsProven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.db")
	v := visit(t, "--db", path)
	v.be("Mia Rossi")
	v.travels() // New York's morning is still to come then
	v.types("/isms broadcast to everyone | Lock the back door | It was open twice last week. Please pull it shut behind you. | ack by " + time.Now().AddDate(0, 0, 20).Format(time.DateOnly))
	preview := v.last("Lock the back door")
	v.keeps("broadcast-1-preview")
	id := regexp.MustCompile(`MSG-\d+`).FindString(preview)
	count := regexp.MustCompile(`send ` + id + ` (\d+)`).FindStringSubmatch(preview)
	if id == "" || count == nil {
		t.Fatalf("the preview says\n%s", preview)
	}
	v.types("/isms send " + id + " " + count[1])
	v.says("Still to come: New York, from")
	v.keeps("broadcast-2-sent")
	for _, who := range []string{"Priya Nair", "Jon Reed", "Amy Park"} {
		v.be(who)
		v.says("It was open twice last week.")
		v.click("I have read it")
		v.says("Thank you.")
	}
	v.keeps("broadcast-3-read")
	v.be("Mia Rossi")
	v.figures(id, "Read 3")
	v.keeps("broadcast-4-figures")

	closes(t, path, false)
	v.travels() // past New York's morning
	v.figures(id, "Not reached 1", "Not reached: 1 account is closed.")
	v.keeps("broadcast-5-missed")
	closes(t, path, true)
	v.click("⋯")
	v.click("Resend to the 1")
	v.says("1 person is asked once more.")
	v.keeps("broadcast-6-resent")
	v.travels()
	v.be("Ana Torres")
	v.says("It was open twice last week.")
	v.keeps("broadcast-7-reached")
	v.click("I have read it")
	v.says("Thank you.")
	v.be("Mia Rossi")
	v.figures(id, "Sent "+count[1]+" of "+count[1]+" · Read 4")
	v.keeps("broadcast-8-all")
}

// drawn is a file with a picture in it.
func drawn(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 640, 240))
	for x := range 640 {
		for y := range 240 {
			m.Set(x, y, color.RGBA{uint8(x / 3), 90, uint8(y), 255})
		}
	}
	path := filepath.Join(t.TempDir(), "poster.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, m); err != nil {
		t.Fatal(err)
	}
	return path
}

// A poster is chosen in the form, seen in the preview, and reaches people with
// a link that can be pressed and words that stand out.
func TestBrowserAPosterIsHandedIn(t *testing.T) {
	v := visit(t)
	v.be("Mia Rossi")
	v.types("/isms broadcast")
	v.click("Write one…")
	v.until("the form", `Boolean(document.querySelector("dialog[open] [name=file]"))`)
	v.script(`for (const [name, value] of Object.entries({ title: "Two fake invoices", text: "Both were **stopped**.\n\n- Call *first*.\n- See https://intranet.example.com/calls for how.",
		link: "https://intranet.example.com/payments", alt: "A gradient, for want of a hook." })) document.querySelector("dialog[open] [name=" + name + "]").value = value`)
	v.do(chromedp.SetUploadFiles(`dialog[open] [name=file]`, []string{drawn(t)}))
	v.script(`document.querySelector("dialog[open] [name=file]").scrollIntoView({block: "center"})`)
	v.keeps("poster-1-form")
	v.click("Preview")
	v.says("Two fake invoices")
	const last = `[...document.querySelectorAll("#log .message")].pop()`
	v.until("the picture", last+`.querySelector("img.picture")?.naturalWidth === 640`)
	v.until("what stands out", last+`.querySelector("strong")?.innerText === "stopped" && `+last+`.querySelector("em")?.innerText === "first"`)
	v.until("the link", `[...`+last+`.querySelectorAll("a")].map((a) => [a.href, a.rel, a.target].join(" ")).join() === "https://intranet.example.com/calls noopener noreferrer _blank,https://intranet.example.com/payments noopener noreferrer _blank"`)
	v.keeps("poster-2-preview")
	v.script(last + `.querySelector(".dots:not(.of-message)").click()`)
	v.click("Send me a copy")
	v.says("comes to you")
	v.until("the copy", last+`.querySelector("h3")?.innerText === "Two fake invoices"`)
	v.script(last + `.querySelector(".of-message").click()`)
	v.click("On Slack and Teams")
	for _, platform := range []string{"slack", "teams"} {
		drawn := `document.querySelector("dialog.look .drawn-` + platform + `")`
		v.until("the picture on "+platform, "Boolean("+drawn+"?.querySelector('img.picture')?.naturalWidth === 640)")
		v.until("what stands out on "+platform, drawn+`.querySelector("strong") !== null && [...`+drawn+`.querySelectorAll("a")].some((a) => a.innerText === "Open intranet.example.com")`)
	}
	v.keeps("poster-3-platforms")
}

// Every card of the contact sheet can be looked at as Slack and Teams show it:
// what the drawing did not know would stand there by its name.
func TestBrowserEveryCardIsDrawnAsOnEachPlatform(t *testing.T) {
	v := visit(t)
	at, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`location.origin`))
	if err != nil {
		t.Fatal(err)
	}
	v.do(chromedp.Navigate(at + "/cards"))
	v.until("the cards", `document.querySelectorAll(".sample .drawn-slack").length > 100 && document.querySelectorAll(".sample .drawn-teams").length > 100 && document.querySelectorAll(".sample .card").length > 100`)
	v.until("nothing unknown", `document.querySelectorAll(":is(.drawn-slack, .drawn-teams) > code, .drawn-teams code").length === 0`)
	v.script(`[...document.querySelectorAll("[role=tab]")].filter((x) => x.innerText === "Teams").slice(1, 2).forEach((x) => x.click())`)
	v.script(`document.querySelectorAll(".sample")[1].scrollIntoView()`)
	v.keeps("cards-1-teams")
	v.script(`(() => { const all = [...document.querySelectorAll(".sample")].filter((x) => x.innerText.includes("Broadcast, as people get it")); all[0].scrollIntoView();
		[...all[0].querySelectorAll("[role=tab]")].find((x) => x.innerText === "Slack").click() })()`)
	v.keeps("cards-2-slack")
}
