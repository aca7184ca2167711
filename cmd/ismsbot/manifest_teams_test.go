package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot"
)

// The limits of a Teams manifest that both schemas share, in characters and
// entries.
const (
	maxShortName        = 30
	maxFullName         = 100
	maxShortDescription = 80
	maxFullDescription  = 4000
	maxCommandLists     = 3
	maxTriggers         = 2
	maxBots             = 1
	colorSize           = 192
	outlineSize         = 32
)

// listLimits are what the two schemas do not share: how many commands a list
// may have, and how long a title and a description may be.
var listLimits = map[string][3]int{"1.29": {12, 128, 4000}, "1.19": {10, 32, 128}}

const (
	teamsSection = "teams: {app_id: " + anApp + ", tenant_id: " + aTenant + ", client_secret: '${NO}', developer: {" + pages + "}}\n"
	pages        = "website: 'https://example.org', privacy: 'https://example.org/privacy', terms: 'https://example.org/terms'"
)

// packaged runs "manifest teams" and returns the package, nil where none was written.
func packaged(t *testing.T, config string, flags ...string) (pack []byte, got ran) {
	t.Helper()
	dir := t.TempDir()
	path, out := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "teams.zip")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	got = ismsbot(t, nil, append([]string{"manifest", "teams", "--config", path, "--out", out}, flags...)...)
	got.Stdout = strings.ReplaceAll(got.Stdout, dir, "DIR")
	got.Stderr = strings.ReplaceAll(got.Stderr, dir, "DIR")
	pack, _ = os.ReadFile(out)
	return pack, got
}

// unpacked is what a package holds, by name; names are in their order.
func unpacked(t *testing.T, pack []byte) (names []string, files map[string][]byte, app teamsApp) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(pack), int64(len(pack)))
	if err != nil {
		t.Fatal(err)
	}
	files = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		names, files[f.Name] = append(names, f.Name), data
	}
	d := json.NewDecoder(bytes.NewReader(files["manifest.json"]))
	d.DisallowUnknownFields()
	if err := d.Decode(&app); err != nil {
		t.Fatal(err)
	}
	return names, files, app
}

func TestTheTeamsPackageHoldsAManifestWithinItsLimits(t *testing.T) {
	for _, schema := range teamsSchemas {
		for _, language := range []string{"en", "de"} {
			t.Run(schema.version+" "+language, func(t *testing.T) {
				config := "organisation: {name: Example Ltd, timezone: Europe/London, language: " + language + "}\n" + published + teamsSection
				pack, got := packaged(t, config, "--schema", schema.version, "--app-version", "2.3.4")
				if want := (ran{0, "Wrote the Teams package, version 2.3.4 with manifest " + schema.version + ", to DIR/teams.zip.\n", ""}); got != want {
					t.Fatalf("%+v", got)
				}
				names, files, app := unpacked(t, pack)
				if d := cmp.Diff([]string{"manifest.json", "color.png", "outline.png"}, names); d != "" {
					t.Error(d)
				}
				within(t, app, schema)
				if strings.Contains(string(files["manifest.json"]), "supportsTargetedMessages") != schema.targeted {
					t.Error("only schema 1.29 knows messages that one person sees")
				}
				if app.Version != "2.3.4" || app.ID != anApp || app.Bots[0].BotID != anApp || !slices.Equal(app.ValidDomains, []string{"isms.example.org"}) || app.WebApplication != nil {
					t.Errorf("%+v", app)
				}
				if d := cmp.Diff(teamsDeveloper{"Example Ltd", "https://example.org", "https://example.org/privacy", "https://example.org/terms"}, app.Developer); d != "" {
					t.Error(d)
				}
				again, _ := packaged(t, config, "--schema", schema.version, "--app-version", "2.3.4")
				if !bytes.Equal(pack, again) {
					t.Error("the same configuration gives another package")
				}
			})
		}
	}
}

func within(t *testing.T, app teamsApp, schema teamsSchema) {
	t.Helper()
	for what, x := range map[string]struct {
		text string
		most int
	}{
		"developer": {app.Developer.Name, maxDeveloper}, "short name": {app.Name.Short, maxShortName}, "full name": {app.Name.Full, maxFullName},
		"short description": {app.Description.Short, maxShortDescription}, "full description": {app.Description.Full, maxFullDescription},
	} {
		if n := utf8.RuneCountInString(x.text); n == 0 || n > x.most {
			t.Errorf("the %s has %d characters, at most %d", what, n, x.most)
		}
	}
	lists := app.Bots[0].CommandLists
	if len(app.Bots) > maxBots || len(lists) > maxCommandLists || schema.targeted && len(lists) != 2 {
		t.Fatalf("%d bots, %d lists", len(app.Bots), len(lists))
	}
	most := listLimits[schema.version]
	for _, l := range lists {
		if len(l.Triggers) > maxTriggers || (len(l.Triggers) > 0) != schema.targeted {
			t.Errorf("triggers %q", l.Triggers)
		}
		if slices.Contains(l.Triggers, "slash") && slices.Contains(l.Scopes, "personal") {
			t.Error("a personal chat has nothing after a slash")
		}
		if n := len(l.Commands); n == 0 || n > most[0] || l.Commands[0].Title != "todo" || l.Commands[n-1].Title != "help" {
			t.Errorf("%d commands: %+v", n, l.Commands)
		}
		for _, c := range l.Commands {
			if utf8.RuneCountInString(c.Title) > most[1] || utf8.RuneCountInString(c.Description) > most[2] || strings.ContainsAny(c.Title, " []") || c.Description == "" {
				t.Errorf("%+v", c)
			}
		}
	}
}

