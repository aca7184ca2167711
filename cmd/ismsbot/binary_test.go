package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ismsbot/adapters/slack/slackfake"
	"ismsbot/adapters/teams/teamsfake"
)

// binaryDir is where the program is built for the tests that run it from the
// outside; TestMain makes and removes it.
var binaryDir string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "ismsbot-binary-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	binaryDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// binary is the real program, built once, as the README builds it.
var binary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(binaryDir, "ismsbot")
	out, err := exec.Command("go", "build", "-ldflags=-s -w", "-o", path, ".").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// What the tests' workspace keeps secret.
const (
	botToken      = "xoxb-271828-secret-of-the-bot"
	appToken      = "xapp-1-314159-secret-of-the-app"
	signingSecret = "f00dfeed-signing-secret"
	clientSecret  = "1618~secret-of-the-teams-app"
)

// site is one installation: a directory with a configuration and a database,
// the program that runs there, and the Slack it speaks to.
type site struct {
	t     testing.TB
	dir   string
	mode  string
	slack *slackfake.Server
	teams *teamsfake.Server // nil where Teams is not configured
	log   shared            // what every serve wrote to stderr
	out   shared            // and to stdout
	cmd   *exec.Cmd
	ended chan error
	begun time.Time // when the running serve was started
	// Where the running serve listens.
	listen, metrics string
}

// newSite sets up an installation whose day is at noon, so that no test runs
// into midnight. more is added to the configuration.
func newSite(t testing.TB, o slackfake.Options, mode, more string) *site {
	t.Helper()
	o.BotToken, o.AppToken, o.SigningSecret = botToken, appToken, signingSecret
	s := &site{t: t, dir: t.TempDir(), mode: mode, slack: slackfake.New(o)}
	t.Cleanup(s.slack.Close)
	t.Cleanup(s.end)
	s.configure(s.slack.APIURL(), more)
	return s
}

func (s *site) configure(api, more string) {
	s.t.Helper()
	s.write("config.yaml", s.common()+`slack: {mode: `+s.mode+`, bot_token: "${SLACK_BOT_TOKEN}", app_token: "${SLACK_APP_TOKEN}", signing_secrets: ["${SLACK_SIGNING_SECRET}"], api_url: "`+api+`"}
`+more)
}

// newTeamsSite is newSite on Teams. With slack set it is on both.
func newTeamsSite(t testing.TB, o teamsfake.Options, slack *slackfake.Options, more string) *site {
	t.Helper()
	o.ClientSecret = clientSecret
	s := &site{t: t, dir: t.TempDir(), teams: teamsfake.New(o)}
	t.Cleanup(s.teams.Close)
	t.Cleanup(s.end)
	o = s.teams.Options()
	more += fmt.Sprintf("teams: {app_id: %q, tenant_id: %q, client_secret: \"${TEAMS_CLIENT_SECRET}\", login_url: %q, openid_metadata_url: %q, service_urls: [%q]}\n",
		o.AppID, o.TenantID, s.teams.LoginURL(), s.teams.MetadataURL(), s.teams.ServiceURL())
	if slack == nil {
		s.write("config.yaml", s.common()+more)
		return s
	}
	slack.BotToken, slack.AppToken, slack.SigningSecret = botToken, appToken, signingSecret
	s.mode, s.slack = "http", slackfake.New(*slack)
	t.Cleanup(s.slack.Close)
	s.configure(s.slack.APIURL(), more)
	return s
}

// common is the part of the configuration that names no platform.
func (s *site) common() string {
	return `organisation: {name: Example Ltd, timezone: ` + noonZone() + `, hours: "00:00-24:00", working_days: [mon, tue, wed, thu, fri, sat, sun]}
server: {listen: "127.0.0.1:0", metrics_listen: "127.0.0.1:0", public_url: "https://isms.example.com"}
storage: {dsn: "` + s.path("isms.db") + `"}
schedule: {remind_every: 1s, deliver_every: 1s}
`
}

func (s *site) path(name string) string { return filepath.Join(s.dir, name) }

func (s *site) write(name, text string) string {
	s.t.Helper()
	if err := os.WriteFile(s.path(name), []byte(text), 0o600); err != nil {
		s.t.Fatal(err)
	}
	return s.path(name)
}

// noonZone is a zone in which it is about noon.
func noonZone() string {
	east := 12 - time.Now().UTC().Hour()
	switch {
	case east > 0:
		return fmt.Sprintf("Etc/GMT-%d", east) // its signs are the other way round
	case east < 0:
		return fmt.Sprintf("Etc/GMT+%d", -east)
	}
	return "Etc/GMT"
}

