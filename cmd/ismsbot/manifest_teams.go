package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"ismsbot/adapters/teams"
	"ismsbot/bot"
)

// The types below are the manifest of a Microsoft 365 app as far as we use it:
// https://learn.microsoft.com/microsoft-365/extensibility/schema.

type teamsApp struct {
	Schema              string           `json:"$schema"`
	ManifestVersion     string           `json:"manifestVersion"`
	Version             string           `json:"version"`
	ID                  string           `json:"id"`
	Developer           teamsDeveloper   `json:"developer"`
	Name                teamsText        `json:"name"`
	Description         teamsText        `json:"description"`
	Icons               teamsIcons       `json:"icons"`
	AccentColor         string           `json:"accentColor"`
	DefaultInstallScope string           `json:"defaultInstallScope"`
	Bots                []teamsBot       `json:"bots"`
	Extensions          []teamsExtension `json:"composeExtensions"`
	Permissions         []string         `json:"permissions"`
	ValidDomains        []string         `json:"validDomains,omitempty"`
	WebApplication      *teamsWebAppInfo `json:"webApplicationInfo,omitempty"`
}

type teamsDeveloper struct {
	Name    string `json:"name"`
	Website string `json:"websiteUrl"`
	Privacy string `json:"privacyUrl"`
	Terms   string `json:"termsOfUseUrl"`
}

type teamsText struct {
	Short string `json:"short"`
	Full  string `json:"full"`
}

type teamsIcons struct {
	Color   string `json:"color"`
	Outline string `json:"outline"`
}

type teamsBot struct {
	BotID            string             `json:"botId"`
	Scopes           []string           `json:"scopes"`
	NotificationOnly bool               `json:"isNotificationOnly"`
	Files            bool               `json:"supportsFiles"`
	Targeted         bool               `json:"supportsTargetedMessages,omitempty"`
	CommandLists     []teamsCommandList `json:"commandLists"`
}

type teamsCommandList struct {
	Triggers []string       `json:"triggers,omitempty"`
	Scopes   []string       `json:"scopes"`
	Commands []teamsCommand `json:"commands"`
}

type teamsCommand struct {
	Title       string `json:"title"`
	Description string `json:"description"`
}

// teamsExtension is what the app adds to Teams' own menus.
type teamsExtension struct {
	BotID    string        `json:"botId"`
	Commands []teamsAction `json:"commands"`
}

