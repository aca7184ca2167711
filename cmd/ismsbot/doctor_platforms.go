package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"ismsbot/adapters/slack"
	"ismsbot/adapters/teams"
	"ismsbot/bot/chat"
)

// checkPlatformWithin bounds the check of one platform.
const checkPlatformWithin = 15 * time.Second

// checker is an adapter that can be asked once whether it works. Each fact is
// a line for an operator; the error says what to mend.
type checker interface {
	Check(ctx context.Context) (facts []string, err error)
}

// platforms asks each platform that is configured; complete is false where
// secrets are missing, which has been said then.
func (d *doctor) platforms(ctx context.Context, c *Config, complete bool) {
	nobody := chat.HandlerFunc(func(context.Context, chat.Invocation) (chat.Reply, error) { return chat.Reply{}, nil })
	quiet := slog.New(slog.DiscardHandler)
	if err := c.unconfigured(); err != nil {
		d.bad("%v; add a section, \"ismsbot manifest slack\" or \"ismsbot manifest teams\" makes the app", err)
	}
	if c.Slack != nil {
		if c.Slack.Mode == SlackHTTP {
			d.reach("slack", c.Server.PublicURL, "/slack")
		}
		if complete {
			s, err := c.newSlack(nobody, 0, quiet, slack.Metrics{})
			d.ask(ctx, "slack", s, err)
		}
	}
	if c.Teams != nil {
		if c.Server.PublicURL != "" { // else the configuration has warned
			d.reach("teams", c.Server.PublicURL, "/api/messages")
		}
		if complete {
			d.expiry(c.Teams.Certificate, time.Now())
			t, err := c.newTeams(nobody, nil, "doctor opens no forms", quiet, teams.Metrics{})
			d.ask(ctx, "teams", t, err)
		}
	}
}

// ask has the adapter check itself; made is why there is none.
func (d *doctor) ask(ctx context.Context, name string, adapter checker, made error) {
	if made != nil {
		d.bad("%v", made)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, checkPlatformWithin)
	defer cancel()
	facts, err := adapter.Check(ctx)
	for _, f := range facts {
		d.good("%s: %s", name, f)
	}
	if err != nil {
		d.bad("%s: %v", name, err)
	}
}

// reach says what can be told without the network of the address at which a
// platform calls us. Doubts are notes: a proxy or a test may stand between.
func (d *doctor) reach(name, public, path string) {
	u, err := url.Parse(public)
	switch {
	case public == "" || err != nil:
		d.note("%s: server.public_url is not set, so nobody can tell where requests come in; they are answered at %s of server.listen", name, path)
	case u.Scheme != "https":
		d.note("%s: it calls https addresses only, and server.public_url is %s", name, public)
	case !outward(u.Hostname()):
		d.note("%s: it calls from the internet, where %s cannot be reached", name, u.Hostname())
	default:
		d.good("%s: its requests come in at %s%s", name, public, path)
	}
}

// outward tells whether a host may be one that the internet knows.
func outward(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsGlobalUnicast() && !ip.IsPrivate()
	}
	for _, inside := range []string{".localhost", ".local", ".internal", ".lan", ".test", ".invalid"} {
		if strings.HasSuffix(host, inside) {
			return false
		}
	}
	return strings.Contains(host, ".")
}

// soon is how long before its end a certificate is to be replaced.
const soon = 30 * 24 * time.Hour

// expiry tells until when the certificate can be used, where there is one.
func (d *doctor) expiry(certificate Secret, now time.Time) {
	if certificate.IsZero() {
		return
	}
	pem := []byte(certificate.Reveal())
	pair, err := tls.X509KeyPair(pem, pem)
	if err != nil {
		return // the configuration would not have been complete
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		return
	}
	until := leaf.NotAfter.UTC().Format(time.DateOnly)
	switch left := leaf.NotAfter.Sub(now); {
	case left <= 0:
		d.bad("teams: the certificate ended on %s; make a new one, add it to the app registration and to teams.certificate", until)
	case left < soon:
		d.note("teams: the certificate ends on %s; make a new one before, add it to the app registration and to teams.certificate", until)
	default:
		d.good("teams: the certificate is good until %s", until)
	}
}

// accountRemedies say how people come by an account that the bot can write to.
func accountRemedies(c *Config) (out []string) {
	if c.Slack != nil || c.Teams == nil {
		out = append(out, "serve matches people by the e-mail of their Slack account; who is still on this list then needs another e-mail in the people file, or a slack_id")
	}
	if c.Teams != nil {
		out = append(out, "Teams tells no e-mails: write a teams_id into the people file, which is the person's object id in Microsoft Entra")
	}
	if c.Slack != nil && c.Teams != nil {
		out = append(out, "who is known on one platform types \"link\" there, and the code that comes back on the other")
	}
	return out
}
