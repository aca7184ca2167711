//go:build !race

package main

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// maxAllocations is goal 3: what one signed slash command may allocate, from
// the adapter through the bot and SQLite to the card in JSON.
const maxAllocations = 200

// still is a response that nobody reads.
type still struct{ header http.Header }

func (s still) Header() http.Header         { return s.header }
func (s still) Write(p []byte) (int, error) { return len(p), nil }
func (s still) WriteHeader(int)             {}

func TestASlashCommandAllocatesLittle(t *testing.T) {
	w := newWorkbench(t, 500)
	body, header := slash(ownerOf(5), "show CA-5", "1.2")
	r := httptest.NewRequest(http.MethodPost, "/slack", bytes.NewReader(body))
	r.Header = header
	seen := httptest.NewRecorder()
	w.service.platforms[0].inbound.ServeHTTP(seen, r)
	for _, part := range []string{"Test restoring the payroll backup · CA-5", "internal audit", "done CA-5", "imported"} {
		if !strings.Contains(seen.Body.String(), part) {
			t.Fatalf("%q is missing: %d %s", part, seen.Code, seen.Body)
		}
	}
	got := testing.AllocsPerRun(500, func() {
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.service.platforms[0].inbound.ServeHTTP(still{http.Header{}}, r)
	})
	t.Logf("%.0f allocations", got)
	if got > maxAllocations {
		t.Errorf("%.0f allocations a command, at most %d", got, maxAllocations)
	}
}
