package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// checking is an adapter that answers as the test wants it.
type checking struct {
	facts []string
	err   error
}

func (c checking) Check(context.Context) ([]string, error) { return c.facts, c.err }

func TestDoctorPutsThePlatformBeforeEachLine(t *testing.T) {
	var out bytes.Buffer
	d := &doctor{out: &out}
	d.ask(t.Context(), "slack", checking{facts: []string{"all scopes are granted"}}, nil)
	d.ask(t.Context(), "teams", checking{facts: []string{"the metadata names 4 keys"}, err: errors.New("token: invalid_client; check teams.client_secret")}, nil)
	d.ask(t.Context(), "teams", nil, errors.New("teams.app_id is empty"))
	want := "ok    slack: all scopes are granted\nok    teams: the metadata names 4 keys\n" +
		"MEND  teams: token: invalid_client; check teams.client_secret\nMEND  teams.app_id is empty\n"
	if diff := cmp.Diff(want, out.String()); diff != "" || d.faults != 2 {
		t.Errorf("%d faults; %s", d.faults, diff)
	}
}

func TestDoctorDoubtsAnAddressThatTheInternetCannotReach(t *testing.T) {
	tests := map[string]string{
		"https://isms.example.org":      "ok    teams: its requests come in at https://isms.example.org/api/messages\n",
		"https://isms.example.org:8443": "ok    teams: its requests come in at https://isms.example.org:8443/api/messages\n",
		"https://203.0.113.7":           "ok    teams: its requests come in at https://203.0.113.7/api/messages\n",
		"http://isms.example.org":       "note  teams: it calls https addresses only, and server.public_url is http://isms.example.org\n",
		"https://localhost":             "note  teams: it calls from the internet, where localhost cannot be reached\n",
		"https://isms.corp.internal":    "note  teams: it calls from the internet, where isms.corp.internal cannot be reached\n",
		"https://10.1.2.3":              "note  teams: it calls from the internet, where 10.1.2.3 cannot be reached\n",
		"https://[::1]:8443":            "note  teams: it calls from the internet, where ::1 cannot be reached\n",
		"":                              "note  teams: server.public_url is not set, so nobody can tell where requests come in; they are answered at /api/messages of server.listen\n",
	}
	for address, want := range tests {
		var out bytes.Buffer
		if (&doctor{out: &out}).reach("teams", address, "/api/messages"); out.String() != want {
			t.Errorf("%q: %s", address, &out)
		}
	}
}

func TestDoctorLooksWhenTheCertificateEnds(t *testing.T) {
	pair := certificate(t) // for an hour
	for ahead, want := range map[time.Duration]string{0: "note  teams: the certificate ends on ", 2 * time.Hour: "MEND  teams: the certificate ended on ", -60 * 24 * time.Hour: "ok    teams: the certificate is good until "} {
		var out bytes.Buffer
		if (&doctor{out: &out}).expiry(Secret{pair.cert + pair.key}, time.Now().Add(ahead)); !strings.HasPrefix(out.String(), want) {
			t.Errorf("after %v: %s", ahead, &out)
		}
	}
	var out bytes.Buffer
	if (&doctor{out: &out}).expiry(Secret{}, time.Now()); out.Len() > 0 {
		t.Errorf("without a certificate: %s", &out)
	}
}

func TestDoctorSaysHowPeopleComeByAnAccount(t *testing.T) {
	says := func(c Config) string { return strings.Join(accountRemedies(&c), "\n") }
	both := says(Config{Slack: &Slack{}, Teams: &Teams{}})
	for _, word := range []string{"slack_id", "teams_id", `"link"`} {
		if !strings.Contains(both, word) {
			t.Errorf("%q lacks %s", both, word)
		}
	}
	if one := says(Config{Teams: &Teams{}}); strings.Contains(one, "slack_id") || !strings.Contains(one, "teams_id") {
		t.Errorf("with Teams alone: %q", one)
	}
	if one := says(Config{Slack: &Slack{}}); strings.Contains(one, "teams_id") {
		t.Errorf("with Slack alone: %q", one)
	}
}
