package bot_test

import (
	"testing"

	"ismsbot/bot/isms"
)

// A locked phone shows the first 60 characters of a notification.
func TestALockedPhoneShowsByWhen(t *testing.T) {
	const long = "Find out who may still open the finance share from outside the office and why"
	for name, c := range map[string]struct {
		titles []string
		due    string
		want   string
	}{
		"a short title stands whole":     {[]string{"Visitor log"}, "2000-01-04", "Visitor log, tomorrow, Tue 4 Jan"},
		"what is late says for how long": {[]string{"Visitor log"}, "1999-12-28", "Visitor log, 6 days late"},
		"a long one gives way to the day": {[]string{long}, "2000-01-04",
			"Find out who may still open the finance share…, tomorrow, Tue 4 Jan"},
		"and further where there are several": {[]string{long, long, long}, "2000-01-10",
			"3 things. First: Find out who may still open…, Mon 10 Jan"},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				w := newWorld(t)
				defer w.stop()
				w.person("Priya", "")
				for _, title := range c.titles {
					w.item(isms.Action, "Priya", c.due, func(it *isms.Item) { it.Title = title })
				}
				w.tick()
				got := w.slack.SentTo("Priya")
				if len(got) != 1 || got[0].Card.Summary != c.want {
					t.Errorf("got %+v, want %q", got, c.want)
				}
			})
		})
	}
}
