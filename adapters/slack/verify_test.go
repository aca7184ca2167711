package slack

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The example of Slack's own documentation.
const (
	vectorSecret    = "8f742231b10e8888abcd99yyyzzz85a5"
	vectorTimestamp = "1531420618"
	vectorBody      = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	vectorSignature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
)

func vectorHeader() http.Header {
	h := http.Header{}
	h.Set(headerSignature, vectorSignature)
	h.Set(headerTimestamp, vectorTimestamp)
	return h
}

func TestSlacksOwnExampleIsProved(t *testing.T) {
	p, reason := readProof(vectorHeader(), time.Unix(1531420618, 0))
	if reason != "" {
		t.Fatal(reason)
	}
	if !p.signedBy([]*secret{newSecret("another"), newSecret(vectorSecret)}, []byte(vectorBody)) {
		t.Error("the example's signature was refused")
	}
	if p.signedBy([]*secret{newSecret("another")}, []byte(vectorBody)) {
		t.Error("a wrong secret was accepted")
	}
	if p.signedBy(nil, []byte(vectorBody)) {
		t.Error("accepted without any secret")
	}
	for i := range vectorBody {
		body := []byte(vectorBody)
		body[i] ^= 1
		if p.signedBy([]*secret{newSecret(vectorSecret)}, body) {
			t.Fatalf("accepted with byte %d changed", i)
		}
	}
}

func TestProofIsRefused(t *testing.T) {
	at := func(d int64) string { return strconv.FormatInt(1531420618+d, 10) }
	for name, change := range map[string]func(http.Header){
		"without a signature":           func(h http.Header) { h.Del(headerSignature) },
		"with an empty signature":       func(h http.Header) { h.Set(headerSignature, "") },
		"with a short signature":        func(h http.Header) { h.Set(headerSignature, vectorSignature[:66]) },
		"with a long signature":         func(h http.Header) { h.Set(headerSignature, vectorSignature+"00") },
		"with another version":          func(h http.Header) { h.Set(headerSignature, "v1="+vectorSignature[3:]) },
		"with digits that are none":     func(h http.Header) { h.Set(headerSignature, "v0="+strings.Repeat("g", 64)) },
		"with two signatures":           func(h http.Header) { h.Add(headerSignature, vectorSignature) },
		"without a timestamp":           func(h http.Header) { h.Del(headerTimestamp) },
		"with two timestamps":           func(h http.Header) { h.Add(headerTimestamp, vectorTimestamp) },
		"301 seconds old":               func(h http.Header) { h.Set(headerTimestamp, at(-301)) },
		"301 seconds in the future":     func(h http.Header) { h.Set(headerTimestamp, at(301)) },
		"with a negative timestamp":     func(h http.Header) { h.Set(headerTimestamp, "-1531420618") },
		"with a timestamp of words":     func(h http.Header) { h.Set(headerTimestamp, "now") },
		"with a timestamp out of range": func(h http.Header) { h.Set(headerTimestamp, strings.Repeat("9", 30)) },
	} {
		t.Run(name, func(t *testing.T) {
			h := vectorHeader()
			change(h)
			if _, reason := readProof(h, time.Unix(1531420618, 0)); reason == "" {
				t.Error("accepted")
			}
		})
	}
}

func TestProofHoldsForFiveMinutesEitherWay(t *testing.T) {
	for _, skew := range []int64{-300, 0, 300} {
		if _, reason := readProof(vectorHeader(), time.Unix(1531420618+skew, 0)); reason != "" {
			t.Errorf("skew %d s: %s", skew, reason)
		}
	}
}

func TestReplayInOtherLettersHasTheSameID(t *testing.T) {
	h := vectorHeader()
	a, _ := readProof(h, time.Unix(1531420618, 0))
	h.Set(headerSignature, "v0="+strings.ToUpper(vectorSignature[3:]))
	b, reason := readProof(h, time.Unix(1531420618, 0))
	if reason != "" || a.id() != b.id() || len(a.id()) != 64 {
		t.Errorf("ids %q and %q, %s", a.id(), b.id(), reason)
	}
}
