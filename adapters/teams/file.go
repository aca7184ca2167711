package teams

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
)

// How a bot hands over a file, with the person's consent, in a chat of two:
// https://learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4
const (
	typeConsent = "application/vnd.microsoft.teams.card.file.consent"
	typeFile    = "application/vnd.microsoft.teams.card.file.info"
	// consentLife is how long the consent may be given.
	consentLife = 24 * time.Hour
	maxFileName = 75
)

type consent struct {
	Description string    `json:"description"`
	Size        int       `json:"sizeInBytes"`
	Accept      fileData  `json:"acceptContext"`
	Decline     *fileData `json:"declineContext"`
}

type fileData struct {
	Sealed string `json:"isms_file"`
}

// wanted is what a consent remembers: the command that makes the file. It runs
// again when the person agrees, so that nothing is kept meanwhile and the file
// shows what then holds.
type wanted struct {
	Command string `json:"c"`
	User    string `json:"u"`
	Expires int64  `json:"e"`
}

// offer asks the person whether they want the file.
func (t *Teams) offer(ctx context.Context, e *event, f chat.File) error {
	name := readable.Clip(readable.Line(f.Name), maxFileName)
	a := outgoing{Type: "message", Summary: name, Attachments: []attachment{{ContentType: typeConsent, Name: name, Content: consent{
		Description: t.say(e).Say("surface.file_waits"), Size: len(f.Data),
		Accept: fileData{t.files.Close(wanted{e.in.Text, e.in.From.ID, t.now().Add(consentLife).Unix()})}, Decline: &fileData{},
	}}}}
	_, err := t.deliver(ctx, e.in.From.ID, a)
	return err
}

// consented is what comes of it.
type consented struct {
	Action  string   `json:"action"`
	Context fileData `json:"context"`
	Upload  struct {
		Name       string `json:"name"`
		ContentURL string `json:"contentUrl"`
		UploadURL  string `json:"uploadUrl"`
		UniqueID   string `json:"uniqueId"`
		FileType   string `json:"fileType"`
	} `json:"uploadInfo"`
}

func (t *Teams) takeConsent(ctx context.Context, e *event) (answer, string) {
	var c consented
	var w wanted
	if json.Unmarshal(e.Value, &c) != nil || c.Action != "accept" {
		return accepted, ""
	}
	if err := t.files.Open(c.Context.Sealed, &w); err != nil || w.User != e.in.From.ID || t.now().Unix() > w.Expires {
		return t.expired(ctx, e), ""
	}
	// A client may say anything of where the file is to be, and in which
	// conversation: what we would show there is ours in the eyes of others.
	if !e.personal() || t.uploader(c.Upload.ContentURL) == nil {
		return accepted, ""
	}
	e.in.Kind, e.in.Text, e.in.Message = chat.Typed, w.Command, ""
	return t.run(ctx, e, func(_ context.Context, e *event, o outcome) (answer, func(context.Context)) {
		reply := t.spoken(e, o)
		if o.err != nil || reply.File == nil {
			return accepted, func(ctx context.Context) { t.show(ctx, e, reply) }
		}
		return accepted, func(ctx context.Context) { t.hand(ctx, e, c, *reply.File) }
	})
}

// hand puts the file where the person has agreed to, and shows it.
func (t *Teams) hand(ctx context.Context, e *event, c consented, f chat.File) {
	if err := t.upload(ctx, c.Upload.UploadURL, f); err != nil {
		t.log.Warn("a file was not taken", "event", e.in.ID, "code", chat.AsSendError(err).Code)
		t.show(ctx, e, chat.Reply{Card: sentence(e.in.Language, t.say(e).Say("surface.fault"))})
		return
	}
	name := readable.Clip(readable.Line(c.Upload.Name), maxFileName)
	a := outgoing{Type: "message", Summary: name, Attachments: []attachment{{ContentType: typeFile, Name: name, ContentURL: c.Upload.ContentURL,
		Content: map[string]string{"uniqueId": c.Upload.UniqueID, "fileType": c.Upload.FileType}}}}
	if _, err := t.post(ctx, e.ServiceURL, e.Conversation.ID, "", a); err != nil {
		t.log.Warn("a file was not shown", "event", e.in.ID, "code", chat.AsSendError(err).Code)
	}
}

// uploadHosts end the names of where Microsoft keeps people's files.
var uploadHosts = []string{".sharepoint.com", ".sharepoint.us", ".sharepoint-mil.us", ".sharepoint.cn"}

// upload puts the bytes without a token: the URL is the permission.
func (t *Teams) upload(ctx context.Context, to string, f chat.File) error {
	client := t.uploader(to)
	if client == nil || len(f.Data) == 0 {
		return &chat.SendError{Outcome: chat.Rejected, Code: "upload_url_not_allowed"}
	}
	began := time.Now()
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, to, bytes.NewReader(f.Data))
	if err != nil {
		return &chat.SendError{Outcome: chat.Rejected, Code: "upload_url_not_allowed"}
	}
	req.Header.Set("Content-Type", "application/octet-stream")
	req.Header.Set("Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(f.Data)-1, len(f.Data)))
	resp, err := client.Do(req)
	var failed *chat.SendError
	if err != nil {
		failed = unanswered(err)
	} else {
		failed = read(resp, nil)
	}
	label := "ok"
	if failed != nil {
		label = failed.Outcome.String()
	}
	if t.config.Metrics.Called != nil {
		t.config.Metrics.Called(callUpload, label, time.Since(began))
	}
	if failed != nil {
		return failed
	}
	return nil
}

// uploader is the way to where a file is put or found: Microsoft's stores of files, or the
// host of a service URL that the operator has configured.
func (t *Teams) uploader(to string) *http.Client {
	u, err := url.Parse(to)
	if err != nil || u.User != nil || u.Opaque != "" {
		return nil
	}
	for _, c := range t.places.configured {
		if u.Scheme == c.Scheme && strings.EqualFold(u.Host, c.Host) {
			return t.places.clients.trusted
		}
	}
	if u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return nil
	}
	for _, suffix := range uploadHosts {
		if host := strings.ToLower(u.Hostname()); strings.HasSuffix(host, suffix) && len(host) > len(suffix) {
			return t.places.clients.guarded
		}
	}
	return nil
}
