package voice_test

import (
	"testing"

	"ismsbot/bot/voice"
)

func TestSpeakerSaysAndCounts(t *testing.T) {
	de := voice.For("de-AT")
	if got := de.Say("form.cancel"); got != "Abbrechen" {
		t.Errorf("German: %q", got)
	}
	if got := voice.For("fr").Count("card.more", 3); got != "+ 3 more" {
		t.Errorf("a language we do not speak falls back to English: %q", got)
	}
	if got := voice.For("en").Say("no.such"); got != "‹no.such›" {
		t.Errorf("missing key: %q", got)
	}
}
