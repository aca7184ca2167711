package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/slack/slackfake"
	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/cardcheck"
	"ismsbot/bot"
	"ismsbot/bot/voice"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew, to be read before they are committed")

// given is a platform as the golden files know it: what it is given for a
// sample, and why it would refuse that.
type given struct {
	dir  string
	show func(bot.Sample) (payload any, why string)
}

// Every card and form of the bot, in every language, as each platform is given it.
func TestWhatPlatformsAreGiven(t *testing.T) {
	platforms := []given{{"slack", forSlack}, {"teams", forTeams(t)}}
	names := map[string]bool{}
	for _, tag := range voice.Languages {
		samples, err := bot.Samples(t.Context(), tag.String())
		if err != nil {
			t.Fatal(err)
		}
		for _, sample := range samples {
			name := fileName(sample.Name) + "." + tag.String() + ".json"
			if names[name] {
				t.Errorf("two samples are called %s", name)
			}
			names[name] = true
			for _, p := range platforms {
				t.Run(p.dir+"/"+name, func(t *testing.T) {
					payload, why := p.show(sample)
					if why != "" {
						t.Errorf("it is refused: %s", why)
					}
					golden(t, filepath.Join("testdata/golden", p.dir, name), payload)
				})
			}
		}
	}
	files, err := filepath.Glob("testdata/golden/*/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !names[filepath.Base(f)] {
			t.Errorf("%s belongs to no sample", f)
		}
	}
}

var notInNames = regexp.MustCompile(`[^a-z0-9]+`)

// fileName is a sample's name as every system takes it for a file.
func fileName(sample string) string {
	return strings.Trim(notInNames.ReplaceAllString(strings.ToLower(sample), "-"), "-")
}

func forSlack(sample bot.Sample) (payload any, why string) {
	if sample.Form != nil {
		view := slack.RenderForm(*sample.Form, "")
		return view, slackfake.CheckView(view)
	}
	m := slack.Render(*sample.Card)
	payload = map[string]any{"text": m.Text, "blocks": m.Blocks}
	if pings := slackfake.Pings(m.Text, m.Blocks); len(pings) > 0 {
		return payload, "it would notify " + strings.Join(pings, ", ")
	}
	return payload, slackfake.Check(m.Text, m.Blocks)
}

// forTeams checks against the official schema where it is at hand.
func forTeams(t *testing.T) func(bot.Sample) (payload any, why string) {
	t.Helper()
	schema, err := cardcheck.Read("../../../shared/data/schemas/adaptive-card-1.5.json")
	if err != nil {
		t.Logf("cards are checked without their schema: %v", err)
	}
	return func(sample bot.Sample) (payload any, why string) {
		if sample.Form != nil {
			d := teams.RenderForm(*sample.Form, "", nil, nil)
			return d, schema.Faults(d.Card)
		}
		m := teams.Render(*sample.Card)
		return m, schema.Faults(m.Card)
	}
}

// journalHash is another in every database.
var journalHash = regexp.MustCompile(`[0-9a-f]{64}`)

// golden compares with a file, or writes it anew.
func golden(t *testing.T, path string, payload any) {
	t.Helper()
	var w bytes.Buffer
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(payload); err != nil {
		t.Fatal(err)
	}
	got := journalHash.ReplaceAllLiteral(w.Bytes(), bytes.Repeat([]byte("0"), 64))
	if *updateGolden {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; run the test with -update, then read what it wrote", err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("differs from %s (-want +got):\n%s", path, d)
	}
}
