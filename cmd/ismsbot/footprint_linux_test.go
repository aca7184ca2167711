package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/storage"
)

// Goal 15, but for the memory in a broadcast.
const (
	maxBinary    = 40 << 20
	maxReady     = 100 * time.Millisecond
	maxIdleTimes = 3.0 // the memory of a program that links the same and does nothing
)

func TestTheBinaryIsSmall(t *testing.T) {
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%.1f MiB", float64(info.Size())/(1<<20))
	if info.Size() > maxBinary {
		t.Errorf("%d bytes, at most %d", info.Size(), maxBinary)
	}
}

// BenchmarkFootprint starts serve on a register of 100,000 open items, as a
// restart finds it, and measures how soon it is ready and what it holds when
// nothing happens.
func BenchmarkFootprint(b *testing.B) {
	path, err := binary()
	if err != nil {
		b.Fatal(err)
	}
	hello := buildHello(b)
	workspace := slackfake.New(slackfake.Options{})
	defer workspace.Close()
	dir := b.TempDir()
	fillRegister(b, filepath.Join(dir, "isms.db"), 100_000)
	address := freeAddress(b)
	config := fmt.Sprintf("organisation: {name: Example, timezone: UTC}\nserver: {listen: %q, metrics_listen: \"\"}\nstorage: {dsn: %q}\n"+
		"slack: {mode: http, bot_token: xoxb-1-fake-token, signing_secrets: [s], api_url: %q}\n", address, filepath.Join(dir, "isms.db"), workspace.APIURL())
	file := filepath.Join(dir, "config.yaml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		b.Fatal(err)
	}
	var ready []time.Duration
	var ours, floor []float64
	for b.Loop() {
		began := time.Now()
		serve := launch(b, exec.Command(path, "serve", "--config", file))
		for !answers("http://" + address + "/readyz") {
			if time.Since(began) > time.Minute {
				b.Fatal("serve is not ready after a minute")
			}
			time.Sleep(time.Millisecond)
		}
		ready = append(ready, time.Since(began))
		idle := launch(b, exec.Command(hello))
		time.Sleep(2 * time.Second)
		ours = append(ours, resident(b, serve))
		floor = append(floor, resident(b, idle))
		end(b, serve)
		end(b, idle)
	}
	slices.Sort(ready)
	slices.Sort(ours)
	slices.Sort(floor)
	took, rss, bare := ready[len(ready)/2], ours[len(ours)/2], floor[len(floor)/2]
	goal(b, "MiB when idle, at most 3 times a program that links the same", rss, bare, rss <= maxIdleTimes*bare)
	goal(b, "ms until ready, at most 100", took.Seconds()*1000, maxReady.Seconds()*1000, took <= maxReady)
	b.ReportMetric(rss, "MiB")
	b.ReportMetric(rss/bare, "ratio")
	b.ReportMetric(took.Seconds()*1000, "ready-ms")
}

// fillRegister makes a register in bulk, of which everybody has been looked at.
func fillRegister(b *testing.B, path string, items int) {
	b.Helper()
	db, err := storage.Open(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	raw, err := sql.Open("sqlite", path)
	if err != nil {
		b.Fatal(err)
	}
	defer raw.Close()
	_, err = raw.Exec(fmt.Sprintf(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000)
		INSERT INTO people (id, email, name, look_at) SELECT i, 'p' || i || '@example.com', 'Priya' || i || ' Shah', %d FROM c;
		WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)
		INSERT INTO items (kind, n, title, owner, due, status, is_open) SELECT 'action', i, 'Test restoring backup ' || i, i %% 1000 + 1,
		date('now', '+' || (i %% 1000) || ' days'), 'open', 1 FROM c`, time.Now().Add(time.Hour).UnixMilli(), items))
	if err != nil {
		b.Fatal(err)
	}
}

// buildHello builds a program that links every package that ours links, and
// waits.
func buildHello(b *testing.B) string {
	b.Helper()
	list, err := exec.Command("go", "list", "-deps", "-f", `{{if not .Standard}}{{.ImportPath}}{{end}}`, ".").Output()
	if err != nil {
		b.Fatal(err)
	}
	var source bytes.Buffer
	source.WriteString("package main\n")
	for path := range strings.FieldsSeq(string(list)) {
		if !strings.HasPrefix(path, "ismsbot") && !strings.Contains(path, "internal") {
			fmt.Fprintf(&source, "import _ %q\n", path)
		}
	}
	source.WriteString("import \"time\"\nfunc main() { time.Sleep(time.Hour) }\n")
	dir := b.TempDir()
	file, overlay, out := filepath.Join(dir, "main.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "hello")
	here, err := os.Getwd()
	if err != nil {
		b.Fatal(err)
	}
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{filepath.Join(here, "hello", "main.go"): file}})
	if err != nil {
		b.Fatal(err)
	}
	for name, data := range map[string][]byte{file: source.Bytes(), overlay: replace} {
		if err := os.WriteFile(name, data, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	if text, err := exec.Command("go", "build", "-overlay", overlay, "-o", out, "./hello").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, text)
	}
	return out
}

func freeAddress(b *testing.B) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func launch(b *testing.B, cmd *exec.Cmd) *exec.Cmd {
	b.Helper()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = cmd.Process.Kill() }) // where the benchmark failed before its end
	return cmd
}

func end(b *testing.B, cmd *exec.Cmd) {
	b.Helper()
	if err := cmd.Process.Kill(); err != nil {
		b.Fatal(err)
	}
	_ = cmd.Wait() // killed, as asked
}

func answers(url string) bool {
	resp, err := http.Get(url)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// resident is what a process holds in memory, in MiB.
func resident(b *testing.B, cmd *exec.Cmd) float64 {
	b.Helper()
	f, err := os.Open(fmt.Sprintf("/proc/%d/status", cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if kilo, ok := strings.CutPrefix(lines.Text(), "VmRSS:"); ok {
			n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(kilo), " kB"))
			if err != nil {
				b.Fatal(err)
			}
			return float64(n) / 1024
		}
	}
	b.Fatal("the process has ended")
	return 0
}