type teamsAction struct {
	ID          string   `json:"id"`
	Type        string   `json:"type"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Context     []string `json:"context"`
	FetchTask   bool     `json:"fetchTask"` // the bot is asked for the dialog
}

type teamsWebAppInfo struct {
	ID       string `json:"id"`
	Resource string `json:"resource"`
}

// teamsSchema is one version of the manifest and its limits, in characters.
type teamsSchema struct {
	version                      string
	commands, title, description int
	// targeted tells whether it knows messages that only one person sees, and
	// with them commands after a slash.
	targeted bool
}

// teamsSchemas are those that can be written, the preferred one first.
var teamsSchemas = []teamsSchema{
	{version: "1.29", commands: 12, title: 128, description: 4000, targeted: true},
	{version: "1.19", commands: 10, title: 32, description: 128},
}

// teamsManifest is the app as the bot needs it. version is the app's own.
func teamsManifest(c *Config, schema teamsSchema, version string, commands []bot.Usage) (*teamsApp, error) {
	developer, err := c.developer()
	if err != nil {
		return nil, err
	}
	app := &teamsApp{
		Schema:          "https://developer.microsoft.com/json-schemas/teams/v" + schema.version + "/MicrosoftTeams.schema.json",
		ManifestVersion: schema.version,
		Version:         version,
		ID:              c.Teams.AppID,
		Developer:       developer,
		Name:            teamsText{Short: "ISMS Bot", Full: "ISMS Bot: ISO 27001 where you chat"},
		Description: teamsText{
			Short: "Reminds you of what is due for ISO 27001, and takes your answer in place",
			Full: "ISMS Bot tells you when something of the management system is due: an audit, a corrective action, a recurring duty. " +
				"You hear from it once a working day at most, and answer with one press: done, more time, hand over, stuck. " +
				"Managers ask it what is late in their line and get the list in a second, which only they see. " +
				"Every step is kept as evidence for the auditor. It runs on your organisation's own machine.",
		},
		Icons:               teamsIcons{Color: "color.png", Outline: "outline.png"},
		AccentColor:         "#0B5C63", // the color icon's ground
		DefaultInstallScope: "personal",
		Bots: []teamsBot{{
			BotID: c.Teams.AppID, Scopes: []string{"personal", "team", "groupChat"},
			Files:        true, // managers are handed an Excel file
			Targeted:     schema.targeted,
			CommandLists: schema.lists(commands),
		}},
		Extensions: []teamsExtension{{BotID: c.Teams.AppID, Commands: []teamsAction{{
			ID: teams.ActionReport, Type: "action", Title: "Report to ISMS", Description: "Reports this message as a security event",
			Context: []string{"message"}, FetchTask: true,
		}}}},
		Permissions: []string{"identity", "messageTeamMembers"},
	}
	if u, err := url.Parse(c.Server.PublicURL); err == nil && u.Hostname() != "" {
		app.ValidDomains = []string{u.Hostname()}
	}
	if c.Teams.InstallForUsers {
		// Microsoft Graph lets an app install itself only where its package says
		// which registration it is.
		app.WebApplication = &teamsWebAppInfo{ID: c.Teams.AppID, Resource: "api://botid-" + c.Teams.AppID}
	}
	return app, nil
}

// developer is who stands behind the app, or a sentence for each part that is
// missing.
func (c *Config) developer() (teamsDeveloper, error) {
	d := teamsDeveloper{Name: cmp.Or(c.Teams.Developer.Name, c.Organisation.Name),
		Website: c.Teams.Developer.Website, Privacy: c.Teams.Developer.Privacy, Terms: c.Teams.Developer.Terms}
	var missing []error
	lack := func(key, remedy string) {
		missing = append(missing, fmt.Errorf("%s: teams.developer.%s is missing; %s", c.Path, key, remedy))
	}
	if n := utf8.RuneCountInString(d.Name); n == 0 || n > maxDeveloper {
		lack("name", fmt.Sprintf("write who stands behind the app, in at most %d characters", maxDeveloper))
	}
	for _, page := range []struct{ key, url, of string }{
		{"website", d.Website, "of a page that helps people with the app"},
		{"privacy", d.Privacy, "of your privacy statement"},
		{"terms", d.Terms, "of your terms of use"},
	} {
		if page.url == "" {
			lack(page.key, "write the https address "+page.of+", which Teams shows beside the app")
		}
	}
	return d, errors.Join(missing...)
}

// lists are the commands as Teams offers them: after a mention, and where the
// schema can say so after a slash, which is of use where others read along.
func (s teamsSchema) lists(usages []bot.Usage) []teamsCommandList {
	commands := s.offered(usages)
	everywhere := teamsCommandList{Scopes: []string{"personal", "team", "groupChat"}, Commands: commands}
	if !s.targeted {
		return []teamsCommandList{everywhere}
	}
	everywhere.Triggers = []string{"mention"}
	return []teamsCommandList{everywhere, {Triggers: []string{"slash"}, Scopes: []string{"team", "groupChat"}, Commands: commands}}
}

// offered are the first commands that there is room for, and help, which shows
// the rest. What is picked is put into the message as it stands, so a title is
// the bare verb and the rest of its usage stands in the description.
func (s teamsSchema) offered(usages []bot.Usage) (out []teamsCommand) {
	var help *teamsCommand
	for _, u := range usages {
		verb, _, more := strings.Cut(u.Text, " ")
		c := teamsCommand{Title: clip(verb, s.title), Description: clip(u.Hint, s.description)}
		if more {
			c.Description = clip(u.Text+": "+u.Hint, s.description)
		}
		if verb == "help" {
			help = &c
			continue
		}
		out = append(out, c)
	}
	if help == nil {
		return out[:min(len(out), s.commands)]
	}
	return append(out[:min(len(out), s.commands-1)], *help)
}

// clip shortens a text to n characters.
func clip(text string, n int) string {
	if runes := []rune(text); len(runes) > n {
		return string(runes[:n-1]) + "…"
	}
	return text
}
