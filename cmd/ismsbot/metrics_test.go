package main

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	data, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestMetricsCountWhatHappens(t *testing.T) {
	m := newMetrics()
	m.Watch(Gauges{
		QueueAge: func() time.Duration { return 90 * time.Second },
		Database: func() (file, wal int64) { return 4096, 512 },
	})
	m.Invocation("done", "ok", 7*time.Millisecond)
	m.Invocation("done", "refused", 7*time.Millisecond)
	m.Delivery("slack", "sent")
	m.Reminder(3)
	m.Reminder(4)
	m.PlatformError("slack", "ratelimited")
	m.Unproved("slack", "signature")
	text := scrape(t, m)
	for _, want := range []string{
		`ismsbot_invocations_total{outcome="ok",verb="done"} 1`,
		`ismsbot_invocations_total{outcome="refused",verb="done"} 1`,
		`ismsbot_invocation_seconds_bucket{le="0.01"} 2`,
		`ismsbot_deliveries_total{outcome="sent",platform="slack"} 1`,
		`ismsbot_reminders_total 2`,
		`ismsbot_reminder_lines_total 7`,
		`ismsbot_platform_errors_total{class="ratelimited",platform="slack"} 1`,
		`ismsbot_unproved_requests_total{platform="slack",reason="signature"} 1`,
		`ismsbot_queue_age_seconds 90`,
		`ismsbot_database_bytes 4096`,
		`ismsbot_database_wal_bytes 512`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
}

func TestWhatPeopleTypeCannotMakeSeriesWithoutEnd(t *testing.T) {
	m := newMetrics()
	for i := range 10 * maxNames {
		m.Invocation(fmt.Sprint("verb", i), "unknown", 0)
	}
	m.Invocation("verb0", "unknown", 0)
	text := scrape(t, m)
	if n := strings.Count(text, "ismsbot_invocations_total{"); n != maxNames+1 {
		t.Errorf("%d series, want %d", n, maxNames+1)
	}
	for _, want := range []string{`verb="verb0"} 2`, fmt.Sprintf(`verb="other"} %d`, 9*maxNames)} {
		if !strings.Contains(text, want) {
			t.Errorf("missing: %s", want)
		}
	}
}

func TestWhatAPlatformTellsCarriesItsName(t *testing.T) {
	m := newMetrics()
	for _, name := range []string{"slack", "teams"} {
		refused, called := m.Platform(name)
		refused("audience")
		called("send", "ok", time.Second)
		called("send", "throttled", time.Second)
	}
	text := scrape(t, m)
	for _, want := range []string{
		`ismsbot_unproved_requests_total{platform="slack",reason="audience"} 1`,
		`ismsbot_unproved_requests_total{platform="teams",reason="audience"} 1`,
		`ismsbot_platform_errors_total{class="throttled",platform="teams"} 1`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("missing: %s", want)
		}
	}
	if strings.Contains(text, `class="ok"`) {
		t.Error("what went well counts as an error")
	}
}
