package isms

import (
	"slices"
	"time"
)

// Readership is what came of the broadcasts of a month, all together.
type Readership struct {
	Broadcasts int
	Asked      int // a person counts once for each broadcast
	Reached    int
	Read       int
	Dated      int // of those asked, by a day
	InTime     int
	Running    int // broadcasts whose day has not passed
}

// Shown tells whether enough people were asked for how they read to be shown.
func (r Readership) Shown() bool { return r.Asked >= SmallestGroup }

// InTimePercent is how many read in time of those asked by a day; false where
// they are too few.
func (r Readership) InTimePercent() (int, bool) {
	return Share(r.InTime, r.Dated), r.Dated >= SmallestGroup
}

// Share is n of all in percent, rounded; 0 of nothing.
func Share(n, all int) int { return Phished{Sent: all}.Percent(n) }

// MedianWait is how long the one in the middle waited. False for fewer than
// SmallestGroup: that would be somebody's own pace.
func MedianWait(waits []time.Duration) (time.Duration, bool) {
	if len(waits) < SmallestGroup {
		return 0, false
	}
	sorted := slices.Sorted(slices.Values(waits))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle], true
	}
	return (sorted[middle-1] + sorted[middle]) / 2, true
}
