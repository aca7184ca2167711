package main

import (
	"fmt"
	"strings"
	"testing"

	"ismsbot/storage"
)

const (
	turns   = 5
	perTurn = 4096
)

// BenchmarkReadOverHTTP is goal 1, for a command that reads who asks, one that
// reads a person's items, and one that reads an item with its history. All
// answer with their whole card; the floor reads one row and answers a line.
func BenchmarkReadOverHTTP(b *testing.B) {
	const items = 500
	w := newWorkbench(b, items)
	typed := func(format string) func(int) (user, text string) {
		return func(n int) (user, text string) {
			if !strings.Contains(format, "%") {
				return ownerOf(n%items + 1), format
			}
			return ownerOf(n%items + 1), fmt.Sprintf(format, n%items+1)
		}
	}
	for _, command := range []string{"who", "todo", "show CA-%d"} {
		b.Run(strings.Fields(command)[0], func(b *testing.B) {
			for b.Loop() {
				ours := &contender{address: serveOn(b, w.handler), typed: typed(command)}
				floor := &contender{address: serveOn(b, bareRead(b, w.service.db.Path())), typed: typed("show CA-%d")}
				compete(b, ours, floor)
				rate, p99 := ours.rate()/floor.rate(), float64(ours.p99())/float64(floor.p99())
				goal(b, "commands/s, at least 0.80 of the floor", ours.rate(), floor.rate(), rate >= 0.80)
				goal(b, "p99 in ms, at most twice the floor", ours.p99().Seconds()*1000, floor.p99().Seconds()*1000, p99 <= 2)
				b.ReportMetric(rate, "ratio")
				b.ReportMetric(p99, "p99-ratio")
			}
		})
	}
}

// BenchmarkAcknowledgeOverHTTP is goal 2: each owner acknowledges an item of
// their own, and every answer stands on disk before it is given.
func BenchmarkAcknowledgeOverHTTP(b *testing.B) {
	ack := func(n int) (user, text string) { return ownerOf(n), fmt.Sprintf("ack CA-%d", n) }
	for b.Loop() {
		w := newWorkbench(b, (turns+1)*perTurn)
		ours := &contender{address: serveOn(b, w.handler), typed: ack}
		shared := &contender{address: serveOn(b, sharedCommit(b)), typed: ack}
		own := &contender{address: serveOn(b, ownCommit(b)), typed: ack}
		compete(b, ours, shared, own)
		w.acknowledged(b, (turns+1)*perTurn)
		goal(b, "acknowledgements/s, at least 0.75 of a shared commit", ours.rate(), shared.rate(), ours.rate() >= 0.75*shared.rate())
		goal(b, "acknowledgements/s, at least 3 times a commit each", ours.rate(), own.rate(), ours.rate() >= 3*own.rate())
		b.ReportMetric(ours.rate()/shared.rate(), "ratio")
		b.ReportMetric(ours.rate()/own.rate(), "times-one-each")
	}
}

// acknowledged fails the benchmark where an answer that was given is not in
// the journal.
func (w *workbench) acknowledged(b *testing.B, want int) {
	b.Helper()
	n := 0
	err := w.service.db.View(b.Context(), func(tx *storage.Tx) error {
		all, err := tx.AllItems()
		for _, it := range all {
			if it.AckedBy == it.Owner {
				n++
			}
		}
		return err
	})
	if err != nil || n != want {
		b.Fatalf("%d of %d were acknowledged, %v", n, want, err)
	}
}
