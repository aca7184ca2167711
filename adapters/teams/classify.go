package teams

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// outcomes are what the Bot Connector's own words mean for a message:
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
var outcomes = map[string]chat.Outcome{
	"ConversationBlockedByUser": chat.Unreachable, "MessageWritesBlocked": chat.Unreachable,
	"BotNotInConversationRoster": chat.Unreachable, "ForbiddenOperationException": chat.Unreachable,
	"BotDisabledByAdmin": chat.Halted, "BotNotRegistered": chat.Halted, "TenantBotDisabled": chat.Halted,
	"ConversationNotFound": chat.Lost, "ActivityNotFoundInConversation": chat.Lost,
	"MessageSizeTooBig": chat.Rejected, "BadSyntax": chat.Rejected, "BadArgument": chat.Rejected,
	codeConflict: chat.Retry, "Throttled": chat.Retry,
}

const (
	codeNotInstalled = "BotNotInConversationRoster"
	codeNoService    = "service_url_not_allowed"
	// codeConflict is about one conversation, in which two things happened at once.
	codeConflict = "PreconditionFailed"
)

// refusal is the body of an answer that is no success.
type refusal struct {
	Error struct {
		Code    string `json:"code"`
		SubCode string `json:"subCode"`
	} `json:"error"`
}

// classify says what became of a call that was answered and refused.
func classify(resp *http.Response, body []byte) *chat.SendError {
	var r refusal
	_ = json.Unmarshal(body, &r) // a proxy's page has no code, and then the status speaks
	status := resp.StatusCode
	out := &chat.SendError{Outcome: byStatus(status), Code: "http_" + strconv.Itoa(status)}
	if missing := status == http.StatusForbidden || status == http.StatusNotFound; missing && len(body) > 0 && !json.Valid(body) {
		out.Outcome = chat.Retry // a proxy knows nothing of the person
		return out
	}
	for _, code := range []string{r.Error.SubCode, r.Error.Code} {
		if code == "" {
			continue
		}
		out.Code = wire.Word(code)
		if known, found := outcomes[code]; found {
			out.Outcome = known
			break
		}
	}
	if status == http.StatusTooManyRequests || out.Outcome == chat.Retry {
		out.Outcome, out.RetryAfter = chat.Retry, wire.RetryAfter(resp.Header.Get("Retry-After"))
	}
	return out
}

func byStatus(status int) chat.Outcome {
	switch {
	case status == http.StatusTooManyRequests, status == http.StatusPreconditionFailed:
		return chat.Retry
	case status >= 500:
		return chat.Unsure // it may have been carried out before something failed
	case status == http.StatusUnauthorized, status < 400:
		return chat.Halted // a proxy, a redirect or a wrong address: not Teams
	case status == http.StatusForbidden:
		return chat.Unreachable // often without a word of why
	case status == http.StatusNotFound:
		return chat.Lost
	}
	return chat.Rejected
}

// unanswered says what became of a call that nobody answered.
func unanswered(err error) *chat.SendError {
	switch {
	case wire.Unsent(err), errors.Is(err, errPrivate):
		return &chat.SendError{Outcome: chat.Retry, Code: "no_connection", Err: wire.Scrub(err)}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return &chat.SendError{Outcome: chat.Unsure, Code: "deadline", Err: wire.Scrub(err)}
	}
	return &chat.SendError{Outcome: chat.Unsure, Code: "no_answer", Err: wire.Scrub(err)}
}
