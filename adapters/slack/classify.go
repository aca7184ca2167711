package slack

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"syscall"

	slackapi "github.com/slack-go/slack"

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
		unsent  *unsentError
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
	case errors.As(err, &unsent), neverDialled(err):
		return &chat.SendError{Outcome: chat.Retry, Code: "no_connection", Err: scrub(err)}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &chat.SendError{Outcome: chat.Unsure, Code: "deadline", Err: scrub(err)}
	}
	return &chat.SendError{Outcome: chat.Unsure, Code: "no_answer", Err: scrub(err)}
}

func classifyCode(refused slackapi.SlackErrorResponse) *chat.SendError {
	code := refused.Err
	out := &chat.SendError{Outcome: chat.Rejected, Code: word(code)}
	known, found := outcomes[code]
	switch {
	case found:
		out.Outcome = known
	case strings.HasPrefix(code, "restricted_action"):
		out.Outcome = chat.Unreachable
	}
	if out.Outcome == chat.Retry {
		out.RetryAfter = noHint
	}
	if code == "missing_scope" && refused.Needed != "" {
		out.Err = errors.New("needs the scope " + word(refused.Needed))
	}
	return out
}

func classifyStatus(code int) *chat.SendError {
	out := &chat.SendError{Outcome: chat.Rejected, Code: "http_" + strconv.Itoa(code)}
	switch {
	case code == http.StatusTooManyRequests:
		out.Outcome, out.RetryAfter = chat.Retry, noHint
	case code >= 500:
		out.Outcome = chat.Unsure
	case code == http.StatusUnauthorized, code == http.StatusForbidden, code == http.StatusNotFound, code < 400:
		out.Outcome = chat.Halted // a proxy, a redirect or a wrong api_url: not Slack
	}
	return out
}

// neverDialled recognises what fails before anything is written, whichever
// transport is used.
func neverDialled(err error) bool {
	var dns *net.DNSError
	var op *net.OpError
	return errors.As(err, &dns) || errors.Is(err, syscall.ECONNREFUSED) ||
		errors.As(err, &op) && op.Op == "dial"
}

var (
	secretWord = regexp.MustCompile(`(?:xox[a-z]|xoxe\.xox[a-z]|xapp)-[A-Za-z0-9-]+`)
	urlWord    = regexp.MustCompile(`[a-z]+://\S+`)
	codeWord   = regexp.MustCompile(`[^a-zA-Z0-9_.:,-]`)
)

// scrub is the error without its URL and without anything like a token.
func scrub(err error) error {
	for _, known := range []error{context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, known) {
			return known
		}
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	text := urlWord.ReplaceAllString(secretWord.ReplaceAllString(err.Error(), "[token]"), "[url]")
	return errors.New(clip(line(text), 200))
}

// word is a code as it may stand in a log, whatever the other side sent.
func word(s string) string {
	return clip(codeWord.ReplaceAllString(secretWord.ReplaceAllString(s, "[token]"), "_"), 80)
}
