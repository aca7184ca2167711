package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
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
				"home_tab_enabled: true", "callback_id: isms_todo", "callback_id: isms_report", "type: message", "message.im", "files:write", "users:read.email"} {
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
	const path = "../../../shared/data/schemas/slack-app-manifest.json"
	if _, err := os.Stat(path); err != nil {
		t.Skip("Slack's schema is not beside the repository")
	}
	schema, err := jsonschema.NewCompiler().Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, config := range []string{inSocketMode, inHTTPMode + published} {
		text, _ := manifestOf(t, config)
		var m any
		if err := yaml.Unmarshal([]byte(text), &m); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(m); err != nil {
			t.Error(err)
		}
	}
	// The schema itself must be able to say no.
	wrong := map[string]any{"display_information": map[string]any{"name": "ISMS", "description": strings.Repeat("x", 141)}}
	if schema.Validate(wrong) == nil {
		t.Error("a description of 141 characters is taken")
	}
}
