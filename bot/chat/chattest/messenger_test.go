package chattest_test

import (
	"context"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
)

var (
	_ chat.Messenger = (*chattest.Messenger)(nil)
	_ chat.Finder    = (*chattest.Messenger)(nil)
	_ chat.Uploader  = (*chattest.Messenger)(nil)
	_ chat.Directory = (*chattest.Messenger)(nil)
)

func TestMessengerKeepsEveryVersionOfAMessage(t *testing.T) {
	var m chattest.Messenger
	to := chat.Address{Platform: "slack", To: "U1"}
	ref, err := m.Send(t.Context(), to, chat.Card{Summary: "one", Delivery: "d1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Update(t.Context(), to, ref, chat.Card{Summary: "two"}); err != nil {
		t.Fatal(err)
	}
	got := m.SentTo("U1")
	if len(got) != 1 || len(got[0].Versions) != 2 || got[0].Card.Summary != "two" || got[0].Delivery != "d1" {
		t.Errorf("got %+v", got)
	}
	err = m.Update(t.Context(), to, "m9", chat.Card{})
	if chat.AsSendError(err).Outcome != chat.Lost {
		t.Errorf("an unknown message: %v", err)
	}
}

func TestMessengerFindsWhatArrivedThoughTheAnswerWasLost(t *testing.T) {
	m := chattest.Messenger{Cut: func(chat.Address, chat.Card) bool { return true }}
	to := chat.Address{Platform: "slack", To: "U1"}
	before := time.Now()
	_, err := m.Send(t.Context(), to, chat.Card{Delivery: "d1"})
	if chat.AsSendError(err).Outcome != chat.Unsure {
		t.Fatalf("got %v", err)
	}
	if _, found, _ := m.Find(t.Context(), to, "d1", before); !found {
		t.Error("the message arrived and was not found")
	}
	if _, found, _ := m.Find(t.Context(), to, "d2", before); found {
		t.Error("found what was never sent")
	}
}

func TestMessengerFailsAsTold(t *testing.T) {
	m := chattest.Messenger{Fail: func(to chat.Address, _ chat.Card) error {
		if to.To == "gone" {
			return &chat.SendError{Outcome: chat.Unreachable, Code: "user_disabled"}
		}
		return nil
	}}
	if _, err := m.Send(context.Background(), chat.Address{To: "gone"}, chat.Card{}); err == nil {
		t.Error("no error")
	}
	if _, err := m.Send(context.Background(), chat.Address{To: "here"}, chat.Card{}); err != nil {
		t.Error(err)
	}
	if m.Refused() != 1 || len(m.Sent()) != 1 {
		t.Errorf("refused %d, sent %d", m.Refused(), len(m.Sent()))
	}
}
