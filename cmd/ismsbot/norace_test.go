//go:build !race

package main

// raceEnabled tells tests that measure, or need many repetitions, to do less.
const raceEnabled = false
