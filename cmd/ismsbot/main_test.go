package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ran is what one run of the program came to.
type ran struct {
	Code   int
	Stdout string
	Stderr string
}

func ismsbot(t *testing.T, env []string, args ...string) ran {
	t.Helper()
	var out, err bytes.Buffer
	code := run(t.Context(), args, strings.NewReader(""), &out, &err, environment(env...))
	return ran{code, out.String(), err.String()}
}

func TestWhatIsTypedWrongIsAnsweredWithTheNearestName(t *testing.T) {
	t.Chdir(t.TempDir())
	tests := []struct {
		name string
		args []string
		want ran
	}{
		{"a command", []string{"versoin"}, ran{1, "ismsbot failed.\n", "ismsbot: \"versoin\" is not a command; did you mean \"ismsbot version\"?\n"}},
		{"a command like none", []string{"xyzzy"}, ran{1, "ismsbot failed.\n", "ismsbot: \"xyzzy\" is not a command; \"ismsbot --help\" lists them\n"}},
		{"a platform", []string{"manifest", "slak"}, ran{1, "ismsbot manifest failed.\n", "ismsbot: \"slak\" is not a command; did you mean \"ismsbot manifest slack\"?\n"}},
		{"no platform", []string{"manifest"}, ran{1, "ismsbot manifest failed.\n", "ismsbot: for which platform? Write \"ismsbot manifest slack --out FILE\" or \"ismsbot manifest teams --out FILE\"\n"}},
		{"a flag", []string{"version", "--confg", "x"}, ran{1, "ismsbot version failed.\n", "ismsbot: ismsbot version has no flag --confg; did you mean --config?\n"}},
		{"a flag like none", []string{"version", "--xyzzy"}, ran{1, "ismsbot version failed.\n", "ismsbot: ismsbot version has no flag --xyzzy; \"ismsbot version --help\" lists them\n"}},
		{"a flag left out", []string{"manifest", "slack"}, ran{1, "ismsbot manifest slack failed.\n", "ismsbot: required flag(s) \"out\" not set\n"}},
		{"no configuration", []string{"manifest", "slack", "--out", "x"}, ran{1, "ismsbot manifest slack failed.\n", "ismsbot: there is no configuration at config.yaml: write one with \"ismsbot init\", or name another with --config\n"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := cmp.Diff(tt.want, ismsbot(t, nil, tt.args...)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestEveryCommandHasHelpWithAnExample(t *testing.T) {
	p := &program{getenv: environment()}
	for _, c := range p.command().Commands() {
		if c.Short == "" || (c.Example == "" && !c.HasSubCommands()) {
			t.Errorf("%s lacks a description or an example", c.Name())
		}
		if got := ismsbot(t, nil, c.Name(), "--help"); got.Code != 0 || !strings.Contains(got.Stdout, c.Name()) {
			t.Errorf("%s --help: %+v", c.Name(), got)
		}
	}
	if got := ismsbot(t, nil); got.Code != 0 || !strings.Contains(got.Stdout, "ISMSBOT_CONFIG") {
		t.Errorf("%+v", got)
	}
}

func TestInitWritesAConfigurationOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "my.yaml")
	got := ismsbot(t, []string{"ISMSBOT_CONFIG", path}, "init")
	if got.Code != 0 || got.Stderr != "" || !strings.HasSuffix(got.Stdout, "\nWrote "+path+".\n") {
		t.Fatalf("%+v", got)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("others may read it: %v", info.Mode())
	}
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	again := ismsbot(t, nil, "init", "--config", path)
	want := ran{1, "ismsbot init failed.\n", "ismsbot: " + path + " exists and was left as it is; name another file with --config, or move it away\n"}
	if d := cmp.Diff(want, again); d != "" {
		t.Error(d)
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Errorf("it was overwritten: %s", data)
	}
}

func TestEachFaultOfTheConfigurationHasItsLineOnStderr(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte("servr: {}\nstorage: {dsn: ''}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := ismsbot(t, nil, "--config", path, "manifest", "slack", "--out", "-")
	want := ran{1, "ismsbot manifest slack failed.\n",
		"ismsbot: " + path + ":1: servr: is not a known key; did you mean \"server\"?\n" +
			"ismsbot: " + path + ":2: storage.dsn: \"\" is empty; write the path of a file, such as \"ismsbot.db\"\n"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestVersionNamesBuildAndSchema(t *testing.T) {
	if got := ismsbot(t, nil, "version"); got.Code != 0 || !strings.HasPrefix(got.Stdout, "ismsbot ") || !strings.Contains(got.Stdout, "schema ") {
		t.Errorf("%+v", got)
	}
	tests := []struct {
		name string
		info *debug.BuildInfo
		want string
	}{
		{"a release", &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "v1.2.3"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "false"}}}, "ismsbot v1.2.3 (commit abc, go1.26.8), schema "},
		{"a changed tree", &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: "(devel)"},
			Settings: []debug.BuildSetting{{Key: "vcs.revision", Value: "abc"}, {Key: "vcs.modified", Value: "true"}}}, "ismsbot development build (commit abc with changes, go1.26.8), schema "},
		{"nothing known", nil, "ismsbot, built without module information"},
	}
	for _, tt := range tests {
		if got := describe(tt.info); !strings.HasPrefix(got, tt.want) {
			t.Errorf("%s: %s", tt.name, got)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"import", "export", "serve", "doctor", "demo", "verify"}
	for typed, want := range map[string]string{
		"imprt": "import", "EXPORT": "export", "sevre": "serve", "docter": "doctor", "dmeo": "demo",
		"vrfy": "verify", "xyzzy": "", "": "", "x": "", "importer-exporter": "",
	} {
		if got := nearest(typed, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestServeWithoutAPlatformSaysSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.yaml")
	if err := os.WriteFile(path, []byte(minimal), 0o600); err != nil {
		t.Fatal(err)
	}
	want := ran{1, "ismsbot serve failed.\n", "ismsbot: " + path + ": neither slack nor teams is configured, so there is nobody to speak to; \"ismsbot demo\" needs no account\n"}
	if d := cmp.Diff(want, ismsbot(t, nil, "--config", path, "serve")); d != "" {
		t.Error(d)
	}
}
