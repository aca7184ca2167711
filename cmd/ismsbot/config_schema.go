package main

import "time"

// schema lists every key of the file, beside where its value goes and how it
// is read.
func (c *Config) schema() section {
	return section{
		"organisation": section{
			"name":         one(&c.Organisation.Name, anyText),
			"timezone":     one(&c.Organisation.Calendar.Zone, parseZone),
			"language":     one(&c.Organisation.Language, parseLanguage),
			"holidays":     one(&c.Organisation.Calendar.Holiday, parseHolidays),
			"hours":        value(c.Organisation.setHours, parseHours),
			"working_days": list(c.Organisation.setDays, parseWeekday),
		},
		"server": section{
			"listen":         one(&c.Server.Listen, parseListen),
			"metrics_listen": one(&c.Server.MetricsListen, parseListen),
			"public_url":     one(&c.Server.PublicURL, parseURL),
		},
		"storage": section{"dsn": one(&c.Storage.DSN, parseDSN)},
		"slack":   c.Slack.schema(),
		"teams":   c.Teams.schema(),
		"schedule": section{
			"remind_every":  one(&c.Schedule.RemindEvery, parsePeriod),
			"deliver_every": one(&c.Schedule.DeliverEvery, parsePeriod),
		},
		"reminders": section{
			"stages": many(&c.Reminders.Stages, parseCount),
			"repeat": one(&c.Reminders.Repeat, parseCount),
			"escalate": section{
				"manager":        one(&c.Reminders.Manager, parseCount),
				"isms_manager":   one(&c.Reminders.ISMSManager, parseCount),
				"top_management": one(&c.Reminders.TopManagement, parseCount),
			},
		},
		"channels": section{
			"isms":     one(&c.Channels.ISMS, anyText),
			"auditors": one(&c.Channels.Auditors, anyText),
			"comms":    one(&c.Channels.Comms, anyText),
		},
		"roles":      section{"isms_manager": many(&c.Roles.ISMSManager, parseEmail)},
		"events":     section{"laws": many(&c.Events.Laws, parseLaw)},
		"broadcasts": section{"second_approver_above": one(&c.Broadcasts.SecondApproverAbove, parseCount)},
		"privacy":    section{"person_metrics": one(&c.Privacy.PersonMetrics, parseBool)},
	}
}

func (s *Slack) schema() section {
	return section{
		"mode":            one(&s.Mode, parseSlackMode),
		"bot_token":       secret(&s.BotToken),
		"app_token":       secret(&s.AppToken),
		"signing_secrets": secrets(&s.SigningSecrets),
		"app_id":          one(&s.AppID, anyText),
		"api_url":         one(&s.APIURL, parseBaseURL),
	}
}

func (t *Teams) schema() section {
	return section{
		"app_id":              one(&t.AppID, parseGUID),
		"tenant_id":           one(&t.TenantID, parseGUID),
		"client_secret":       secret(&t.ClientSecret),
		"certificate":         secret(&t.Certificate),
		"managed_identity":    one(&t.ManagedIdentity, anyText),
		"federated":           one(&t.Federated, anyText),
		"cloud":               one(&t.Cloud, parseCloud),
		"login_url":           one(&t.LoginURL, parseURL),
		"openid_metadata_url": one(&t.OpenIDMetadataURL, parseURL),
		"service_urls":        many(&t.ServiceURLs, parseWholeURL),
		"install_for_users":   one(&t.InstallForUsers, parseBool),
		"developer": section{
			"name":    one(&t.Developer.Name, parseDeveloper),
			"website": one(&t.Developer.Website, parsePageURL),
			"privacy": one(&t.Developer.Privacy, parsePageURL),
			"terms":   one(&t.Developer.Terms, parsePageURL),
		},
	}
}

func (o *Organisation) setHours(h [2]int) { o.Calendar.From, o.Calendar.To = h[0], h[1] }

func (o *Organisation) setDays(days []time.Weekday) {
	o.Calendar.Working = [7]bool{}
	for _, d := range days {
		o.Calendar.Working[d] = true
	}
}
