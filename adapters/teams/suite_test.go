package teams_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
	"ismsbot/bot/chat/chattest"
)

func TestTeamsKeepsWhatEveryAdapterPromises(t *testing.T) {
	chattest.Run(t, func(t *testing.T, h chat.Handler) chattest.Peer {
		x := open(t, func(in chat.Invocation) (chat.Reply, error) { return h.Handle(t.Context(), in) })
		return chattest.Peer{
			Messenger: x.teams, Log: x.log.String,
			One:     chat.Account{Platform: teams.Platform, ID: priya},
			Other:   chat.Account{Platform: teams.Platform, ID: jon},
			Secrets: []string{x.Options().ClientSecret, x.Token(nil), "eyJ"},
			Say: func(from chat.Account, text string) (string, error) {
				a, err := x.Say(from.ID, text)
				return a.Plain(), err
			},
			Press: func(by chat.Account, on chat.MessageRef, command string) (string, error) {
				a, err := x.Press(by.ID, x.at(t, on), command)
				return a.Plain(), err
			},
			Read:  func(ref chat.MessageRef) string { return x.at(t, ref).Plain() },
			Again: func() error { _, _, err := x.Redeliver(); return err },
			Forge: func() (bool, error) {
				status, body, err := x.Post(x.Activity(priya, "message"), x.Unsigned(nil))
				return status == http.StatusUnauthorized && len(body) == 0, err
			},
			Own: func() error {
				own := x.Activity(priya, "message")
				own["from"] = map[string]any{"id": "28:" + x.Options().AppID, "name": "ISMS Bot", "role": "bot"}
				own["text"] = "todo"
				_, _, err := x.Post(own, x.Token(nil))
				return err
			},
			Limit: func(after time.Duration) {
				x.Fail(teamsfake.Fault{Op: "send", Status: http.StatusTooManyRequests, Code: "Throttled", RetryAfter: strconv.Itoa(int(after.Seconds()))})
			},
			Cut: func() { x.Fail(teamsfake.Fault{Op: "send", Accept: true, Cut: true}) },
		}
	})
}

func TestAnAnswerIsToTheAskerAlone(t *testing.T) {
	for name, c := range map[string]struct {
		say  func(*tenant) (teamsfake.Answer, error)
		kind string
	}{
		"in the chat of two":           {func(x *tenant) (teamsfake.Answer, error) { return x.Say(priya, "  /isms   show  CA-12 ") }, "personal"},
		"a slash command in a channel": {func(x *tenant) (teamsfake.Answer, error) { return x.Slash(priya, isms, "/isms show CA-12") }, "targeted"},
		"its short form":               {func(x *tenant) (teamsfake.Answer, error) { return x.Slash(priya, isms, "/show CA-12") }, "targeted"},
		"a mention in a channel":       {func(x *tenant) (teamsfake.Answer, error) { return x.Mention(priya, isms, "isms show CA-12") }, "personal"},
	} {
		t.Run(name, func(t *testing.T) {
			x := open(t, func(chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("Only for Priya")}, nil })
			a := must(t)(c.say(x))
			if len(a.Messages) != 1 || a.Messages[0].Plain() != "Only for Priya" || a.Messages[0].To != priya || a.Messages[0].Targeted != (c.kind == "targeted") {
				t.Errorf("shown: %+v", a.Messages)
			}
			if in := x.only(t); in.Text != "show CA-12" || in.Kind != chat.Typed || in.From.ID != priya || in.Zone != "Europe/Berlin" || in.Language != "en-IE" {
				t.Errorf("invocation: %+v", in)
			}
			if all := x.In(isms); len(all) != 0 {
				t.Errorf("everybody reads %q", all[0].Plain())
			}
			x.sound(t)
		})
	}
}

func TestAChannelThatHasShownItCanIsAnsweredThereForGood(t *testing.T) {
	x := open(t, func(chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("Only for Priya")}, nil })
	must(t)(x.Slash(jon, isms, "/isms todo"))
	a := must(t)(x.Mention(priya, isms, "overdue"))
	if len(a.Messages) != 1 || !a.Messages[0].Targeted || len(x.In(isms)) != 0 {
		t.Errorf("shown: %+v", a.Messages)
	}
	x.Fail(teamsfake.Fault{Op: "send", Status: http.StatusBadRequest, Code: "BadArgument"}) // it no longer can
	a = must(t)(x.Mention(priya, isms, "overdue"))
	if len(a.Messages) != 1 || a.Messages[0].Targeted || a.Messages[0].To != priya {
		t.Errorf("shown: %+v", a.Messages)
	}
	x.sound(t)
}

