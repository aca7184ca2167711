package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"ismsbot/adapters/readable"
	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

// file is what Slack says of a file that stands in a form.
type file struct {
	Name string `json:"name"`
	URL  string `json:"url_private_download"`
}

const (
	// maxFile is how many bytes of a file are fetched.
	maxFile = 8 << 20
	// fetchWithin is how long that may take. The form closes after some three
	// seconds; the answer then follows as a message.
	fetchWithin = 20 * time.Second
)

// scopeFiles is what a dialog with a file in it needs: without it Slack would
// refuse the whole dialog.
const scopeFiles = "files:read"

// withoutFiles says of a form's files that they cannot be given, where the app
// was installed before it asked for them.
func (s *Slack) withoutFiles(f chat.Form) chat.Form {
	have := s.Scopes()
	if len(have) == 0 || slices.Contains(have, scopeFiles) {
		return f
	}
	var left []chat.Input
	for _, in := range f.Inputs {
		if in.Kind != chat.FileInput {
			left = append(left, in)
			continue
		}
		f.Intro = strings.TrimSpace(f.Intro + "\n" + voice.For(f.Language).Say("surface.no_file", "label", in.Label))
	}
	f.Inputs = left
	return f
}

// fetch brings the form's files, or says at their inputs that they cannot be had.
func (s *Slack) fetch(ctx context.Context, r request) (files map[string]chat.File, errs map[string]string) {
	for name, f := range r.files {
		data, err := s.download(ctx, f.URL)
		if err != nil {
			s.log.Warn("a file of a form cannot be fetched from Slack; it needs the scope "+scopeFiles, "event", r.in.ID, "error", err)
			errs = map[string]string{name: voice.For(r.in.Language).Say("surface.file_lost", "most", maxFile>>20)}
			continue
		}
		if files == nil {
			files = map[string]chat.File{}
		}
		files[name] = chat.File{Name: readable.Line(f.Name), Data: data}
	}
	return files, errs
}

// download gives the token to Slack's own host for files alone, and follows no
// redirect.
func (s *Slack) download(ctx context.Context, from string) ([]byte, error) {
	if !s.mayFetch(from) {
		return nil, errors.New("it is not where Slack keeps files")
	}
	ctx, cancel := context.WithTimeout(ctx, fetchWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, from, nil)
	if err != nil {
		return nil, errors.New("its address cannot be read")
	}
	req.Header.Set("Authorization", "Bearer "+s.config.BotToken)
	resp, err := s.client.Do(req)
	if err != nil {
		return nil, failed(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxFile+1))
	switch {
	case err != nil:
		return nil, failed(err)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("Slack answered %d", resp.StatusCode)
	case len(data) > maxFile:
		return nil, fmt.Errorf("it has more than %d bytes", maxFile)
	}
	return data, nil
}

// failed says why a call failed, without the address, which has the file's name
// in it.
func failed(err error) error {
	return errors.New("the call failed: " + chat.AsSendError(classify(err)).Code)
}

// mayFetch tells whether an address is one of Slack's files, or where the
// operator's api_url leads. A method is no file: to fetch one with the token is
// to call it.
func (s *Slack) mayFetch(from string) bool {
	u, err := url.Parse(from)
	if err != nil || !s.leadsTo(from, "files.slack.com", "files.slack-gov.com") {
		return false
	}
	methods := strings.Trim(s.apiURL.Path, "/")
	return methods == "" || !strings.HasPrefix(path.Clean("/"+u.Path)+"/", "/"+methods+"/")
}
