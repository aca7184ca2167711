package main

// The types below are Slack's app manifest as far as we use it:
// https://docs.slack.dev/reference/app-manifest.

type slackApp struct {
	Metadata slackMetadata `yaml:"_metadata"`
	Display  slackDisplay  `yaml:"display_information"`
	Features slackFeatures `yaml:"features"`
	OAuth    slackOAuth    `yaml:"oauth_config"`
	Settings slackSettings `yaml:"settings"`
}

type slackMetadata struct {
	Major int `yaml:"major_version"`
	Minor int `yaml:"minor_version"`
}

type slackDisplay struct {
	Name        string `yaml:"name"`
	Description string `yaml:"description"`
}

type slackFeatures struct {
	AppHome       slackAppHome    `yaml:"app_home"`
	BotUser       slackBotUser    `yaml:"bot_user"`
	SlashCommands []slackCommand  `yaml:"slash_commands"`
	Shortcuts     []slackShortcut `yaml:"shortcuts"`
}

type slackAppHome struct {
	Home     bool `yaml:"home_tab_enabled"`
	Messages bool `yaml:"messages_tab_enabled"`
	ReadOnly bool `yaml:"messages_tab_read_only_enabled"`
}

type slackBotUser struct {
	Name         string `yaml:"display_name"`
	AlwaysOnline bool   `yaml:"always_online"`
}

type slackCommand struct {
	Command     string `yaml:"command"`
	URL         string `yaml:"url,omitempty"`
	Description string `yaml:"description"`
	UsageHint   string `yaml:"usage_hint"`
	// ShouldEscape makes Slack send people as ids, which cannot be guessed,
	// and not as names.
	ShouldEscape bool `yaml:"should_escape"`
}

type slackShortcut struct {
	Name        string `yaml:"name"`
	Type        string `yaml:"type"`
	CallbackID  string `yaml:"callback_id"`
	Description string `yaml:"description"`
}

type slackOAuth struct {
	Scopes slackScopes `yaml:"scopes"`
}

type slackScopes struct {
	Bot []string `yaml:"bot"`
}

type slackSettings struct {
	Interactivity slackInteractivity `yaml:"interactivity"`
	Events        slackEvents        `yaml:"event_subscriptions"`
	SocketMode    bool               `yaml:"socket_mode_enabled"`
	OrgDeploy     bool               `yaml:"org_deploy_enabled"`
	// TokenRotation stays off: it would end a configured token after 12 hours,
	// and it cannot be switched off again.
	TokenRotation bool `yaml:"token_rotation_enabled"`
}

type slackInteractivity struct {
	Enabled    bool   `yaml:"is_enabled"`
	RequestURL string `yaml:"request_url,omitempty"`
}

type slackEvents struct {
	RequestURL string   `yaml:"request_url,omitempty"`
	Bot        []string `yaml:"bot_events"`
}
