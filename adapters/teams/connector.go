package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// The calls we make, as they are counted.
const (
	callCreate  = "create"
	callSend    = "send"
	callUpdate  = "update"
	callMembers = "members"
	callInstall = "install"
	callCatalog = "catalog"
	callUpload  = "upload"
)

// maxRefusal is how much of a refusal is read for its code.
const maxRefusal = 64 << 10

// request is one call of the Bot Connector or of Graph.
type request struct {
	name   string
	method string
	url    string
	body   any
	// thread is whose limits the call counts against, empty for none.
	thread string
	limits []bucket
	tokens *tokens
	client *http.Client
}

// connect completes a call of the Bot Connector at service; the path's parts
// are escaped here. It cannot be made where service or a part may not be used.
func (t *Teams) connect(name, method, service string, body any, parts ...string) request {
	limits, thread := sending, name
	if method == http.MethodGet {
		limits = reading
	}
	if len(parts) > 1 {
		thread = name + " " + parts[1]
	}
	client := t.places.client(service)
	for i, p := range parts {
		if p == "" || p == "." || p == ".." { // which would lead to another call
			client = nil
		}
		parts[i] = url.PathEscape(p)
	}
	return request{name: name, method: method, url: strings.TrimSuffix(service, "/") + "/v3/" + strings.Join(parts, "/"), body: body,
		thread: thread, limits: limits, tokens: t.bot, client: client}
}

// call waits for its turn, calls once, reads the answer into out (unless that is
// nil), and says what became of it: the error is always a *chat.SendError.
func (t *Teams) call(ctx context.Context, r request, out any) error {
	if r.client == nil {
		return &chat.SendError{Outcome: chat.Rejected, Code: codeNoService}
	}
	if r.thread != "" {
		if err := t.pace.wait(ctx, r.thread, r.limits); err != nil {
			return err
		}
	}
	began := time.Now()
	failed := t.try(ctx, r, out)
	label := "ok"
	if failed != nil {
		label = failed.Outcome.String()
		if failed.Outcome == chat.Retry && failed.RetryAfter > 0 && r.thread != "" {
			t.pace.refused(r.thread, failed.RetryAfter, failed.Code != codeConflict)
		}
	}
	if r.tokens == t.bot { // what Graph refuses stops nobody
		t.watch(r.name, failed)
	}
	if t.config.Metrics.Called != nil {
		t.config.Metrics.Called(r.name, label, time.Since(began))
	}
	if failed == nil {
		return nil
	}
	return failed
}

// try calls with a token, and once more with a new one where that was refused.
func (t *Teams) try(ctx context.Context, r request, out any) *chat.SendError {
	for first := true; ; first = false {
		token, err := r.tokens.token(ctx)
		if err != nil {
			return chat.AsSendError(err)
		}
		resp, err := send(ctx, r, token)
		if err != nil {
			return unanswered(err)
		}
		if resp.StatusCode == http.StatusUnauthorized && first {
			discard(resp.Body)
			r.tokens.drop(token)
			continue
		}
		return read(resp, out)
	}
}

func send(ctx context.Context, r request, token string) (*http.Response, error) {
	var body io.Reader
	if r.body != nil {
		data, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return r.client.Do(req)
}

func read(resp *http.Response, out any) *chat.SendError {
	defer discard(resp.Body)
	if resp.StatusCode/100 != 2 {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, maxRefusal)) // half a refusal is judged by its status
		return classify(resp, body)
	}
	if out == nil {
		return nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return &chat.SendError{Outcome: chat.Unsure, Code: "half_answer", Err: wire.Scrub(err)}
	}
	if len(body) > 0 && json.Unmarshal(body, out) != nil {
		return &chat.SendError{Outcome: chat.Unsure, Code: "no_json"}
	}
	return nil
}

// discard reads the rest, so that the connection serves again.
func discard(body io.ReadCloser) {
	_, _ = io.Copy(io.Discard, io.LimitReader(body, maxRefusal))
	body.Close()
}

