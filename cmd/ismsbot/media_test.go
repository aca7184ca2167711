package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/storage"
)

func TestPostersAreHandedOutToWhoeverKnowsTheirNames(t *testing.T) {
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	at := time.Date(2026, 3, 16, 10, 0, 0, 0, time.UTC)
	if err := db.Tx(t.Context(), func(tx *storage.Tx) error {
		if err := tx.SaveMedia(&storage.Media{Name: "secret.png", Type: "image/png", Sha256: "a", Data: []byte("picture"), By: 1, At: at}); err != nil {
			return err
		}
		return tx.SaveMedia(&storage.Media{Name: "secret.pdf", Type: "application/pdf", Sha256: "b", Data: []byte("%PDF"), By: 1, At: at})
	}); err != nil {
		t.Fatal(err)
	}
	s, _ := running(t, serverConfig{Inbound: map[string]http.Handler{mediaPattern: &media{db: db, log: slog.New(slog.DiscardHandler)}}})
	main := "http://" + s.Addr()
	for _, method := range []string{"GET", "HEAD"} {
		status, body, h := ask(t, method, main+"/media/secret.png")
		if status != 200 || method == "GET" && body != "picture" || h.Get("Content-Type") != "image/png" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Content-Length") != "7" ||
			!strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || !strings.Contains(h.Get("Cache-Control"), "immutable") || h.Get("Content-Disposition") != "" {
			t.Errorf("%s: %d %q %v", method, status, body, h)
		}
	}
	if status, _, h := ask(t, "GET", main+"/media/secret.pdf"); status != 200 || h.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") {
		t.Errorf("%d %v", status, h)
	}
	var first string
	for _, path := range []string{"/media/other.png", "/media/secret", "/media/SECRET.png", "/media/%2e%2e%2fsecret.png", "/media/secret.png%00"} {
		status, body, h := ask(t, "GET", main+path)
		h.Del("Date")
		got := body + h.Get("Content-Type") + h.Get("Cache-Control")
		if first == "" {
			first = got
		}
		if status != 404 || got != first {
			t.Errorf("%s: %d %q %v", path, status, body, h)
		}
	}
	if status, _, _ := ask(t, "POST", main+"/media/secret.png"); status != 405 {
		t.Errorf("posted: %d", status)
	}
}

// Whoever reads slowly, and be it a thousand times, keeps one copy in memory.
func TestOnePosterIsInMemoryOnce(t *testing.T) {
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Tx(t.Context(), func(tx *storage.Tx) error {
		return tx.SaveMedia(&storage.Media{Name: "secret.png", Type: "image/png", Sha256: "a", Data: make([]byte, 5<<20), By: 1, At: time.Now()})
	}); err != nil {
		t.Fatal(err)
	}
	s, _ := running(t, serverConfig{Inbound: map[string]http.Handler{mediaPattern: &media{db: db, log: slog.New(slog.DiscardHandler)}}})
	for range 60 {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		fmt.Fprint(c, "GET /media/secret.png HTTP/1.1\r\nHost: x\r\n\r\n")
		if _, err := c.Read(make([]byte, 1)); err != nil { // it is being handed out
			t.Fatal(err)
		}
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	if m.HeapAlloc > 60<<20 {
		t.Errorf("%d MB for sixty who read one poster of 5 MB", m.HeapAlloc>>20)
	}
}

func TestPostersAreFetchedByHTTPSAlone(t *testing.T) {
	for public, want := range map[string]string{"https://isms.example.org": "https://isms.example.org/media/", "http://isms.example.org": "", "": ""} {
		if got := (Server{PublicURL: public}).media(); got != want {
			t.Errorf("%q: %q", public, got)
		}
	}
}

// From a file in Slack's dialog to a picture that Slack can fetch from us.
func TestAPosterGoesFromSlacksDialogToItsReaders(t *testing.T) {
	s := newSite(t, workspace(), "http", "")
	s.register()
	s.startReady()
	s.types(t, grace, "broadcast")
	var list slackfake.Message
	for _, m := range s.slack.To(grace) {
		if m.Ephemeral {
			list = m
		}
	}
	form := s.check(t)(s.slack.Press(grace, list, "broadcast")).View
	if form == nil {
		t.Fatal("no form")
	}
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	preview := s.check(t)(s.slack.Submit(grace, *form, map[string]string{"title": "Two fake invoices", "text": "Both were **stopped**.", "alt": "A hook.",
		"file": s.slack.Choose("poster.png", file.Bytes())}))
	if len(preview.Errors) > 0 || !strings.Contains(preview.Text(), "send MSG-1 4") {
		t.Fatalf("%v %s", preview.Errors, preview.Text())
	}
	s.types(t, grace, "send MSG-1 4")
	var address string
	for _, b := range s.message(priya, "Two fake invoices").Blocks {
		if b["type"] == "image" {
			address, _ = b["image_url"].(string)
		}
	}
	path, ours := strings.CutPrefix(address, "https://isms.example.com/media/")
	if got := s.get("http://" + s.listen + "/media/" + path); !ours || got.status != 200 || got.body != file.String() {
		t.Errorf("%q: %d with %d bytes", address, got.status, len(got.body))
	}
	s.intact(t)
}
