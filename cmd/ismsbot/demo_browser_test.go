//go:build browser

package main

import (
	"context"
	"flag"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

var screenshot = flag.Bool("screenshot", false, "write the README's picture of the playground")

const picture = "../../adapters/playground/screenshot.png"

// visitor is somebody who opens the demo for the first time.
type visitor struct {
	t   *testing.T
	ctx context.Context
}

// visit runs the demo as its command does, with these arguments too, and opens it
// in Chromium.
func visit(t *testing.T, more ...string) *visitor {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium")
	}
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"demo", "--no-browser", "--listen", "127.0.0.1:0"}, more...), nil, in, os.Stderr, func(string) string { return "" })
		in.Close()
	}()
	t.Cleanup(func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("the demo ended with %d", code)
		}
	})
	buf := make([]byte, 4096)
	n, err := out.Read(buf)
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, out)
	url := regexp.MustCompile(`http://\S+/`).FindString(string(buf[:n]))
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true))
	allocator, stopAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	tab, stopTab := chromedp.NewContext(allocator)
	t.Cleanup(stopAllocator)
	t.Cleanup(stopTab)
	if err := chromedp.Do(tab); err != nil {
		t.Fatal(err)
	}
	tab, stopTime := context.WithTimeout(tab, 2*time.Minute)
	t.Cleanup(stopTime)
	v := &visitor{t, tab}
	v.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url))
	return v
}

func (v *visitor) do(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	if err := chromedp.Do(v.ctx, steps...); err != nil {
		v.t.Fatal(err)
	}
}

func (v *visitor) script(js string) { v.t.Helper(); v.do(chromedp.Evaluate[chromedp.Void](js)) }

// until waits for a condition of the page; a journey in time takes a moment.
func (v *visitor) until(what, condition string) {
	v.t.Helper()
	ctx, stop := context.WithTimeout(v.ctx, 30*time.Second)
	defer stop()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
		page, _ := chromedp.Run(v.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		v.t.Fatalf("waited for %s: %v\n%s", what, err, page)
	}
}

// click presses the last visible button that says so.
func (v *visitor) click(label string) {
	v.t.Helper()
	find := `[...document.querySelectorAll("button")].filter((x) => x.checkVisibility() && x.innerText.includes("` + label + `")).pop()`
	v.until("a button "+label, "Boolean("+find+")")
	v.script(find + ".click()")
}

func (v *visitor) says(words string) {
	v.t.Helper()
	v.until(words, `document.querySelector("#log").innerText.includes("`+words+`")`)
}

func (v *visitor) be(name string) {
	v.t.Helper()
	v.click(name)
	v.until("to be "+name, `document.querySelector("button.person[aria-current=true]")?.innerText.includes("`+name+`")`)
}

func TestBrowserAVisitorSeesTheLoopClose(t *testing.T) {
	v := visit(t)
	v.be("Priya Nair")
	v.says("Good morning Priya")
	if *screenshot {
		v.do(chromedp.Sleep(time.Second))
		png, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(picture, png, 0o644); err != nil {
			t.Fatal(err)
		}
	}

	v.click("Done…")
	v.until("the form", `document.activeElement.name === "evidence"`)
	title, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.querySelector("dialog[open]").innerText`))
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`(CA|TSK)-\d+`).FindString(title)
	v.script(`document.activeElement.value = "https://wiki.example.com/evidence"; document.activeElement.dispatchEvent(new Event("input", {bubbles: true}))`)
	v.click("It is done")
	v.says("With a link.")
	v.until("the message keeps the id "+id, `[...document.querySelectorAll("#log .message")].pop().innerText.includes("`+id+`")`)

	v.be("Lena Vogt")
	day, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`document.querySelector("#now").innerText.slice(0, 10)`))
	if err != nil {
		t.Fatal(err)
	}
	v.click("A week")
	v.until("the journey to begin or end", `document.querySelector("#going").hidden`)
	v.until("a week to pass", `!document.querySelector("#now").innerText.includes("`+day+`")`)
	v.until("the journey to end", `document.querySelector("#going").hidden`)
	v.says("in your line")
	v.script(`(() => { document.querySelector("#compose-line").value = "/isms overdue"; document.querySelector("#compose").requestSubmit() })()`)
	v.says("worst first. Only you see this.")
	list, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll("#log .message")].filter((m) => m.innerText.includes("worst first")).pop().innerText`))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(list, id+"\n") || !regexp.MustCompile(`(?s)\d+ days.*the oldest \d+ days`).MatchString(list) {
		t.Errorf("the list of what is late:\n%s", list)
	}
}