// watch keeps what Ready says: what only an operator can mend stays a fault
// until a call works.
func (t *Teams) watch(call string, failed *chat.SendError) {
	switch {
	case failed == nil:
		t.fault.Store(nil)
	case failed.Outcome == chat.Halted:
		why := call + ": " + failed.Error()
		t.fault.Store(&why)
	}
}

// outgoing is an activity as we send it. Text and a card are never in one: Teams
// would make two messages of it and name neither.
type outgoing struct {
	Type        string       `json:"type"`
	Summary     string       `json:"summary,omitempty"`
	Recipient   *party       `json:"recipient,omitempty"`
	Attachments []attachment `json:"attachments,omitempty"`
}

type attachment struct {
	ContentType string `json:"contentType"`
	Name        string `json:"name,omitempty"`
	ContentURL  string `json:"contentUrl,omitempty"`
	Content     any    `json:"content"`
}

func message(card chat.Card) outgoing {
	m := Render(card)
	return outgoing{Type: "message", Summary: m.Summary, Attachments: []attachment{{ContentType: ContentType, Content: m.Card}}}
}

// sent is what the Bot Connector answers.
type sent struct {
	ID         string `json:"id"`
	ActivityID string `json:"activityId"`
	Service    string `json:"serviceUrl"`
}

// post puts an activity into a conversation, at the end or as a reply to
// another; to one person's eyes alone where it has a recipient.
func (t *Teams) post(ctx context.Context, service, conversation, replyTo string, a outgoing) (chat.MessageRef, error) {
	parts := []string{"conversations", conversation, "activities"}
	if replyTo != "" && a.Recipient == nil {
		parts = append(parts, replyTo)
	}
	r := t.connect(callSend, http.MethodPost, service, a, parts...)
	if a.Recipient != nil {
		r.url += "?isTargetedActivity=true"
	}
	var got sent
	if err := t.call(ctx, r, &got); err != nil {
		return "", err
	}
	if got.ID == "" {
		return "", &chat.SendError{Outcome: chat.Unsure, Code: "no_id"}
	}
	return reference(conversation, got.ID), nil
}

// opening is what a conversation is created with.
type opening struct {
	Bot         party        `json:"bot"`
	IsGroup     bool         `json:"isGroup"`
	Members     []party      `json:"members,omitempty"`
	TenantID    string       `json:"tenantId"`
	ChannelData *openingData `json:"channelData,omitempty"`
	Activity    *outgoing    `json:"activity,omitempty"`
}

type openingData struct {
	Tenant  named  `json:"tenant"`
	Channel *named `json:"channel,omitempty"`
}

// open creates a conversation at service; thread is whose limits it counts against.
func (t *Teams) open(ctx context.Context, service, thread string, o opening) (sent, error) {
	o.Bot, o.TenantID = party{ID: botID(t.config.AppID)}, t.config.TenantID
	if o.ChannelData == nil {
		o.ChannelData = &openingData{}
	}
	o.ChannelData.Tenant.ID = t.config.TenantID
	r := t.connect(callCreate, http.MethodPost, service, o, "conversations")
	r.thread = callCreate + " " + thread
	var got sent
	if err := t.call(ctx, r, &got); err != nil {
		return sent{}, err
	}
	if got.ID == "" {
		return sent{}, &chat.SendError{Outcome: chat.Unsure, Code: "no_id"}
	}
	return got, nil
}

// person asks who has an account in a conversation, empty where it is nobody's
// of the directory.
func (t *Teams) person(ctx context.Context, service, conversation, member string) (string, error) {
	var got struct {
		AAD      string `json:"aadObjectId"`
		ObjectID string `json:"objectId"`
		TenantID string `json:"tenantId"`
	}
	r := t.connect(callMembers, http.MethodGet, service, nil, "conversations", conversation, "members", member)
	if err := t.call(ctx, r, &got); err != nil {
		return "", err
	}
	if got.AAD == "" {
		got.AAD = got.ObjectID
	}
	id := strings.ToLower(got.AAD)
	if !guid.MatchString(id) || got.TenantID != "" && !strings.EqualFold(got.TenantID, t.config.TenantID) {
		return "", nil
	}
	return id, nil
}