// day is today and some days, where it is noon.
func day(t testing.TB, days int) time.Time {
	t.Helper()
	zone, err := time.LoadLocation(noonZone())
	if err != nil {
		t.Fatal(err)
	}
	return time.Now().In(zone).AddDate(0, 0, days)
}

func (s *site) command(args ...string) *exec.Cmd {
	s.t.Helper()
	path, err := binary()
	if err != nil {
		s.t.Fatal(err)
	}
	cmd := exec.Command(path, append([]string{"--config", s.path("config.yaml")}, args...)...)
	cmd.Dir = s.dir
	cmd.Env = []string{"SLACK_BOT_TOKEN=" + botToken, "SLACK_APP_TOKEN=" + appToken, "SLACK_SIGNING_SECRET=" + signingSecret, "TEAMS_CLIENT_SECRET=" + clientSecret, "ISMSBOT_LOG_LEVEL=debug"}
	return cmd
}

// run runs one command to its end.
func (s *site) run(args ...string) ran {
	s.t.Helper()
	cmd := s.command(args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		s.t.Fatal(err)
	}
	return ran{cmd.ProcessState.ExitCode(), out.String(), errs.String()}
}

// must runs a command that has to end well and returns what it printed.
func (s *site) must(args ...string) string {
	s.t.Helper()
	got := s.run(args...)
	if got.Code != 0 {
		s.t.Fatalf("ismsbot %s: %+v", strings.Join(args, " "), got)
	}
	return got.Stdout
}

var servingLine = regexp.MustCompile(`msg=serving .*listen=(\S+) metrics=(\S+)`)

// start runs serve until the test ends and waits until it listens.
func (s *site) start() {
	s.t.Helper()
	from := s.log.Len()
	s.cmd = s.command("serve")
	s.cmd.Stdout, s.cmd.Stderr = &s.out, &s.log
	s.begun = time.Now()
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.ended = make(chan error, 1)
	go func(cmd *exec.Cmd, ended chan<- error) { ended <- cmd.Wait() }(s.cmd, s.ended)
	s.until(20*time.Second, "serve listens", func() bool {
		m := servingLine.FindStringSubmatch(s.log.From(from))
		if m == nil {
			return false
		}
		s.listen, s.metrics = m[1], m[2]
		return true
	})
	if s.mode == "http" {
		s.slack.SetBot("http://" + s.listen + "/slack")
	}
	if s.teams != nil {
		s.teams.SetBot("http://" + s.listen + "/api/messages")
	}
}

// startReady is start, and waits until every part is ready.
func (s *site) startReady() {
	s.t.Helper()
	s.start()
	s.until(20*time.Second, "serve is ready", func() bool { return s.get("http://"+s.listen+"/readyz").status == http.StatusOK })
}

// stop asks serve to end, and tells how long that took and its exit code.
func (s *site) stop() (took time.Duration, code int) {
	s.t.Helper()
	began := time.Now()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.t.Fatal(err)
	}
	select {
	case <-s.ended:
	case <-time.After(15 * time.Second):
		s.t.Fatalf("serve does not stop\n%s", s.log.From(0))
	}
	code = s.cmd.ProcessState.ExitCode()
	s.cmd = nil
	return time.Since(began), code
}

// kill ends serve as a power cut does.
func (s *site) kill() {
	s.t.Helper()
	if err := s.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		s.t.Fatal(err)
	}
	<-s.ended
	if status, ok := s.cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || !status.Signaled() {
		s.t.Fatalf("serve had ended by itself: %v\n%s", s.cmd.ProcessState, s.log.From(0))
	}
	s.cmd = nil
}

func (s *site) end() {
	if s.cmd != nil {
		_ = s.cmd.Process.Kill()
		<-s.ended
	}
}

type got struct {
	status int
	body   string
}

func (s *site) get(url string) got {
	resp, err := http.Get(url)
	if err != nil {
		return got{}
	}
	defer resp.Body.Close()
	data, _ := io.ReadAll(resp.Body)
	return got{resp.StatusCode, string(data)}
}

// until waits for something that has to happen.
func (s *site) until(within time.Duration, what string, happened func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(within); !happened(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("after %v it is still not so that %s; the log says\n%s", within, what, s.log.Tail())
		}
	}
}

// shared is a buffer that a process writes and the test reads.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *shared) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

// Len is how much has been written.
func (b *shared) Len() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Len()
}

// From is what was written after the first n bytes.
func (b *shared) From(n int) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()[n:]
}

// Tail is the end of it, for a failing test.
func (b *shared) Tail() string {
	text := b.From(0)
	return cmp.Or(text[max(0, len(text)-4000):], "nothing")
}
