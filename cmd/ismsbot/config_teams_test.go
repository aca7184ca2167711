package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/chat"
)

// An app and its tenant in Teams.
const (
	anApp   = "0f5b7a1c-3d2e-4f60-8a9b-1c2d3e4f5a6b"
	aTenant = "7c2d3e4f-5a6b-4c7d-8e9f-0a1b2c3d4e5f"
)

// keyPair is a certificate and its key in PEM.
type keyPair struct{ cert, key string }

func certificate(t *testing.T) keyPair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return keyPair{string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})), string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}))}
}

func TestAFaultOfTeamsNamesLineKeyAndRemedy(t *testing.T) {
	const teams = minimal + "teams:\n  app_id: " + anApp + "\n  tenant_id: " + aTenant + "\n"
	const slack = minimal + "slack:\n  mode: socket\n  bot_token: ${BOT}\n  app_token: ${APP}\n"
	own, other := certificate(t), certificate(t)
	refuse(t, environment("BOT", "xoxb-1", "APP", "xapp-1", "CERT", own.cert, "WRONG", own.cert+other.key), []struct{ name, text, want string }{
		{"Teams without its app", minimal + "teams:\n  tenant_id: " + aTenant + "\n  federated: f\n", `2: teams.app_id: is missing; write the bot's application id, as Microsoft Entra's app registration shows it`},
		{"Teams without its tenant", minimal + "teams:\n  app_id: " + anApp + "\n  federated: f\n", `2: teams.tenant_id: is missing; write the id of your Microsoft 365 tenant, as Microsoft Entra's overview shows it`},
		{"a tenant by its name", minimal + "teams:\n  app_id: " + anApp + "\n  tenant_id: example.org\n  federated: f\n", `4: teams.tenant_id: "example.org" is not an id of Microsoft Entra; write it as its overview page shows it, such as "0f5b7a1c-3d2e-4f60-8a9b-1c2d3e4f5a6b"`},
		{"an app with Teams' prefix", minimal + "teams:\n  app_id: 28:" + anApp + "\n  tenant_id: " + aTenant + "\n  federated: f\n", `3: teams.app_id: "28:` + anApp + `" is not an id of Microsoft Entra; write it as its overview page shows it, such as "0f5b7a1c-3d2e-4f60-8a9b-1c2d3e4f5a6b"`},
		{"Teams without a credential", teams, `2: teams: has no credential; write exactly one of client_secret, certificate, managed_identity, federated`},
		{"an empty credential counts as none", teams + "  client_secret: ''\n", `2: teams: has no credential; write exactly one of client_secret, certificate, managed_identity, federated`},
		{"Teams with two credentials", teams + "  client_secret: ${BOT}\n  federated: f\n", `6: teams: has 2 credentials (client_secret, federated); write exactly one`},
		{"a secret of Teams' that is not set", teams + "  client_secret: ${NOWHERE}\n", `5: teams.client_secret: the environment variable NOWHERE is not set; export it before the start, or write file:PATH`},
		{"Teams in an unknown cloud", teams + "  federated: f\n  cloud: moon\n", `6: teams.cloud: "moon" is not a cloud; write public, usgov, dod or china`},
		{"a certificate that is none", teams + "  certificate: ${BOT}\n", `5: teams.certificate: holds no certificate; write file:PATH of a PEM file that holds both, the key without a passphrase`},
		{"a certificate without its key", teams + "  certificate: ${CERT}\n", `5: teams.certificate: holds a certificate without its key; write file:PATH of a PEM file that holds both, the key without a passphrase`},
		{"a certificate with another's key", teams + "  certificate: ${WRONG}\n", `5: teams.certificate: holds a key that is not the certificate's; write file:PATH of a PEM file that holds both, the key without a passphrase`},
		{"a service without scheme", teams + "  federated: f\n  service_urls: [smba.example]\n", `6: teams.service_urls: "smba.example" is not a web address; write it in full, such as "https://smba.trafficmanager.net/teams/"`},
		{"an empty service", teams + "  federated: f\n  service_urls: ['']\n", `6: teams.service_urls: "" is not a web address; write it in full, such as "https://smba.trafficmanager.net/teams/"`},
		{"a login without scheme", teams + "  federated: f\n  login_url: login.example\n", `6: teams.login_url: "login.example" is not a web address; write it in full, such as "https://isms.example.org"`},
		{"a page without https", teams + "  federated: f\n  developer: {privacy: 'http://example.org'}\n", `6: teams.developer.privacy: "http://example.org" is not the https address of a page, as Teams wants it; write it in full, such as "https://www.example.org/privacy"`},
		{"a developer with a long name", teams + "  federated: f\n  developer: {name: The Example Company of Great Britain}\n", `6: teams.developer.name: "The Example Company of Great Britain" has 36 characters and Teams takes 32; write a shorter name`},
		{"a channel of Teams' without Teams", slack + "channels:\n  isms: 19:abc@thread.tacv2\n", `7: channels.isms: "19:abc@thread.tacv2" is a conversation in Teams, and teams is not configured; write the id of a channel in Slack, such as C0123456789`},
		{"a channel of Slack's without Slack", teams + "  federated: f\nchannels:\n  auditors: C0123456789\n", `7: channels.auditors: "C0123456789" is not a conversation in Teams, and slack is not configured; write the id that begins with 19:, such as 19:...@thread.tacv2`},
	})
}

func TestTeamsNeedsAnAddressFromOutside(t *testing.T) {
	const teams = "teams: {app_id: " + anApp + ", tenant_id: " + aTenant + ", managed_identity: m}\n"
	want := []string{"config.yaml:1: server.public_url: is not set; Teams must reach the bot's /api/messages from the internet, so write the address under which it does"}
	if d := cmp.Diff(want, parse(t, minimal+teams).Warnings); d != "" {
		t.Error(d)
	}
	if w := parse(t, minimal+teams+"server: {public_url: 'https://isms.example.org'}\n").Warnings; len(w) > 0 {
		t.Errorf("warnings %q", w)
	}
}

func TestAnIDOfAConversationTellsItsPlatform(t *testing.T) {
	for id, want := range map[string]chat.Address{
		"":                    {},
		"C0123456789":         {Platform: "slack", To: "C0123456789"},
		"19:abc@thread.tacv2": {Platform: "teams", To: "19:abc@thread.tacv2"},
	} {
		if got := channel(id); got != want {
			t.Errorf("%q: %+v", id, got)
		}
	}
}