func TestSomebodyWithoutTheAppIsToldInTheChannelHowToGetIt(t *testing.T) {
	x := open(t, func(chat.Invocation) (chat.Reply, error) { return chat.Reply{Card: words("Secret of Lena")}, nil })
	a := must(t)(x.Mention(lena, isms, "overdue"))
	all := x.In(isms)
	if len(all) != 1 || !strings.Contains(all[0].Plain(), "add me for yourself") || strings.Contains(a.Plain(), "Secret") {
		t.Errorf("everybody reads %+v", all)
	}
}

func TestWordsAreReadAsTheyWereMeant(t *testing.T) {
	x := open(t, nil)
	must(t)(x.MentionPeople(priya, isms, " delegate CA-12 @Jon Reed please", jon))
	must(t)(x.Say(priya, "extend CA-12\u00a027 Mar &lt;b&gt; &amp; “so”"))
	must(t)(x.Mention(priya, isms, "&lt;at&gt;everyone&lt;/at&gt; todo"))
	must(t)(x.Say(priya, "isms"))
	for i, want := range []string{"delegate CA-12 <@" + jon + "> please", `extend CA-12 27 Mar <b> & "so"`, "<at>everyone</at> todo", ""} {
		if got := x.invocations()[i].Text; got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
	if x.invocations()[0].Where.To != isms || x.invocations()[0].Private || !x.invocations()[1].Private {
		t.Errorf("where: %+v", x.invocations())
	}
}

func TestAMentionThatNobodyKnowsStaysAName(t *testing.T) {
	x := open(t, nil)
	x.Fail(teamsfake.Fault{Op: "members", Status: http.StatusNotFound})
	must(t)(x.MentionPeople(priya, isms, "delegate CA-12 @Jon Reed", jon))
	if got := x.only(t).Text; got != "delegate CA-12 Jon Reed" {
		t.Errorf("%q", got)
	}
}

func TestManyMentionsDoNotHoldUpAnAnswer(t *testing.T) {
	x := open(t, nil)
	x.Fail(teamsfake.Fault{Op: "members", Accept: true, Delay: 700 * time.Millisecond, Times: 100})
	a := x.Activity(priya, "message")
	var text strings.Builder
	var entities []any
	for i := range 20 {
		name := "<at>" + strconv.Itoa(i) + "</at>"
		text.WriteString(name)
		entities = append(entities, map[string]any{"type": "mention", "text": name, "mentioned": map[string]any{"id": "29:nobody-" + strconv.Itoa(i), "name": strconv.Itoa(i)}})
	}
	a["text"], a["entities"] = text.String(), entities
	began := time.Now()
	if status, _, err := x.Post(a, x.Token(nil)); status != http.StatusOK || err != nil {
		t.Fatal(status, err)
	}
	if took := time.Since(began); took > 5*time.Second || !strings.HasSuffix(x.only(t).Text, "18 19") {
		t.Errorf("%v for %q", took, x.only(t).Text)
	}
}

func TestAMentionOverwritesNothing(t *testing.T) {
	x := open(t, nil)
	must(t)(x.Install(jon))
	x.mu.Lock()
	before := x.kept[jon]
	x.mu.Unlock()
	a := x.Activity(priya, "message")
	a["conversation"].(map[string]any)["id"], a["conversation"].(map[string]any)["conversationType"] = isms, "channel"
	a["text"], a["entities"] = "show <at>x</at>", []any{map[string]any{"type": "mention", "text": "<at>x</at>", "mentioned": map[string]any{"id": jon, "name": "x"}}}
	if status, _, err := x.Post(a, x.Token(nil)); status != http.StatusOK || err != nil {
		t.Fatal(status, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.kept[jon] != before {
		t.Errorf("how Jon is reached was %s and is %s", before, x.kept[jon])
	}
}
