package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/storage"
)

// maxBroadcastMiB is goal 15 for the memory in a broadcast.
const maxBroadcastMiB = 80.0

// BenchmarkFootprintInABroadcast runs serve for an organisation of 100,000 while
// a message goes to all of them, as fast as it can, and measures the most that
// it holds: while nobody uses it, and while some do, for whom everybody is read.
func BenchmarkFootprintInABroadcast(b *testing.B) {
	b.Run("alone", func(b *testing.B) { footprintInABroadcast(b, false) })
	b.Run("used", func(b *testing.B) { footprintInABroadcast(b, true) })
}

func footprintInABroadcast(b *testing.B, used bool) {
	const people = 100_000
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		gate, slack := slackOf(b, slackfake.Limit{PerSecond: 2000, Burst: 2000})
		dir := b.TempDir()
		file := filepath.Join(dir, "isms.db")
		fillPeople(b, file, people)
		address := freeAddress(b)
		config := fmt.Sprintf("organisation: {name: Example, timezone: UTC}\nserver: {listen: %q, metrics_listen: \"\"}\nstorage: {dsn: %q}\n"+
			"slack: {mode: http, bot_token: xoxb-1-fake-token, signing_secrets: [%s], api_url: %q}\n", address, file, benchSecret, slack.URL+"/api/")
		if err := os.WriteFile(filepath.Join(dir, "config.yaml"), []byte(config), 0o600); err != nil {
			b.Fatal(err)
		}
		serve := launch(b, exec.Command(path, "serve", "--config", filepath.Join(dir, "config.yaml")))
		var most, last float64
		began := time.Now()
		asked := 0
		for gate.Limited().Passed < people && time.Since(began) < 5*time.Minute {
			if used && asked*people/10 < gate.Limited().Passed {
				asked++
				fireOver(b, 1, address, [][]byte{wire(fmt.Sprintf("U%06d", asked), "todo", fmt.Sprintf("1.%d", asked))}, func(status int, _ int64) (bool, error) {
					if status != http.StatusOK {
						return false, fmt.Errorf("a command was answered %d", status)
					}
					return false, nil
				})
			}
			time.Sleep(100 * time.Millisecond)
			last = resident(b, serve)
			most = max(most, last)
		}
		sent, took := gate.Limited().Passed, time.Since(began)
		end(b, serve)
		goal(b, fmt.Sprintf("goal 15: MiB at the most while %d of %d messages went out in %v, at most", sent, people, took.Round(time.Second)), most, maxBroadcastMiB, most <= maxBroadcastMiB)
		b.ReportMetric(most, "MiB")
		b.ReportMetric(float64(sent)/took.Seconds(), "messages/s")
	}
}

// fillPeople makes an organisation whose broadcast is queued, in a workspace
// that is known to take a thousand messages a second.
func fillPeople(b *testing.B, file string, people int) {
	b.Helper()
	db, err := storage.Open(b.Context(), file)
	if err != nil {
		b.Fatal(err)
	}
	enqueueBroadcast(b, db, broadcastRows("slack", accountsOf(people)))
	if err := db.Tx(b.Context(), func(tx *storage.Tx) error { return tx.SetMeta(rateKey, "1000") }); err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	raw, err := sql.Open("sqlite", file)
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	_, err = raw.Exec(fmt.Sprintf(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)
		INSERT INTO people (id, email, name, department, manager, look_at, imported) SELECT i, 'p' || i || '@example.com', 'Priya' || i || ' Shah', 'Operations', i / 10, %d, '{}' FROM c;
		INSERT INTO accounts (platform, account, person) SELECT 'slack', printf('U%%06d', id - 1), id FROM people`, people, time.Now().Add(time.Hour).UnixMilli()))
	if err != nil {
		b.Fatal(err)
	}
}
