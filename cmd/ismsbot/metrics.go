package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics count what happens, for Prometheus. Labels are names of commands,
// platforms and outcomes, never whose. It is safe for concurrent use.
type Metrics struct {
	registry    *prometheus.Registry
	invocations *prometheus.CounterVec
	took        prometheus.Histogram
	deliveries  *prometheus.CounterVec
	reminders   prometheus.Counter
	lines       prometheus.Counter
	faults      *prometheus.CounterVec
	unproved    *prometheus.CounterVec
	verbs       bounded
	classes     bounded
}

// newMetrics makes the registry with everything in it that counts by itself.
func newMetrics() *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ismsbot_" + name, Help: help}, labels)
	}
	m := &Metrics{
		registry:    prometheus.NewRegistry(),
		invocations: counter("invocations_total", "What people asked of the bot, by command and outcome.", "verb", "outcome"),
		took: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "ismsbot_invocation_seconds", Help: "How long an answer took.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 3},
		}),
		deliveries: counter("deliveries_total", "Messages tried, by platform and outcome.", "platform", "outcome"),
		reminders:  prometheus.NewCounter(prometheus.CounterOpts{Name: "ismsbot_reminders_total", Help: "Reminder digests put into the outbox."}),
		lines:      prometheus.NewCounter(prometheus.CounterOpts{Name: "ismsbot_reminder_lines_total", Help: "Items named in reminder digests."}),
		faults:     counter("platform_errors_total", "Calls that a platform refused or did not answer, by class.", "platform", "class"),
		unproved:   counter("unproved_requests_total", "Requests turned away because nothing proved their sender.", "platform", "reason"),
	}
	m.registry.MustRegister(m.invocations, m.took, m.deliveries, m.reminders, m.lines, m.faults, m.unproved,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Invocation counts one answer.
func (m *Metrics) Invocation(verb, outcome string, took time.Duration) {
	m.invocations.WithLabelValues(m.verbs.name(verb), outcome).Inc()
	m.took.Observe(took.Seconds())
}

// Delivery counts one attempt to send: "sent", or the outcome of a chat.SendError.
func (m *Metrics) Delivery(platform, outcome string) {
	m.deliveries.WithLabelValues(platform, outcome).Inc()
}

// Reminder counts one digest and the items it names.
func (m *Metrics) Reminder(lines int) {
	m.reminders.Inc()
	m.lines.Add(float64(lines))
}

// PlatformError counts a call that a platform refused.
func (m *Metrics) PlatformError(platform, class string) {
	m.faults.WithLabelValues(platform, m.classes.name(class)).Inc()
}

// Unproved counts a request whose sender was not proved.
func (m *Metrics) Unproved(platform, reason string) {
	m.unproved.WithLabelValues(platform, reason).Inc()
}

// Platform is what a platform's adapter is to tell of its requests and calls.
func (m *Metrics) Platform(name string) (refused func(reason string), called func(call, outcome string, took time.Duration)) {
	return func(reason string) { m.Unproved(name, reason) },
		func(_, outcome string, _ time.Duration) {
			if outcome != "ok" {
				m.PlatformError(name, outcome)
			}
		}
}

// Gauges are figures that are asked for when somebody looks.
type Gauges struct {
	QueueAge func() time.Duration     // of the oldest message that is due; 0 for none
	Database func() (file, wal int64) // bytes
}

// Watch adds the gauges; to be called once.
func (m *Metrics) Watch(g Gauges) {
	gauge := func(name, help string, value func() float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "ismsbot_" + name, Help: help}, value))
	}
	gauge("queue_age_seconds", "Age of the oldest message that is due and has not gone out.", func() float64 { return g.QueueAge().Seconds() })
	gauge("database_bytes", "Size of the database file.", func() float64 { file, _ := g.Database(); return float64(file) })
	gauge("database_wal_bytes", "Size of the write-ahead log beside it.", func() float64 { _, wal := g.Database(); return float64(wal) })
}

// Handler serves the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Registry: m.registry})
}

// maxNames bounds a label whose values come from outside: each value is a
// series that Prometheus keeps for good.
const maxNames = 64

// bounded lets the first maxNames different names through, then says "other".
type bounded struct {
	mu    sync.RWMutex
	names map[string]bool
}

func (b *bounded) name(s string) string {
	b.mu.RLock()
	known := b.names[s]
	b.mu.RUnlock()
	if known {
		return s
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.names == nil {
		b.names = map[string]bool{}
	}
	if !b.names[s] && len(b.names) == maxNames {
		return "other"
	}
	b.names[s] = true
	return s
}
