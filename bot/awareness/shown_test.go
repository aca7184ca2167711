package awareness_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"ismsbot/bot/isms"
)

// hashOf is what is on record for these words, computed beside the bot.
func hashOf(t *testing.T, w isms.Wording) string {
	t.Helper()
	body, err := json.Marshal(w)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// onRecord is what the database holds somebody to have been shown.
func (h *house) onRecord(name string) string {
	h.t.Helper()
	return h.column("SELECT edition || ' ' || text_sha256 FROM broadcast_recipients WHERE person = $1", int64(h.person(name).ID))[0]
}

// What is on record of each reader is the hash of exactly what they were shown
// last: in the language they see, in the edition they see, and once they have
// read it in the one that they read.
func TestTheHashOnRecordIsOfWhatWasShown(t *testing.T) {
	h := newHouse(t)
	en, de := isms.Wording{Title: "Back door", Text: "Pull it shut."}, isms.Wording{Title: "Hintertür", Text: "Zieh sie zu."}
	h.submits("mia", "broadcast", "", "title", en.Title, "text", en.Text, "language", "en", "other_title", de.Title, "other_text", de.Text, "audience", "everyone")
	h.says("mia", "send MSG-1 9")
	h.spread()
	check := func(name string, edition int, w isms.Wording) {
		t.Helper()
		if got, want := h.onRecord(name), fmt.Sprint(edition, " ", hashOf(t, w)); got != want {
			t.Errorf("%s: on record is %s, shown was %s", name, got, want)
		}
		if got := h.titled(name, "MSG-1").Card.Text(); !strings.Contains(got, w.Text) {
			t.Errorf("%s was shown\n%s", name, got)
		}
	}
	check("jon", 1, en)
	check("klara", 1, de)
	if got := h.onRecord("ana"); got != "0 " {
		t.Errorf("Ana has been shown nothing, on record is %s", got)
	}

	jon, klara, kemi := h.last("jon"), h.last("klara"), h.last("kemi")
	h.presses("jon", "read MSG-1 de", jon.Ref)
	check("jon", 1, de)
	h.presses("jon", "ack MSG-1", jon.Ref)
	h.presses("klara", "read MSG-1 en", klara.Ref)
	check("klara", 1, en)
	h.presses("kemi", "ack MSG-1", kemi.Ref)
	for name, w := range map[string]isms.Wording{"jon": de, "kemi": en} {
		check(name, 1, w)
		i := len(h.events()) - 1
		for ; i > 0 && !strings.Contains(h.events()[i], fmt.Sprintf(`broadcast.acknowledged {"broadcast":1,"by":%d,`, h.person(name).ID)); i-- {
		}
		has(t, h.events()[i], hashOf(t, w))
	}

	mended := isms.Wording{Title: "Back door", Text: "Pull it shut behind you."}
	h.submits("mia", "mend MSG-1", "", "meaning", "no", "title", mended.Title, "text", mended.Text, "other_title", de.Title, "other_text", "Zieh sie hinter dir zu.", "other_language", "de")
	has(t, text(h.says("kemi", "show MSG-1")), mended.Text) // before the copies follow
	h.spread()
	check("klara", 2, mended)
	if got := h.onRecord("kemi"); got != "1 "+hashOf(t, en) {
		t.Errorf("Kemi has read the first edition, on record is %s", got)
	}
	has(t, h.titled("kemi", "MSG-1").Card.Text(), mended.Text)
	h.presses("klara", "ack MSG-1", klara.Ref)
	check("klara", 2, mended)
	h.presses("jon", "read MSG-1 en", jon.Ref) // what is looked at later changes nothing
	if got := h.onRecord("jon"); got != "1 "+hashOf(t, de) {
		t.Errorf("Jon has read the German text, on record is %s", got)
	}
}
