package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
)

// newLogger makes the program's log: format is text or json, level a name of
// slog's; empty is text and info. Whatever is logged passes a last line of
// defence: tokens and addresses that are as good as tokens are struck out, and
// so is each of hide. Both formats escape line ends and control characters, so
// that a name cannot forge a line.
func newLogger(w io.Writer, format, level string, hide ...Secret) (*slog.Logger, error) {
	var min slog.Level
	if level != "" {
		if err := min.UnmarshalText([]byte(level)); err != nil {
			return nil, fmt.Errorf("%q is not a log level; write debug, info, warn or error", level)
		}
	}
	scrub := newScrubber(hide)
	options := &slog.HandlerOptions{Level: min, ReplaceAttr: scrub.attr}
	var h slog.Handler
	switch format {
	case "", "text":
		h = slog.NewTextHandler(w, options)
	case "json":
		h = slog.NewJSONHandler(w, options)
	default:
		return nil, fmt.Errorf("%q is not a log format; write text or json", format)
	}
	return slog.New(requestHandler{h}), nil
}

// logger is the log as flags and environment ask for it.
func (p *program) logger(hide ...Secret) (*slog.Logger, error) {
	format, level := p.logFormat, p.logLevel
	if format == "" {
		format = p.getenv("ISMSBOT_LOG")
	}
	if level == "" {
		level = p.getenv("ISMSBOT_LOG_LEVEL")
	}
	return newLogger(p.stderr, format, level, hide...)
}

// tokens are what must never be logged, each beside what is left of it.
var tokens = []struct {
	what *regexp.Regexp
	left string
}{
	{regexp.MustCompile(`\b(?:xoxe\.)?xox[a-z]-[A-Za-z0-9-]+`), redacted},
	{regexp.MustCompile(`\bxapp-[A-Za-z0-9-]+`), redacted},
	{regexp.MustCompile(`(?i)\b(bearer)\s+[A-Za-z0-9._~+/=-]+`), "$1 " + redacted},
	{regexp.MustCompile(`\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`), redacted}, // a JWT
	{regexp.MustCompile(`(?i)(https?://hooks\.slack(?:-gov)?\.com)[^\s"'<>]*`), "$1/" + redacted},
	{regexp.MustCompile(`(?i)\b((?:client|signing)_secret|client_assertion|trigger_id|token)(["']?\s*[=:]\s*["']?)[^\s"'&,}]+`), "$1$2" + redacted},
}

// scrubber strikes out secrets. The zero value knows the shapes of tokens only.
type scrubber struct{ known *strings.Replacer }

func newScrubber(hide []Secret) scrubber {
	var pairs []string
	for _, s := range hide {
		whole := strings.TrimSpace(s.Reveal())
		// A shorter one would strike out ordinary words.
		if len(whole) >= 8 {
			pairs = append(pairs, whole, redacted)
		}
		// A certificate's key is as secret in parts.
		for line := range strings.Lines(whole) {
			if line = strings.TrimSpace(line); len(line) >= 8 && line != whole {
				pairs = append(pairs, line, redacted)
			}
		}
	}
	return scrubber{strings.NewReplacer(pairs...)}
}

func (s scrubber) text(text string) string {
	text = s.known.Replace(text)
	for _, t := range tokens {
		text = t.what.ReplaceAllString(text, t.left)
	}
	return text
}

// attr is a slog ReplaceAttr function; slog passes the message through it too.
func (s scrubber) attr(_ []string, a slog.Attr) slog.Attr {
	switch a.Value.Kind() {
	case slog.KindString:
		a.Value = slog.StringValue(s.text(a.Value.String()))
	case slog.KindAny:
		if _, isLevel := a.Value.Any().(slog.Level); !isLevel {
			a.Value = slog.StringValue(s.text(fmt.Sprint(a.Value.Any())))
		}
	}
	return a
}

// requestHandler adds the id of the request during which something is logged.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if id := requestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, r)
}

func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
