package main

import (
	"fmt"
	"slices"
	"strings"
)

// check finds what no value alone can show: what is missing and what does not
// go together.
func (c *Config) check(r *reader) {
	c.checkOrganisation(r)
	c.checkReminders(r)
	if r.has("slack") {
		c.Slack.check(r)
	} else {
		c.Slack = nil
	}
	if r.has("teams") {
		c.Teams.check(r)
	} else {
		c.Teams = nil
	}
	c.checkChannels(r)
	c.checkLaws(r)
	if c.Server.Listen == "" {
		r.fault(r.lineOf("server.listen"), "server.listen", `is empty; write ":8080"`)
	}
}

func (c *Config) checkOrganisation(r *reader) {
	if !r.has("organisation.timezone") {
		r.warn("organisation.timezone", `is not set, so days begin and end in UTC; write an IANA name such as "Europe/London"`)
	}
	if c.Organisation.Name == "" {
		r.warn("organisation.name", "is not set; reports and evidence will not name the organisation")
	}
	const days = "organisation.working_days"
	if c.Organisation.Calendar.Working == [7]bool{} && !r.faulty(days) {
		r.fault(r.lineOf(days), days, "is empty; write [mon, tue, wed, thu, fri]")
	}
}

func (c *Config) checkReminders(r *reader) {
	const stages = "reminders.stages"
	list := c.Reminders.Stages
	if len(list) == 0 && !r.faulty(stages) {
		r.fault(r.lineOf(stages), stages, "is empty; write [14, 7, 1, 0]")
	}
	for i := 1; i < len(list); i++ {
		if list[i] >= list[i-1] {
			r.fault(r.lineOf(stages), stages, fmt.Sprintf("%d stands after %d; write the days from the earliest reminder down, such as [14, 7, 1, 0]", list[i], list[i-1]))
		}
	}
	if c.Reminders.Repeat == 0 {
		r.fault(r.lineOf("reminders.repeat"), "reminders.repeat", "is 0; write after how many working days to remind again, 1 or more")
	}
	ladder := []int{c.Reminders.Manager, c.Reminders.ISMSManager, c.Reminders.TopManagement}
	told := slices.DeleteFunc(slices.Clone(ladder), func(days int) bool { return days == 0 })
	if !slices.IsSorted(told) {
		r.fault(r.lineOf("reminders.escalate"), "reminders.escalate", fmt.Sprintf(
			"goes %d, %d, %d; the manager must hear first, then the ISMS manager, then top management", ladder[0], ladder[1], ladder[2]))
	}
}

func (c *Config) checkLaws(r *reader) {
	const laws = "events.laws"
	seen := map[string]bool{}
	for _, law := range c.Events.Laws {
		if name := strings.ToLower(law.Name); seen[name] {
			r.fault(r.lineOf(laws), laws, fmt.Sprintf("names %s twice; write each law once", law.Name))
		} else {
			seen[name] = true
		}
	}
}

func (s *Slack) check(r *reader) {
	r.require("slack.mode", "is missing; write socket (the bot dials out) or http (Slack calls server.public_url)")
	r.require("slack.bot_token", "is missing; write ${SLACK_BOT_TOKEN}: the token xoxb-... of \"OAuth & Permissions\"")
	switch s.Mode {
	case SlackSocket:
		r.require("slack.app_token", "is missing for mode socket; write ${SLACK_APP_TOKEN}: the app-level token xapp-... of \"Basic Information\"")
	case SlackHTTP:
		r.require("slack.signing_secrets", "is missing for mode http; write [\"${SLACK_SIGNING_SECRET}\"]: the secret of \"Basic Information\"")
		if r.has("slack.signing_secrets") && len(s.SigningSecrets) == 0 && r.need == SecretsRequired && !r.faulty("slack.signing_secrets") {
			r.fault(r.lineOf("slack.signing_secrets"), "slack.signing_secrets", "holds no secret; write [\"${SLACK_SIGNING_SECRET}\"]")
		}
	}
	if strings.HasPrefix(s.BotToken.Reveal(), "xapp-") {
		r.fault(r.lineOf("slack.bot_token"), "slack.bot_token", "is an app-level token (xapp-); write the bot token (xoxb-) here and this one to app_token")
	}
	if strings.HasPrefix(s.AppToken.Reveal(), "xoxb-") {
		r.fault(r.lineOf("slack.app_token"), "slack.app_token", "is a bot token (xoxb-); write the app-level token (xapp-) here and this one to bot_token")
	}
}

func (t *Teams) check(r *reader) {
	r.require("teams.app_id", "is missing; write the bot's application id, as Microsoft Entra's app registration shows it")
	r.require("teams.tenant_id", "is missing; write the id of your Microsoft 365 tenant, as Microsoft Entra's overview shows it")
	credentials := []string{"client_secret", "certificate", "managed_identity", "federated"}
	var given []string
	for _, name := range credentials {
		if r.has("teams." + name) {
			given = append(given, name)
		}
	}
	switch len(given) {
	case 1:
	case 0:
		r.fault(r.lineOf("teams"), "teams", "has no credential; write exactly one of "+strings.Join(credentials, ", "))
	default:
		r.fault(r.lineOf("teams."+given[1]), "teams", fmt.Sprintf("has %d credentials (%s); write exactly one", len(given), strings.Join(given, ", ")))
	}
	const certificate = "teams.certificate"
	if r.need == SecretsRequired && r.has(certificate) && !r.faulty(certificate) {
		if why := certificateFault(t.Certificate.Reveal()); why != "" {
			r.fault(r.lineOf(certificate), certificate, why)
		}
	}
	if !r.has("server.public_url") {
		r.warn("server.public_url", "is not set; Teams must reach the bot's /api/messages from the internet, so write the address under which it does")
	}
}

// checkChannels finds channels of a platform that is not configured. Teams'
// conversations begin with "19:", and nothing of Slack's does.
func (c *Config) checkChannels(r *reader) {
	if c.Slack == nil && c.Teams == nil {
		return
	}
	for _, x := range []struct{ key, id string }{{"channels.isms", c.Channels.ISMS}, {"channels.auditors", c.Channels.Auditors}, {"channels.comms", c.Channels.Comms}} {
		switch {
		case x.id == "":
		case ofTeams(x.id) && c.Teams == nil:
			r.fault(r.lineOf(x.key), x.key, fmt.Sprintf("%q is a conversation in Teams, and teams is not configured; write the id of a channel in Slack, such as C0123456789", x.id))
		case !ofTeams(x.id) && c.Slack == nil:
			r.fault(r.lineOf(x.key), x.key, fmt.Sprintf("%q is not a conversation in Teams, and slack is not configured; write the id that begins with 19:, such as 19:...@thread.tacv2", x.id))
		}
	}
}

func (r *reader) warn(key, sentence string) {
	r.warnings = append(r.warnings, fmt.Sprintf("%s:%d: %s: %s", r.path, r.lineOf(key), key, sentence))
}

// require faults a key that is not there or has no value.
func (r *reader) require(key, sentence string) {
	if !r.has(key) {
		r.fault(r.lineOf(key), key, sentence)
	}
}

func (r *reader) faulty(key string) bool {
	return slices.ContainsFunc(r.faults, func(f Fault) bool { return f.Key == key })
}
