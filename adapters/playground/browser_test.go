//go:build browser

package playground_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// browser is a tab on a world's page.
type browser struct {
	t   *testing.T
	ctx context.Context
	url string
}

// open starts Chromium on the page of one person, or skips where there is none.
func (w *world) open(as string) *browser {
	w.t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		w.t.Skip("no chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	tab, stopTab := chromedp.NewContext(allocator)
	w.t.Cleanup(stopAllocator)
	w.t.Cleanup(stopTab)
	if err := chromedp.Do(tab); err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(tab, time.Minute)
	w.t.Cleanup(stop)
	b := &browser{t: w.t, ctx: ctx, url: w.server.URL}
	b.do(chromedp.EmulateViewport(1280, 860), chromedp.Navigate(w.server.URL+"/#"+as))
	return b
}

func (b *browser) do(steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	if err := chromedp.Do(b.ctx, steps...); err != nil {
		b.t.Fatal(err)
	}
}

// until waits for a condition of the page.
func (b *browser) until(what, condition string) {
	b.t.Helper()
	ctx, stop := context.WithTimeout(b.ctx, 5*time.Second)
	defer stop()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
		page, _ := chromedp.Run(b.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		b.t.Fatalf("waited for %s: %v\n%s", what, err, page)
	}
}

// says waits until an element holds the words.
func (b *browser) says(where, words string) {
	b.t.Helper()
	b.until(words, `document.querySelector("`+where+`")?.innerText.includes("`+words+`")`)
}

func (b *browser) text(script string) string {
	b.t.Helper()
	out, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](script))
	if err != nil {
		b.t.Fatal(err)
	}
	return out
}

func (b *browser) keys(keys ...string) {
	b.t.Helper()
	for _, k := range keys {
		b.do(chromedp.KeyEvent(k))
	}
}

// enter presses Enter as a keyboard does: in one event, so that a page which
// takes the key keeps it. chromedp's own sends the character apart.
func (b *browser) enter() {
	b.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
		_, err := chromedp.Call(b.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{
			Type: kind, Key: "Enter", Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13,
		})
		if err != nil {
			b.t.Fatal(err)
		}
	}
}

// click presses the button that a screen reader would call by this name.
func (b *browser) click(name string) {
	b.t.Helper()
	find := `[...document.querySelectorAll("button")].find((x) => x.checkVisibility() && (x.ariaLabel || [...x.childNodes].filter((n) => n.ariaHidden !== "true").map((n) => n.textContent).join(" ")).startsWith("` + name + `"))`
	b.until("a button "+name, "Boolean("+find+")")
	b.do(chromedp.Evaluate[chromedp.Void](find + ".click()"))
}

func TestBrowserPressReplacesTheMessage(t *testing.T) {
	w := newWorld(t)
	b := w.open("priya")
	b.says("#log", "Nothing yet, Priya")
	w.send("priya", staffDigest())
	b.says("#log .message", "Three things have your name on them")
	b.click("On it: Test restoring")
	b.says("#log .message", "Noted. I will be quiet")
	if got := b.text(`document.querySelectorAll("#log .message").length + " " + document.querySelector("#log .message:last-child").innerText`); !strings.HasPrefix(got, "2 ") || !strings.Contains(got, "Only you can see this") {
		t.Errorf("the answer replaces the reminder and the note stands beside it: %s", got)
	}
	b.says("#live", "Noted. I will be quiet")
}

// A long message is shown from its beginning; what one types next is seen all
// the same.
func TestBrowserShowsWhatIsTypedBelowALongMessage(t *testing.T) {
	w := newWorld(t)
	w.send("priya", line(strings.Repeat("Lorem ipsum dolor sit amet. ", 140)))
	b := w.open("priya")
	b.do(chromedp.EmulateViewport(390, 844))
	b.says("#log", "Lorem ipsum")
	for range 2 {
		b.do(chromedp.Evaluate[chromedp.Void](`(() => { document.querySelector("#compose-line").value = "help"; document.querySelector("#compose").requestSubmit() })()`))
		b.until("the answer in sight", `(() => { const m = [...document.querySelectorAll("#log .message")].pop(), r = m.getBoundingClientRect();
			return document.querySelector("#below").hidden && m.innerText.includes("I do not know") && r.bottom < innerHeight })()`)
	}
}

func TestBrowserFillsAForm(t *testing.T) {
	w := newWorld(t)
	w.send("priya", staffDigest())
	b := w.open("priya")
	b.click("Done: Test restoring")
	b.until("the first field has the focus", `document.activeElement.name === "evidence"`)
	b.click("Record it")
	b.says(".field-error", "Please fill this in.")
	b.until("the field names its error", `document.activeElement.ariaInvalid === "true" && document.getElementById(document.activeElement.getAttribute("aria-describedby").split(" ")[0]).innerText === "Please fill this in."`)
	b.do(chromedp.KeyEvent("restored"))
	b.click("Record it")
	b.says(".field-error", "One word is little")
	b.do(chromedp.KeyEvent(" on Monday, see the log"))
	b.click("Record it")
	b.says("#log .message", "Done on Mon 16 Mar")
	b.until("the dialog is gone", `!document.querySelector("dialog")`)
	if got := w.last().Fields["evidence"]; got != "restored on Monday, see the log" {
		t.Errorf("evidence %q", got)
	}
}

