package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestNoTokenReachesTheLog(t *testing.T) {
	const signing = "8f742231b10e8888abcd99yyyzzz85a5"
	tests := map[string]string{
		"a bot token":            "xoxb-17653672481-19874698323-pdFZKVeTuE8sk7oOcHrzqqgy",
		"a configuration token":  "xoxe.xoxp-1-Mi0yLTEyMzQ1",
		"a refresh token":        "xoxe-1-abcdefgh",
		"an app-level token":     "xapp-1-A0123-456-deadbeef",
		"an authorization":       "Bearer abc.DEF-123_~+/=",
		"a lower-case one":       "bearer abcDEF123",
		"a JWT":                  "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJ4In0.c2lnbmF0dXJl",
		"a response_url":         "https://hooks.slack.com/actions/T123/456/SECRETPART",
		"a government one":       "https://hooks.slack-gov.com/commands/T123/456/SECRETPART",
		"a form field":           "client_secret=SECRETPART",
		"a JSON field":           `"trigger_id": "398738663015.SECRETPART"`,
		"a token of old":         "token=SECRETPART",
		"a secret of the file's": signing,
	}
	places := map[string]func(*slog.Logger, string){
		"message":  func(l *slog.Logger, s string) { l.Info("got " + s + " back") },
		"string":   func(l *slog.Logger, s string) { l.Info("x", "value", "post "+s) },
		"error":    func(l *slog.Logger, s string) { l.Info("x", "error", errors.New("post "+s)) },
		"group":    func(l *slog.Logger, s string) { l.Info("x", slog.Group("g", "value", s)) },
		"with":     func(l *slog.Logger, s string) { l.With("value", s).WithGroup("g").Info("x", "a", 1) },
		"any":      func(l *slog.Logger, s string) { l.Info("x", "value", struct{ A []string }{[]string{s}}) },
		"log line": func(l *slog.Logger, s string) { slog.NewLogLogger(l.Handler(), slog.LevelWarn).Print("http: " + s) },
	}
	for _, format := range []string{"text", "json"} {
		for name, token := range tests {
			for place, log := range places {
				var w bytes.Buffer
				l, err := newLogger(&w, format, "debug", Secret{signing})
				if err != nil {
					t.Fatal(err)
				}
				log(l, token)
				secret := token[strings.LastIndexAny(token, " =/.:-\"")+1:]
				if i := strings.Index(token, "SECRETPART"); i >= 0 {
					secret = "SECRETPART"
				} else if secret == "" {
					secret = "abc.DEF"
				}
				if strings.Contains(w.String(), secret) {
					t.Errorf("%s as %s in %s: %s", name, place, format, &w)
				}
				if !strings.Contains(w.String(), redacted) {
					t.Errorf("%s as %s in %s leaves no trace: %s", name, place, format, &w)
				}
			}
		}
	}
}

func TestWhatIsNoSecretStaysInTheLog(t *testing.T) {
	var w bytes.Buffer
	l, _ := newLogger(&w, "text", "", Secret{""}, Secret{"in"})
	l.Warn("in doubt", "delivery", 12, "channel", "D024BE91L", "url", "https://slack.com/api/chat.postMessage", "kind", "token bucket")
	for _, want := range []string{"level=WARN", `msg="in doubt"`, "delivery=12", "D024BE91L", "https://slack.com/api/chat.postMessage", `kind="token bucket"`} {
		if !strings.Contains(w.String(), want) {
			t.Errorf("lost %q: %s", want, &w)
		}
	}
}

func TestANameCannotForgeALogLine(t *testing.T) {
	const evil = "Kim\nlevel=INFO msg=forged\r\x1b[2K\x00"
	for _, format := range []string{"text", "json"} {
		var w bytes.Buffer
		l, _ := newLogger(&w, format, "")
		l.Info(evil, "name", evil, "error", errors.New(evil))
		if n := strings.Count(w.String(), "\n"); n != 1 {
			t.Errorf("%s: %d lines:\n%s", format, n, &w)
		}
		if strings.ContainsAny(w.String(), "\x1b\x00\r") {
			t.Errorf("%s passes control characters: %q", format, &w)
		}
	}
}

func TestWhatIsLoggedDuringARequestHasItsID(t *testing.T) {
	var w bytes.Buffer
	l, _ := newLogger(&w, "json", "")
	ctx := context.WithValue(context.Background(), requestKey{}, "R1")
	l.With("a", 1).InfoContext(ctx, "inside")
	l.Info("outside")
	var inside, outside map[string]any
	d := json.NewDecoder(&w)
	if err := errors.Join(d.Decode(&inside), d.Decode(&outside)); err != nil {
		t.Fatal(err)
	}
	if inside["request"] != "R1" || outside["request"] != nil {
		t.Errorf("%v %v", inside, outside)
	}
}

func TestTheLogIsAsFlagsAndEnvironmentAskForIt(t *testing.T) {
	tests := []struct {
		name string
		p    program
		want string // of one debug and one info line; or the error
	}{
		{"text from info on by default", program{getenv: environment()}, "level=INFO"},
		{"the environment asks", program{getenv: environment("ISMSBOT_LOG", "json", "ISMSBOT_LOG_LEVEL", "debug")}, `"level":"DEBUG"`},
		{"the flag wins", program{getenv: environment("ISMSBOT_LOG", "json"), logFormat: "text", logLevel: "debug"}, "level=DEBUG"},
		{"an unknown format", program{getenv: environment("ISMSBOT_LOG", "xml")}, `"xml" is not a log format; write text or json`},
		{"an unknown level", program{getenv: environment(), logLevel: "loud"}, `"loud" is not a log level; write debug, info, warn or error`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var w bytes.Buffer
			tt.p.stderr = &w
			l, err := tt.p.logger()
			if err != nil {
				w.WriteString(err.Error())
			} else {
				l.Debug("x")
				l.Info("x")
			}
			if first, _, _ := strings.Cut(w.String(), "\n"); !strings.Contains(first, tt.want) {
				t.Errorf("got %s, want %s", first, tt.want)
			}
		})
	}
}

func TestNoPartOfACertificatesKeyReachesTheLog(t *testing.T) {
	pair := certificate(t)
	c := &Config{Teams: &Teams{ClientSecret: Secret{"a~client~secret"}, Certificate: Secret{strings.TrimSpace(pair.cert + pair.key)}}}
	var w bytes.Buffer
	l, err := newLogger(&w, "text", "", c.Secrets()...)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(pair.key), "\n")
	l.Info("x", "whole", pair.cert+pair.key, "key", pair.key, "line", lines[1], "last", "ends in "+lines[len(lines)-2], "secret", "a~client~secret")
	for _, part := range append(lines[1:len(lines)-1], "a~client~secret") {
		if strings.Contains(w.String(), part) {
			t.Errorf("logged %s", &w)
		}
	}
}
