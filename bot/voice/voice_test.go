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

func TestAValueIsSaidWhateverItsType(t *testing.T) {
	type word string
	type number int64
	en := voice.For("en")
	if got := en.Say("date.day", "weekday", word("Thu"), "day", number(-19), "month", "{day}"); got != "Thu -19 {day}" {
		t.Errorf("got %q", got)
	}
	if got := en.Say("date.day", "weekday", 1.5, "day", nil); got != "{weekday} {day} {month}" {
		t.Errorf("what cannot be said: %q", got)
	}
	if got := []string{en.Word("date.months", 0), en.Word("date.months", 11), en.Word("date.months", 12)}; got[0] != "Jan" || got[1] != "Dec" || got[2] != "" {
		t.Errorf("words: %q", got)
	}
	if got := []string{en.Count("date.days", 1), en.Count("date.days", -2), en.Count("date.days", 1234567890)}; got[0] != "1 day" || got[1] != "-2 days" || got[2] != "1234567890 days" {
		t.Errorf("plurals: %q", got)
	}
}

func TestAValueWithAFullStopEndsTheSentence(t *testing.T) {
	en := voice.For("en")
	for value, want := range map[string]string{"14. Sept.": "Not before 14. Sept. The due date stays.", "14 Sep": "Not before 14 Sep. The due date stays."} {
		if got := en.Say("answer.snooze_own", "until", value); got != want {
			t.Errorf("got %q", got)
		}
	}
}

func TestASentenceCostsOneAllocation(t *testing.T) {
	en, day := voice.For("en"), 400
	got := testing.AllocsPerRun(100, func() { en.Say("date.day", "weekday", "Thu", "day", day, "month", "Mar") })
	if got > 1 {
		t.Errorf("%.0f allocations", got)
	}
}
