package chat_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/chat"
)

// everything holds a block of each kind.
func everything() chat.Card {
	return chat.Card{Summary: "3 things", Language: "de", Blocks: []chat.Block{
		chat.Text{Style: chat.Title, Text: "Good morning"},
		chat.Text{Text: "Call first: https://example.com/a", Runs: []chat.Run{{Text: "Call first", Bold: true}, {Text: ": "}, {Text: "https://example.com/a", URL: "https://example.com/a"}}},
		chat.Facts{Facts: []chat.Fact{{Name: "Due", Value: "Tue 17 Mar"}}},
		chat.List{Rows: []chat.Row{{Title: "Test the backup", ID: "CA-12", When: "Tue 17 Mar", Note: "no answer yet",
			Menu: []chat.Button{{Label: "Done…", Spoken: "Done: Test the backup, CA-12", Command: "done CA-12", Look: chat.Danger, Form: true}}}}, More: 4},
		chat.Table{Columns: []string{"Department", "Late"}, Rows: [][]string{{"IT", "2"}}, More: 1},
		chat.Chart{Title: "Late", Sentence: "IT has 2.", Points: []chat.Point{{Label: "IT", Value: 2}}},
		chat.Image{URL: "https://example.com/a.png", Alt: "a hook"},
		chat.Divider{},
		chat.Select{Label: "Who", Command: "give", Options: []chat.Option{{Label: "Amy", Value: "7"}}},
		chat.Buttons{Shown: []chat.Button{{Label: "On it", Command: "ack CA-12", Look: chat.Primary}}, More: []chat.Button{{Label: "Open", Command: "show CA-12"}, {Label: "Read", URL: "https://example.com/a"}}},
	}}
}

func TestACardComesBackFromTheOutboxAsItWas(t *testing.T) {
	want := everything()
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got chat.Card
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestABlockThatNobodyKnowsIsRefused(t *testing.T) {
	var c chat.Card
	if err := json.Unmarshal([]byte(`{"blocks":[{"is":"hologram","data":{}}]}`), &c); err == nil {
		t.Error("it was taken")
	}
	if err := json.Unmarshal([]byte(`{"summary":"s","blocks":[{"is":"text","data":7}]}`), &c); err == nil || c.Summary != "" {
		t.Errorf("half a card: %+v, %v", c, err)
	}
}

func FuzzCardJSON(f *testing.F) {
	data, err := json.Marshal(everything())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"blocks":[{"is":"list","data":{"Rows":null,"More":-1}},null]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c chat.Card
		if json.Unmarshal(data, &c) != nil {
			return
		}
		_ = c.Text()
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var same chat.Card
		if err := json.Unmarshal(again, &same); err != nil || same.Text() != c.Text() {
			t.Errorf("%s came back as %s: %v", data, again, err)
		}
	})
}

func TestThePlainTextHasTheSameOrderAndFacts(t *testing.T) {
	const want = `Good morning
Call first: https://example.com/a
Due: Tue 17 Mar
Test the backup · CA-12 - Tue 17 Mar
  no answer yet
+ 4
Department | Late
IT | 2
+ 1
Late
IT has 2.
[a hook]

Who: Amy
[On it] [Open] [Read] https://example.com/a`
	if diff := cmp.Diff(want, everything().Text()); diff != "" {
		t.Error(diff)
	}
}

func TestBackoffGrowsToFiveMinutesAndHonoursThePlatform(t *testing.T) {
	for attempt, least := range []time.Duration{2 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second} {
		if got := chat.Backoff(attempt, 0); got < least || got > least+least/4 {
			t.Errorf("attempt %d waits %s", attempt, got)
		}
	}
	for _, attempt := range []int{9, 50, 1 << 40} {
		if got := chat.Backoff(attempt, 0); got < 5*time.Minute || got > 6*time.Minute+15*time.Second {
			t.Errorf("attempt %d waits %s", attempt, got)
		}
	}
	if got := chat.Backoff(1, time.Hour); got != time.Hour {
		t.Errorf("asked to wait an hour, it waits %s", got)
	}
}

func TestAnErrorOfAnotherKindIsUnsure(t *testing.T) {
	lost := &chat.SendError{Outcome: chat.Lost, Code: "message_not_found"}
	if got := chat.AsSendError(fmt.Errorf("update: %w", lost)); got != lost {
		t.Errorf("got %v", got)
	}
	if got := chat.AsSendError(errors.New("?")); got.Outcome != chat.Unsure {
		t.Errorf("got %v", got)
	}
}
