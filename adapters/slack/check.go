package slack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
)

// Scopes are what the bot needs to be granted. The manifest asks for them, and
// for the optional ones.
var Scopes = []string{"app_mentions:read", "chat:write", "commands", "files:write", "im:history", "im:write", "users:read", "users:read.email"}

// OptionalScopes are those without which the bot does a little less.
var OptionalScopes = []string{scopeFiles}

// Check asks Slack once whether the token works and what it may do. Each fact
// is a line for an operator; the error says what to mend.
func (s *Slack) Check(ctx context.Context) (facts []string, err error) {
	var who *slackapi.AuthTestResponse
	err = s.call(ctx, methodAuthTest, "", func(ctx context.Context) (err error) {
		who, err = s.api.AuthTestContext(ctx)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("auth.test: %w; check slack.bot_token and that %s can be reached", err, s.apiURL.Host)
	}
	facts = append(facts, fmt.Sprintf("the token belongs to @%s in workspace %q (%s)", readable.Line(who.User), readable.Line(who.Team), who.TeamID))
	granted := who.Header.Get("X-Oauth-Scopes")
	if granted == "" {
		return append(facts, "the answer does not say which scopes are granted"), nil
	}
	have := strings.FieldsFunc(granted, func(r rune) bool { return r == ',' || r == ' ' })
	var missing []string
	for _, scope := range Scopes {
		if !slices.Contains(have, scope) {
			missing = append(missing, scope)
		}
	}
	if len(missing) > 0 {
		return facts, fmt.Errorf("these scopes are missing: %s; add them under OAuth & Permissions and install the app again", strings.Join(missing, ", "))
	}
	facts = append(facts, "all scopes are granted")
	if !slices.Contains(have, scopeFiles) {
		facts = append(facts, "the optional scope "+scopeFiles+" is not granted: a poster is given by its address, not as a file")
	}
	return facts, nil
}