func TestWhatIsTooMuchForTeamsIsLeftOut(t *testing.T) {
	long := strings.Repeat("ü", 200)
	usages := []bot.Usage{{Text: "help [verb]", Hint: long}}
	for i := range 20 {
		usages = append(usages, bot.Usage{Text: fmt.Sprint("verb", i, " ID"), Hint: long})
	}
	old := teamsSchemas[1]
	most := listLimits[old.version]
	got := old.offered(usages)
	if len(got) != most[0] || got[0].Title != "verb0" || got[len(got)-1].Title != "help" || utf8.RuneCountInString(got[0].Description) != most[2] || !strings.HasPrefix(got[0].Description, "verb0 ID: ü") {
		t.Errorf("%+v", got)
	}
	if got := old.offered(usages[1:3]); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}

func TestAPackageForInstallingItselfSaysWhichAppItIs(t *testing.T) {
	pack, got := packaged(t, minimal+strings.Replace(teamsSection, "client_secret", "install_for_users: true, client_secret", 1))
	if got.Code != 0 {
		t.Fatalf("%+v", got)
	}
	_, files, app := unpacked(t, pack)
	if d := cmp.Diff(&teamsWebAppInfo{anApp, "api://botid-" + anApp}, app.WebApplication); d != "" {
		t.Error(d)
	}
	if strings.Contains(string(files["manifest.json"]), "validDomains") {
		t.Error("there is a domain without a public address")
	}
}

func TestAPackageThatCannotBeWrittenSaysWhatIsMissing(t *testing.T) {
	const at = "ismsbot: DIR/config.yaml: "
	bare := strings.Replace(teamsSection, pages, "", 1)
	tests := []struct {
		name, config, want string
		flags              []string
	}{
		{"no section", minimal, at + "teams is not configured; add a section teams with app_id, tenant_id, a credential and developer\n", nil},
		{"no pages", minimal + bare, at + "teams.developer.website is missing; write the https address of a page that helps people with the app, which Teams shows beside the app\n" +
			at + "teams.developer.privacy is missing; write the https address of your privacy statement, which Teams shows beside the app\n" +
			at + "teams.developer.terms is missing; write the https address of your terms of use, which Teams shows beside the app\n", nil},
		{"an organisation with a long name", "organisation: {name: The Example Company of Great Britain, timezone: UTC}\n" + teamsSection,
			at + "teams.developer.name is missing; write who stands behind the app, in at most 32 characters\n", nil},
		{"an unknown schema", minimal + teamsSection, "ismsbot: --schema 1.2 is not a schema that can be written; write 1.29 or 1.19\n", []string{"--schema", "1.2"}},
		{"a version of one number", minimal + teamsSection, "ismsbot: --app-version 7 is not a version; write three numbers, such as 1.0.1\n", []string{"--app-version", "7"}},
		{"a terminal", minimal + teamsSection, "ismsbot: the package is a ZIP and not for a terminal; name a file, such as --out teams.zip\n", []string{"--out", "-"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pack, got := packaged(t, tt.config, tt.flags...)
			if d := cmp.Diff(ran{1, "ismsbot manifest teams failed.\n", tt.want}, got); d != "" || pack != nil {
				t.Errorf("%d bytes; %s", len(pack), d)
			}
		})
	}
}

func TestTheAppHasTheVersionOfTheRelease(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3": "1.2.3", "v1.2.3+dirty": "1.2.3", "": "1.0.0", "(devel)": "1.0.0", "v1.2.4-0.20261127103000-0123456789ab": "1.0.0", "v2.0.0-rc.1": "1.0.0",
	} {
		if got := appVersion(&debug.BuildInfo{Main: debug.Module{Version: version}}); got != want {
			t.Errorf("%q: %s, want %s", version, got, want)
		}
	}
	if got := appVersion(nil); got != "1.0.0" {
		t.Error(got)
	}
}

func TestTheIconsAreAsTeamsWantsThem(t *testing.T) {
	decode := func(data []byte, size int) image.Image {
		t.Helper()
		m, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if m.Bounds() != image.Rect(0, 0, size, size) {
			t.Errorf("it measures %v, want %d", m.Bounds(), size)
		}
		return m
	}
	decode(colorIcon, colorSize)
	outline, drawn := decode(outlineIcon, outlineSize), 0
	for y := range outlineSize {
		for x := range outlineSize {
			c := color.NRGBAModel.Convert(outline.At(x, y)).(color.NRGBA)
			if c.A == 0 {
				continue
			}
			drawn++
			if c.R != 255 || c.G != 255 || c.B != 255 {
				t.Errorf("the outline is %v at %d, %d, and not white", c, x, y)
			}
		}
	}
	if drawn < 100 || drawn > outlineSize*outlineSize/2 {
		t.Errorf("the outline has %d points", drawn)
	}
}
