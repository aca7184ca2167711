package awareness

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// coming says for whom the hour has not come yet, and when it does on the
// sender's clock: "New York, from 13:00".
func (f figures) coming(r desk.Reader, b *storage.Sendout) string {
	if b.State != isms.Sending || f.ToCome == 0 {
		return ""
	}
	const most = 3
	var parts []string
	for _, z := range f.Zones {
		switch {
		case !z.From.After(r.Now): // has begun since they were counted
		case len(parts) == most:
			return r.Say("watch.coming", "zones", strings.Join(append(parts, "…"), "; "))
		default:
			parts = append(parts, r.Say("watch.from", "place", cmp.Or(isms.City(z.Zone), z.Zone), "time", clock(r, z.From)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return r.Say("watch.coming", "zones", strings.Join(parts, "; "))
}

// clock is the time alone where it is today.
func clock(r desk.Reader, at time.Time) string {
	local := at.In(r.Calendar.Zone)
	if isms.DateOf(local) == r.Today {
		return local.Format("15:04")
	}
	return r.Moment(at)
}

// reasons say why some were not reached, the most frequent first.
func (f figures) reasons(r desk.Reader) string {
	if f.NotSent == 0 {
		return ""
	}
	codes := slices.SortedFunc(maps.Keys(f.Reasons), func(a, b string) int {
		if f.Reasons[a] != f.Reasons[b] {
			return f.Reasons[b] - f.Reasons[a]
		}
		return strings.Compare(a, b)
	})
	var out []string
	for i, code := range codes {
		if i == 3 {
			out = append(out, "…")
			break
		}
		out = append(out, reason(r, code, f.Reasons[code]))
	}
	return r.Say("watch.reasons", "reasons", strings.Join(out, ", "))
}

// reason puts a platform's word into ours.
func reason(r desk.Reader, code string, n int) string {
	switch {
	case code == storage.NoAccount:
		return r.Count("reason.no_account", n)
	case code == storage.HasLeft:
		return r.Count("reason.left", n)
	case code == storage.Dropped:
		return r.Count("reason.stopped", n)
	case strings.Contains(code, "disabled"), strings.Contains(code, "inactive"), strings.Contains(code, "not_found"), code == "gone":
		return r.Count("reason.closed", n)
	case strings.Contains(code, "uninstalled"), strings.Contains(code, "blocked"), strings.Contains(code, "BotNotInConversationRoster"):
		return r.Count("reason.not_opened", n)
	}
	return r.Count("reason.undelivered", n, "code", desk.Brief(code, 40))
}
