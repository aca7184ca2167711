//go:build race

package bot_test

// raced is set where the race detector watches, which makes a simulated year
// ten times as long: a shorter while shows as much.
const raced = true
