package slack

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// mayFollow tells whether a response_url leads to Slack, or to where the
// operator's api_url does.
func (s *Slack) mayFollow(to string) bool {
	return s.leadsTo(to, "hooks.slack.com", "hooks.slack-gov.com")
}

// leadsTo tells whether an address is on one of Slack's hosts, or where the
// operator's api_url leads.
func (s *Slack) leadsTo(to string, hosts ...string) bool {
	u, err := url.Parse(to)
	if err != nil || u.User != nil || u.Opaque != "" {
		return false
	}
	if u.Scheme == s.apiURL.Scheme && strings.EqualFold(u.Host, s.apiURL.Host) {
		return true
	}
	return u.Scheme == "https" && slices.Contains(hosts, strings.ToLower(u.Host))
}

// post sends JSON without a token and wants a 2xx.
func post(ctx context.Context, client *http.Client, to string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return errNoResponseURL
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := client.Do(req)
	if err != nil {
		return classify(err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection serves again
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("response_url answered %d", resp.StatusCode)
	}
	return nil
}
