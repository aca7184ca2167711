package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

func TestASecretIsHiddenHoweverItIsWritten(t *testing.T) {
	const token = "xoxb-very-secret"
	c := Config{Slack: &Slack{BotToken: Secret{token}, SigningSecrets: []Secret{{token}}}}
	var logged bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&logged, nil))
	log.Info("x", "secret", Secret{token}, "config", c.Slack)
	asJSON, err := json.Marshal(c.Slack)
	if err != nil {
		t.Fatal(err)
	}
	asYAML, err := yaml.Marshal(c.Slack)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"%v": fmt.Sprintf("%v", *c.Slack), "%+v": fmt.Sprintf("%+v", *c.Slack), "%#v": fmt.Sprintf("%#v", *c.Slack),
		"%s": fmt.Sprintf("%s", Secret{token}), "%x": fmt.Sprintf("%x", Secret{token}), "%q": fmt.Sprintf("%q", Secret{token}),
		"error": fmt.Errorf("x: %v", c.Slack.SigningSecrets).Error(),
		"slog":  logged.String(), "JSON": string(asJSON), "YAML": string(asYAML),
	} {
		if strings.Contains(text, token) || strings.Contains(text, fmt.Sprintf("%x", token)) {
			t.Errorf("%s shows it: %s", name, text)
		}
		if !strings.Contains(text, "[redacted]") {
			t.Errorf("%s hides that there is one: %s", name, text)
		}
	}
	if (Secret{token}).Reveal() != token {
		t.Error("Reveal does not")
	}
}
