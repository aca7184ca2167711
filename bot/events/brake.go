package events

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"

	"ismsbot/bot/chat"
)

// brake keeps one account from waking people hour after hour: each report does
// so at any time of the day. What it knows of an account is a hash under a key,
// in memory alone and gone with the full hour, for it counts those without a
// name as well.
type brake struct {
	mu   sync.Mutex
	hour time.Time
	key  string
	sent map[string]int
}

// perHour is how many reports one account sends within an hour; more can be
// added to them.
const perHour = 10

// over counts a report and tells whether it is one too many.
func (b *brake) over(a chat.Account, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if hour := now.Truncate(time.Hour); b.sent == nil || !hour.Equal(b.hour) {
		b.hour, b.key, b.sent = hour, rand.Text(), map[string]int{}
	}
	mac := hmac.New(sha256.New, []byte(b.key))
	mac.Write([]byte(a.Platform + "\x00" + a.ID))
	who := string(mac.Sum(nil))
	b.sent[who]++
	return b.sent[who] > perHour
}
