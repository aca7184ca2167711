package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack/socketmode"

	"ismsbot/bot/chat"
)

// listen keeps the Socket Mode connection until ctx ends. slack-go reconnects
// by itself; what it gives up on is begun anew, more slowly each time.
func (s *Slack) listen(ctx context.Context) error {
	return errors.New("socket mode")
}

var _ = socketmode.New
var _ = json.Marshal
var _ = fmt.Sprint
var _ = time.Now
var _ = chat.Backoff
