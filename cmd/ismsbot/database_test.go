package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ismsbot/storage"
)

// remembered is a configuration whose database has three events in its journal.
func remembered(t *testing.T) (config, file string) {
	t.Helper()
	dir := t.TempDir()
	config, file = filepath.Join(dir, "config.yaml"), filepath.Join(dir, "isms.db")
	if err := os.WriteFile(config, []byte(minimal+"storage: {dsn: '"+file+"'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := storage.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for i := range 3 {
		err := db.Tx(t.Context(), func(tx *storage.Tx) error {
			return tx.Journal(time.Unix(int64(i), 0), "test", map[string]int{"n": i})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return config, file
}

func TestVerifySaysIntactOrNamesTheEvent(t *testing.T) {
	config, file := remembered(t)
	got := ismsbot(t, nil, "verify", "--config", config)
	want := regexp.MustCompile("^The journal of " + regexp.QuoteMeta(file) + " is intact: 3 events, head 3 [0-9a-f]{64}\\.\n$")
	if got.Code != 0 || !want.MatchString(got.Stdout) || got.Stderr != "" {
		t.Errorf("%+v", got)
	}
	tamper(t, file, `UPDATE journal SET data = '{"n":7}' WHERE seq = 2`)
	got = ismsbot(t, nil, "verify", "--config", config)
	if want := (ran{1, "The journal of " + file + " is NOT intact: event 2: its content was changed after it was written.\n", ""}); got != want {
		t.Errorf("%+v", got)
	}
}

func TestABackupIsACopyThatWasReadBack(t *testing.T) {
	config, file := remembered(t)
	beside, err := storage.Open(t.Context(), file) // as a running serve would
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	out := filepath.Join(t.TempDir(), "copy.db")
	got := ismsbot(t, nil, "backup", "--config", config, "--out", out)
	if got.Code != 0 || !strings.HasPrefix(got.Stdout, "Backed up "+file+" to "+out+": ") || !strings.HasSuffix(got.Stdout, " bytes, journal intact with 3 events.\n") {
		t.Errorf("%+v", got)
	}
	if left, _ := filepath.Glob(out + "*"); len(left) != 1 {
		t.Errorf("more than the copy is left: %q", left)
	}
	got = ismsbot(t, nil, "backup", "--config", config, "--out", out)
	if got.Code != 1 || !strings.Contains(got.Stderr, "is already there") {
		t.Errorf("a second one: %+v", got)
	}
}

func TestACommandThatReadsDoesNotBeginADatabase(t *testing.T) {
	dir := t.TempDir()
	config, file := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "isms.db")
	if err := os.WriteFile(config, []byte(minimal+"storage: {dsn: '"+file+"'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := ismsbot(t, nil, "verify", "--config", config)
	want := ran{1, "ismsbot verify failed.\n", "ismsbot: there is no database at " + file +
		"; start in the directory to which storage.dsn is relative, or begin one with \"ismsbot import\"\n"}
	if got != want {
		t.Errorf("%+v", got)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("it began one")
	}
}

func tamper(t *testing.T, file, statement string) {
	t.Helper()
	db, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), statement); err != nil {
		t.Fatal(err)
	}
}
