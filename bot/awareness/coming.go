package awareness

import (
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
			parts = append(parts, r.Say("watch.from", "place", place(z.Zone), "time", clock(r, z.From)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return r.Say("watch.coming", "zones", strings.Join(parts, "; "))
}

// place is what people call a zone: "New York" for America/New_York.
func place(zone string) string {
	return strings.ReplaceAll(zone[strings.LastIndexByte(zone, '/')+1:], "_", " ")
}

// clock is the time alone where it is today.
func clock(r desk.Reader, at time.Time) string {
	local := at.In(r.Calendar.Zone)
	if isms.DateOf(local) == r.Today {
		return local.Format("15:04")
	}
	return r.Moment(at)
}
