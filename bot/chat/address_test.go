package chat_test

import (
	"strings"
	"testing"

	"ismsbot/bot/chat"
)

func TestPeopleAreSentToPagesAlone(t *testing.T) {
	for address, want := range map[string]bool{
		"https://intranet.example.com/payments?x=1#y": true,
		"https://intranet.example.com/Zürich":         true,
		"https://":                                    false,
		"http://intranet.example.com/":                false,
		"javascript:alert(1)":                         false,
		"/media/x":                                    false,
		"https://me@evil.example/":                    false,
		"https://a.example/x y":                       false,
		"https://a.example/\u202eevil":                false,
		"https://a.example/\nx":                       false,
		"https://a.example/<x>":                       false,
		"https://a.example/" + strings.Repeat("x", chat.MaxAddress): false,
	} {
		if got := chat.WebAddress(address); got != want {
			t.Errorf("%q: %t", address, got)
		}
	}
}
