package slack

import (
	"errors"
	"time"

	"ismsbot/bot/chat"
)

// formLife is how long an open form may be submitted.
const formLife = 24 * time.Hour

// origin is what a form must remember of where it was opened. It travels in
// the view's private metadata, which Slack hands back as it was, and is signed
// all the same: nothing that comes from outside is taken at its word.
type origin struct {
	Command     string          `json:"c"`
	User        string          `json:"u"`
	Expires     int64           `json:"e"`
	ResponseURL string          `json:"r,omitempty"`
	Message     chat.MessageRef `json:"m,omitempty"`
	Channel     string          `json:"w,omitempty"`
	Private     bool            `json:"p,omitempty"`
	Home        bool            `json:"h,omitempty"`
}

var errMetadata = errors.New("the form's metadata is not ours or has expired")

// seal signs o. What does not fit loses first the way back, never the command.
func (s *Slack) seal(o origin) string {
	out := s.forms.Close(o)
	if len(out) > maxMetadata {
		o.ResponseURL = ""
		out = s.forms.Close(o)
	}
	return out
}

// unseal gives back what seal signed for this user, unless it has expired.
func (s *Slack) unseal(metadata, user string) (origin, error) {
	var o origin
	if err := s.forms.Open(metadata, &o); err != nil || o.User != user || s.now().Unix() > o.Expires {
		return origin{}, errMetadata
	}
	return o, nil
}
