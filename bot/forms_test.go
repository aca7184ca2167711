package bot_test

import (
	"slices"
	"strings"
	"testing"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
)

func TestSettingsHoldFromNowOn(t *testing.T) {
	h := newHouse(t)
	h.says("priya", "todo")
	r := h.submits("priya", "settings", "", "language", "de", "zone", "America/New_York", "hours", "08:00-12:00", "neutral", "yes", "from", "2026-03-18", "to", "2026-03-20")
	if got := text(r); got != "Gespeichert. Es gilt ab jetzt." {
		t.Error(got)
	}
	if got := text(h.says("priya", "settings")); !strings.Contains(got, "Sprache: Deutsch") || !strings.Contains(got, "America/New_York") || !strings.Contains(got, "08:00-12:00") ||
		!strings.Contains(got, "Mi 18. März bis Fr 20. März") || !strings.Contains(got, "Neutrale Benachrichtigung: Ja") {
		t.Error(got)
	}
	if form := h.presses("priya", "settings", "").Form; form.Inputs[0].Value != "de" || form.Inputs[1].Value != "America/New_York" || form.Inputs[4].Value != "2026-03-18" {
		t.Errorf("%+v", form.Inputs)
	}
	h.tick() // 09:00 UTC is night in New York
	if h.sent("priya") != 0 {
		t.Errorf("she was written to at night")
	}
	h.at("2026-03-16 12:30").tick() // 08:30 there
	m := h.last("priya").Card
	if m.Summary != "Im ISMS gibt es etwas für dich. Zum Lesen öffnen." || !strings.HasPrefix(m.Text(), "Guten Morgen Priya.") {
		t.Errorf("%s\n%s", m.Summary, m.Text())
	}
	if got := text(h.submits("priya", "settings", "", "language", "default", "zone", "", "hours", "", "neutral", "no")); got != "Saved. It counts from now on." {
		t.Error(got)
	}
	if p := h.person("priya"); p.OwnZone != "" || p.Hours != "" || p.Neutral {
		t.Errorf("%+v", p)
	}
}

func TestSettingsRefuseWhatTheyCannotKeep(t *testing.T) {
	for field, values := range map[string][]string{
		"zone":  {"Mars/Olympus", "Local", "../../etc/passwd", "/etc/passwd", "europe berlin", strings.Repeat("x", 5000)},
		"hours": {"9-17", "25:00-26:00", "17:00-09:00", "always"},
	} {
		for _, v := range values {
			h := newHouse(t)
			if r := h.submits("priya", "settings", "", field, v); r.Errors[field] == "" || h.seq() != 0 {
				t.Errorf("%s %q: %+v", field, v, r)
			}
		}
	}
	for _, span := range [][2]string{{"2026-03-20", "2026-03-18"}, {"2026-03-20", ""}, {"", "2026-03-20"}, {"2026-01-01", "2026-01-05"}, {"x", "y"}} {
		h := newHouse(t)
		if r := h.submits("priya", "settings", "", "from", span[0], "to", span[1]); r.Errors["to"] == "" || h.seq() != 0 {
			t.Errorf("away %v: %+v", span, r)
		}
	}
}

func TestANewItemComesFromAFormOrALine(t *testing.T) {
	h := newHouse(t)
	if form := h.says("grace", "new action").Form; form == nil || form.Command != "new action" || form.Cancel == "" || form.Language != "en" {
		t.Errorf("%+v", form)
	}
	if form := h.presses("sam", "new finding", "").Form; form == nil || form.Title != "New finding" {
		t.Errorf("%+v", form)
	}
	r := h.submits("grace", "new action", "", "title", " Lock  the\nserver room ", "owner", "<@UJON>", "due", "2026-05-01", "severity", "major")
	if it := h.item("CA-5"); it.Title != "Lock the server room" || it.Owner != h.id("jon") || it.Due != date(t, "2026-05-01") || it.Severity != isms.Major {
		t.Errorf("%+v\n%s", it.Item, text(r))
	}
	h.tick()
	if got := h.read("jon"); !strings.Contains(got, "Grace hands this to you: Lock the server room · CA-5") {
		t.Errorf("Jon reads\n%s", got)
	}
	h.says("grace", "new task Count the keys")
	if it := h.item("TSK-4"); it.Title != "Count the keys" || it.Owner != h.id("grace") || it.Due.IsZero() {
		t.Errorf("%+v", it.Item)
	}
	before := h.seq()
	for field, v := range map[string]string{"title": "", "due": "2026-03-01", "owner": "<@UNOBODY>", "severity": "catastrophic", "repeat": "FREQ=SECONDLY"} {
		fields := map[string]string{"title": "A title", field: v}
		in := chat.Invocation{From: account("grace"), Kind: chat.Submitted, Text: "new task", Fields: fields}
		if r := h.do(in); r.Errors[field] == "" || len(r.Errors) != 1 {
			t.Errorf("%s %q: %+v", field, v, r.Errors)
		}
	}
	if r := h.submits("grace", "new action", "", "title", strings.Repeat("x", 201)); r.Errors["title"] == "" {
		t.Errorf("%+v", r)
	}
	if h.seq() != before {
		t.Errorf("%v", h.since(before))
	}
	for says, why := range map[string]string{"new": "refuse.new_kind", "new audit x": "refuse.new_kind", "new action " + strings.Repeat("x", 201): "refuse.too_long"} {
		before := h.seq()
		h.refused(before, "grace", why, h.says("grace", says))
	}
	before = h.seq()
	h.refused(before, "priya", "refuse.create", h.submits("priya", "new action", "", "title", "x"))
}

func TestAnItemIsEditedWithinOnesRights(t *testing.T) {
	h := newHouse(t)
	names := func(f *chat.Form) (out []string) {
		for _, in := range f.Inputs {
			out = append(out, in.Name)
		}
		return out
	}
	form := h.says("grace", "edit CA-1").Form
	if !slices.Equal(names(form), []string{"title", "description", "owner", "due", "severity"}) || form.Cancel == "" || form.Language == "" {
		t.Errorf("%+v", form)
	}
	if got := names(h.says("priya", "edit CA-1").Form); !slices.Equal(got, []string{"title", "description"}) {
		t.Errorf("%v", got)
	}
	h.submits("priya", "edit CA-1", "", "title", "Test every backup", "description", "All of them.")
	h.submits("grace", "edit CA-1", "", "title", "Test every backup", "owner", "<@UJON>", "due", "2026-04-30", "severity", "major")
	if it := h.item("CA-1"); it.Title != "Test every backup" || it.Owner != h.id("jon") || it.Due != date(t, "2026-04-30") || it.Severity != isms.Major || it.FirstDue != date(t, "2026-03-17") {
		t.Errorf("%+v", it.Item)
	}
}
