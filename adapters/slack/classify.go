package slack

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// outcomes are what Slack's own words for a refusal mean for a message.
var outcomes = map[string]chat.Outcome{
	"invalid_auth": chat.Halted, "account_inactive": chat.Halted, "token_revoked": chat.Halted,
	"token_expired": chat.Halted, "not_authed": chat.Halted, "org_login_required": chat.Halted,
	"missing_scope": chat.Halted, "not_allowed_token_type": chat.Halted, "ekm_access_denied": chat.Halted,
	"two_factor_setup_required": chat.Halted, "team_access_not_granted": chat.Halted,
	"access_denied": chat.Halted, "no_permission": chat.Halted, "app_not_installed": chat.Halted,

	"user_not_found": chat.Unreachable, "user_disabled": chat.Unreachable, "user_not_visible": chat.Unreachable,
	"users_not_found": chat.Unreachable, "cannot_dm_bot": chat.Unreachable, "channel_not_found": chat.Unreachable,
	"messages_tab_disabled": chat.Unreachable, "not_in_channel": chat.Unreachable, "is_archived": chat.Unreachable,
	"user_not_in_channel": chat.Unreachable, "user_is_bot": chat.Unreachable, "user_is_restricted": chat.Unreachable,

	"message_not_found": chat.Lost, "cant_update_message": chat.Lost, "edit_window_closed": chat.Lost,
	"is_inactive": chat.Lost, "view_not_found": chat.Lost, "not_found": chat.Lost,

	"ratelimited": chat.Retry, "rate_limited": chat.Retry, "message_limit_exceeded": chat.Retry,
	"service_unavailable": chat.Retry, "team_added_to_org": chat.Retry,
	// These two may have happened in part, so Slack says.
	"internal_error": chat.Unsure, "fatal_error": chat.Unsure, "request_timeout": chat.Unsure,
}

// classify says what became of a call. It never fails to know: what it has not
// seen before is Rejected where Slack refused, and Unsure where nobody did.
func classify(err error) *chat.SendError {
	var (
		failed  *chat.SendError
		refused slackapi.SlackErrorResponse
		limited *slackapi.RateLimitedError
		status  slackapi.StatusCodeError
	)
	switch {
	case errors.As(err, &failed):
		return failed
	case errors.As(err, &refused):
		return classifyCode(refused)
	case errors.As(err, &limited):
		return &chat.SendError{Outcome: chat.Retry, Code: "ratelimited", RetryAfter: limited.RetryAfter}
	case errors.As(err, &status):
		return classifyStatus(status.Code)
	case wire.Unsent(err):
		return &chat.SendError{Outcome: chat.Retry, Code: "no_connection", Err: wire.Scrub(err)}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &chat.SendError{Outcome: chat.Unsure, Code: "deadline", Err: wire.Scrub(err)}
	}
	return &chat.SendError{Outcome: chat.Unsure, Code: "no_answer", Err: wire.Scrub(err)}
}

func classifyCode(refused slackapi.SlackErrorResponse) *chat.SendError {
	code := refused.Err
	out := &chat.SendError{Outcome: chat.Rejected, Code: wire.Word(code)}
	known, found := outcomes[code]
	switch {
	case found:
		out.Outcome = known
	case strings.HasPrefix(code, "restricted_action"):
		out.Outcome = chat.Unreachable
	}
	if out.Outcome == chat.Retry {
		out.RetryAfter = wire.NoHint
	}
	if code == "missing_scope" && refused.Needed != "" {
		out.Err = errors.New("needs the scope " + wire.Word(refused.Needed))
	}
	return out
}

func classifyStatus(code int) *chat.SendError {
	out := &chat.SendError{Outcome: chat.Rejected, Code: "http_" + strconv.Itoa(code)}
	switch {
	case code == http.StatusTooManyRequests:
		out.Outcome, out.RetryAfter = chat.Retry, wire.NoHint
	case code >= 500:
		out.Outcome = chat.Unsure
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusNotFound, code < 400:
		out.Outcome = chat.Halted // a proxy, a redirect or a wrong api_url: not Slack
	}
	return out
}
