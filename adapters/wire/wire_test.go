package wire_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/wire"
)

func TestAnErrorKeepsNoSecret(t *testing.T) {
	for _, secret := range []string{
		"xoxb-1-abc", "xoxe.xoxb-1-abc", "xapp-1-A-b", "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2ln", "client_secret=hunter2",
		"https://login.example/tenant?code=1", "Bearer abc.def",
	} {
		for _, got := range []string{
			wire.Scrub(fmt.Errorf("get: %s failed", secret)).Error(), wire.Word("code " + secret),
		} {
			for part := range strings.FieldsSeq(secret) {
				if strings.EqualFold(part, "bearer") {
					continue
				}
				if strings.Contains(got, part) && !strings.HasPrefix(part, "https") || strings.Contains(got, "code=1") {
					t.Errorf("%q stands in %q", part, got)
				}
			}
		}
	}
}

func TestAHintIsWholeSecondsAndNoMoreThanAnHour(t *testing.T) {
	for header, want := range map[string]time.Duration{
		"": wire.NoHint, "soon": wire.NoHint, "NaN": wire.NoHint, "0": time.Second, "-5": time.Second, "1.2": 2 * time.Second, "30": 30 * time.Second, "9999999": time.Hour,
	} {
		if got := wire.RetryAfter(header); got != want {
			t.Errorf("%q: %v, not %v", header, got, want)
		}
	}
}

func TestWhatHasNotLeftIsKnown(t *testing.T) {
	cut := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer cut.Close()
	closed := httptest.NewServer(nil)
	closed.Close()
	client := wire.NewClient(nil)
	if _, err := client.Get(cut.URL); err == nil || wire.Unsent(err) {
		t.Errorf("cut off after it was sent: %v", err)
	}
	if _, err := client.Get(closed.URL); err == nil || !wire.Unsent(err) {
		t.Errorf("nobody listens: %v", err)
	}
}

func TestASealOpensForItsOwnUseAlone(t *testing.T) {
	type origin struct{ Command string }
	ours, other := wire.NewSeal("secret", "forms"), wire.NewSeal("secret", "files")
	sealed := ours.Close(origin{"done CA-12"})
	var got origin
	if err := ours.Open(sealed, &got); err != nil || got.Command != "done CA-12" {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{"", ".", sealed + "x", sealed[1:], strings.Replace(sealed, ".", "", 1)} {
		if err := ours.Open(bad, &got); !errors.Is(err, wire.ErrSeal) {
			t.Errorf("%q opened: %v", bad, err)
		}
	}
	if err := other.Open(sealed, &got); err == nil {
		t.Error("another use's seal opened it")
	}
}

func TestASealOfMuchIsShort(t *testing.T) {
	seal := wire.NewSeal("secret", "forms")
	var many []string
	for i := range 400 {
		many = append(many, fmt.Sprintf("Ada Lovelace, Engineering, number %d", i))
	}
	sealed := seal.Close(many)
	var got []string
	if err := seal.Open(sealed, &got); err != nil || len(got) != len(many) || got[399] != many[399] {
		t.Errorf("%d came back, %v", len(got), err)
	}
	if len(sealed) > 4096 {
		t.Errorf("%d options take %d characters", len(many), len(sealed))
	}
	if err := seal.Open("A"+sealed[1:], &got); err == nil && sealed[0] != 'A' {
		t.Error("it opened although it was changed")
	}
	huge := seal.Close(strings.Repeat("a", 2<<20)) // more than is ever unpacked
	var text string
	if err := seal.Open(huge, &text); err != nil || len(text) != 2<<20 {
		t.Errorf("%d characters came back, %v", len(text), err)
	}
}