func TestBrowserCompletesByKeyboard(t *testing.T) {
	w := newWorld(t)
	b := w.open("lena")
	b.until("the page is ready", `document.querySelectorAll("#people .person").length === 8`)
	b.do(chromedp.Focus("#compose-line"))
	b.do(chromedp.KeyEvent("/isms o"))
	b.says("#suggest", "/isms overdue")
	b.keys(kb.ArrowDown)
	b.until("the option is announced", `document.getElementById(document.activeElement.getAttribute("aria-activedescendant"))?.innerText.includes("overdue")`)
	b.enter()
	b.until("the line is complete", `document.querySelector("#compose-line").value === "/isms overdue" && document.querySelector("#suggest").hidden`)
	b.enter()
	b.says("#log .message:last-child", "4 late in your line")
	b.says("#log .message:last-child", voice.For("de").Say("playground.only_you"))

	b.do(chromedp.KeyEvent("/d"))
	b.says("#suggest", "/isms done CA-12")
	b.keys(kb.Escape)
	b.until("Escape closes", `document.querySelector("#suggest").hidden && document.activeElement.value === "/d"`)
	b.do(chromedp.KeyEvent("u"), chromedp.KeyEvent(kb.Tab))
	b.until("Tab takes the first", `document.activeElement.value === "/isms due"`)
	b.do(chromedp.KeyEvent(" @jon"), chromedp.KeyEvent(kb.Tab))
	b.enter()
	b.until("sent", `document.querySelector("#compose-line").value === ""`)
	b.says("#log", "/isms due @Jon Reed")
	if got := w.last().Text; got != "due <@jon>" {
		t.Errorf("text %q", got)
	}
}

func TestBrowserMenuByKeyboard(t *testing.T) {
	w := newWorld(t)
	w.send("priya", staffDigest())
	b := w.open("priya")
	b.says("#log .message", "This week")
	b.do(chromedp.Focus(`.row .dots`))
	b.enter()
	b.until("the menu has the focus", `document.activeElement.role === "menuitem" && document.activeElement.innerText === "Done…"`)
	b.keys(kb.End)
	b.until("End goes to the last", `document.activeElement.innerText === "On it"`)
	b.keys(kb.Escape)
	b.until("Escape returns to the button", `document.activeElement.ariaExpanded === "false" && document.activeElement.className === "dots"`)
	b.keys(kb.ArrowUp)
	b.enter()
	b.until("the entry ran", `document.querySelectorAll("#log .message").length > 1`)
	if got := w.last(); got.Text != "ack TSK-31" || got.Kind != chat.Pressed {
		t.Errorf("%+v", got)
	}
}

func TestBrowserHostileTitleIsInert(t *testing.T) {
	w := newWorld(t)
	title := `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script><b>bold</b>`
	w.send("priya", chat.Card{Summary: title, Blocks: []chat.Block{
		chat.Text{Text: title}, chat.List{Rows: []chat.Row{{Title: title + strings.Repeat("x", 400), ID: title}}},
		chat.Image{URL: "javascript:document.title='owned'", Alt: title},
	}})
	b := w.open("priya")
	b.says("#log .message", "<b>bold</b>")
	if got := b.text(`document.title + document.querySelectorAll("#log b, #log script, #log img:not(.avatar)").length`); got != "ismsbot playground0" {
		t.Errorf("title and elements: %s", got)
	}
}

func TestBrowserLightDarkAndNarrow(t *testing.T) {
	w := newWorld(t)
	for _, c := range []chat.Card{staffDigest(), broadcast(), overdueList(), approval(), line(strings.Repeat("x", 400))} {
		w.send("priya", c)
	}
	b := w.open("priya")
	b.says("#log", "xxxx")
	ground := `getComputedStyle(document.body).backgroundColor`
	colours := map[string]string{}
	for _, scheme := range []string{"light", "dark"} {
		_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		if err != nil {
			t.Fatal(err)
		}
		colours[scheme] = b.text(ground)
	}
	if colours["light"] != "rgb(246, 246, 243)" || colours["dark"] != "rgb(19, 21, 20)" {
		t.Errorf("grounds: %v", colours)
	}
	for _, path := range []string{"/#priya", "/cards"} {
		b.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateMobile, chromedp.EmulateTouch), chromedp.Navigate(b.url+path), chromedp.Sleep(time.Second))
		if got := b.text(`document.documentElement.scrollWidth + " " + [...document.querySelectorAll("body *")].filter((x) => x.checkVisibility() && x.getBoundingClientRect().right > innerWidth + 1 && !x.closest(".skip, .table, pre")).map((x) => x.className || x.tagName)`); got != "360 " {
			t.Errorf("%s is wider than a phone: %s", path, got)
		}
		if got := b.text(`[...document.querySelectorAll("button, .side-foot, input, select, textarea")].filter((x) => x.checkVisibility() && x.getBoundingClientRect().height < 43.5).map((x) => x.innerText || x.id).join()`); got != "" {
			t.Errorf("%s: smaller than a finger: %s", path, got)
		}
	}
}

func TestBrowserTravelsAndChangesPerson(t *testing.T) {
	w := newWorld(t)
	b := w.open("jon")
	b.says("#now", "Mon 16 Mar")
	b.click("A week")
	b.says("#going", "Time passes")
	b.says("#now", "Mon 23 Mar")
	b.until("Priya has something new", `document.querySelector("#people .person .unread")?.innerText === "1"`)
	b.click("Priya Nair")
	b.says("#log .message", "Nothing is due today.")
	b.until("it is read", `!document.querySelector("#people .unread")`)
	b.click("My ISMS")
	b.says("#home-card", "4 late in your line")
}
