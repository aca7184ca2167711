package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func manifestOf(t *testing.T, config string) (text string, got ran) {
	t.Helper()
	dir := t.TempDir()
	path, out := filepath.Join(dir, "config.yaml"), filepath.Join(dir, "slack.yaml")
	if err := os.WriteFile(path, []byte(minimal+config), 0o600); err != nil {
		t.Fatal(err)
	}
	got = ismsbot(t, nil, "manifest", "slack", "--config", path, "--out", out)
	data, _ := os.ReadFile(out)
	got.Stdout = strings.ReplaceAll(got.Stdout, dir, "DIR")
	got.Stderr = strings.ReplaceAll(got.Stderr, dir, "DIR")
	return string(data), got
}

const (
	inSocketMode = "slack: {mode: socket, bot_token: '${NO}', app_token: '${NO}'}\n"
	inHTTPMode   = "slack: {mode: http, bot_token: '${NO}', signing_secrets: ['${NO}']}\n"
	published    = "server: {public_url: 'https://isms.example.org/'}\n"
)

func TestTheSlackManifestFollowsTheConfiguration(t *testing.T) {
	const url = "https://isms.example.org/slack"
	tests := []struct {
		name, config string
		urls         int
		socket       string
		verdict      string
	}{
		{"socket mode has no address", inSocketMode + published, 0, "socket_mode_enabled: true", "Wrote the Slack manifest for Socket Mode to DIR/slack.yaml.\n"},
		{"without Slack's section it is socket mode", "", 0, "socket_mode_enabled: true", "Wrote the Slack manifest for Socket Mode to DIR/slack.yaml.\n"},
		{"http has it for commands, buttons and events", inHTTPMode + published, 3, "socket_mode_enabled: false", "Wrote the Slack manifest for requests to " + url + " to DIR/slack.yaml.\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text, got := manifestOf(t, tt.config)
			if got != (ran{0, tt.verdict, ""}) {
				t.Errorf("%+v", got)
			}
			if n := strings.Count(text, url); n != tt.urls || !strings.Contains(text, tt.socket) {
				t.Errorf("%d addresses in\n%s", n, text)
			}
			for _, want := range []string{"should_escape: true", "token_rotation_enabled: false", "messages_tab_enabled: true",
				"home_tab_enabled: true", "callback_id: isms_todo", "message.im", "files:write", "users:read.email"} {
				if !strings.Contains(text, want) {
					t.Errorf("lacks %s:\n%s", want, text)
				}
			}
		})
	}
}

func TestHTTPModeNeedsAPublicAddress(t *testing.T) {
	text, got := manifestOf(t, inHTTPMode)
	want := ran{1, "ismsbot manifest slack failed.\n",
		"ismsbot: DIR/config.yaml: server.public_url is empty; write the address under which Slack reaches the bot, or slack.mode socket\n"}
	if got != want || text != "" {
		t.Errorf("%+v %s", got, text)
	}
}

func TestTheManifestOnStdoutIsNothingButTheManifest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(path, exampleConfig, 0o600); err != nil {
		t.Fatal(err)
	}
	got := ismsbot(t, nil, "manifest", "slack", "--config", path, "--out", "-")
	var m map[string]any
	if err := yaml.Unmarshal([]byte(got.Stdout), &m); err != nil || m["settings"] == nil || got.Code != 0 {
		t.Errorf("%v %+v", err, got)
	}
}

func TestTheSlackManifestFitsSlacksSchema(t *testing.T) {
	data, err := os.ReadFile("../../../shared/data/schemas/slack-app-manifest.json")
	if err != nil {
		t.Skip("Slack's schema is not beside the repository")
	}
	var s schema
	if err := json.Unmarshal(data, &s); err != nil {
		t.Fatal(err)
	}
	for _, config := range []string{inSocketMode, inHTTPMode + published} {
		text, _ := manifestOf(t, config)
		var m any
		if err := yaml.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		for _, fault := range s.faults("manifest", m) {
			t.Error(fault)
		}
	}
	// The checker itself must be able to say no.
	wrong := map[string]any{"display_information": map[string]any{"description": strings.Repeat("x", 141), "color": "red"},
		"features": map[string]any{"bot_user": map[string]any{"display_name": "no spaces"}, "slash_commands": []any{map[string]any{"command": "isms", "should_escape": "yes"}}}}
	if n := len(s.faults("manifest", wrong)); n != 7 {
		t.Errorf("%d faults, want 7: %q", n, s.faults("manifest", wrong))
	}
}

// schema is as much of JSON Schema as Slack's uses for what we write.
type schema struct {
	Type       string
	Properties map[string]*schema
	Required   []string
	Additional *bool `json:"additionalProperties"`
	Items      *schema
	MaxLength  int
	MaxItems   int
	Pattern    string
	Enum       []string
}

func (s *schema) faults(at string, v any) (out []string) {
	switch v := v.(type) {
	case map[string]any:
		for _, key := range s.Required {
			if _, ok := v[key]; !ok {
				out = append(out, at+" lacks "+key)
			}
		}
		for key, value := range v {
			if p := s.Properties[key]; p != nil {
				out = append(out, p.faults(at+"."+key, value)...)
			} else if s.Additional != nil && !*s.Additional {
				out = append(out, at+" does not know "+key)
			}
		}
		return append(out, s.is(at, "object")...)
	case []any:
		for i, value := range v {
			out = append(out, s.Items.faults(fmt.Sprintf("%s[%d]", at, i), value)...)
		}
		if s.MaxItems > 0 && len(v) > s.MaxItems {
			out = append(out, at+" has too many")
		}
		return append(out, s.is(at, "array")...)
	case string:
		if s.MaxLength > 0 && len(v) > s.MaxLength {
			out = append(out, at+" is too long")
		}
		if s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(v) {
			out = append(out, at+" does not match "+s.Pattern)
		}
		if s.Enum != nil && !slices.Contains(s.Enum, v) {
			out = append(out, at+" is none of its values")
		}
		return append(out, s.is(at, "string")...)
	case bool:
		return s.is(at, "boolean")
	default:
		return s.is(at, "integer")
	}
}

func (s *schema) is(at, kind string) []string {
	if s.Type != kind {
		return []string{at + " is no " + s.Type}
	}
	return nil
}
