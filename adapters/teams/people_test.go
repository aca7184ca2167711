package teams_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"ismsbot/adapters/teams"
	"ismsbot/adapters/teams/teamsfake"
	"ismsbot/bot/chat"
)

func TestWhoHasInstalledTheAppIsWrittenToInTheirChat(t *testing.T) {
	x := open(t, nil)
	for range 3 { // as a client does at each start
		must(t)(x.Install(lena))
	}
	if n := len(x.news()); n == 0 || x.news()[0].Account != (chat.Account{Platform: "teams", ID: lena}) || x.news()[0].Trouble != "" {
		t.Errorf("news: %+v", x.news())
	}
	x.send(t, lena, reminder())
	x.send(t, lena, reminder())
	if n := x.Calls("create"); n != 0 || len(x.To(lena)) != 2 {
		t.Errorf("%d chats were opened, %d messages arrived", n, len(x.To(lena)))
	}
	must(t)(x.Uninstall(lena))
	news := x.news()
	if last := news[len(news)-1]; last.Trouble != "uninstalled" || last.Account.ID != lena {
		t.Errorf("news: %+v", news)
	}
	must(t)(x.Install(lena))
	if again := x.news(); len(again) == len(news) || again[len(again)-1].Trouble != "" {
		t.Errorf("news of coming back: %+v", again)
	}
	x.sound(t)
}

func TestZoneAndLanguageAreToldToABotThatMayNotHaveKnownWhoseTheyAre(t *testing.T) {
	x := open(t, nil)
	must(t)(x.Say(priya, "todo"))
	must(t)(x.Say(priya, "todo")) // meanwhile somebody has named Priya's account
	if n := x.news(); len(n) != 2 || n[1].Zone != "Europe/Berlin" || n[1].Language != "en-IE" {
		t.Errorf("news: %+v", n)
	}
	u, _ := x.Person(priya)
	u.Zone = "America/New_York"
	x.SetUser(u)
	must(t)(x.Mention(priya, isms, "todo"))
	if n := x.news(); len(n) != 3 || n[2].Zone != "America/New_York" {
		t.Errorf("news: %+v", n)
	}
	a := x.Activity(priya, "message")
	a["text"], a["entities"] = "todo", []any{map[string]any{"type": "clientInfo", "timezone": strings.Repeat("z", 1<<16), "locale": strings.Repeat("l", 1<<16)}}
	if status, _, err := x.Post(a, x.Token(nil)); status != 200 || err != nil {
		t.Fatal(status, err)
	}
	if n := x.news(); len(n) != 4 || n[3].Zone != "America/New_York" || n[3].Language != "en-IE" {
		t.Errorf("%d times news", len(n))
	}
	must(t)(x.Uninstall(priya))
	u.Zone = "Asia/Tokyo"
	x.SetUser(u)
	must(t)(x.Mention(priya, isms, "todo")) // which is no sign that they can be written to
	if n := x.news(); len(n) != 5 || n[4].Trouble != "uninstalled" {
		t.Errorf("news: %+v", n)
	}
}

func TestTheChatWithSomebodyIsOpenedOnce(t *testing.T) {
	x := open(t, nil)
	for range 3 {
		x.send(t, priya, reminder())
	}
	if n := x.Calls("create"); n != 1 || len(x.To(priya)) != 3 {
		t.Errorf("%d chats were opened, %d messages arrived", n, len(x.To(priya)))
	}
	x.Fail(teamsfake.Fault{Op: "send", Status: 404, Code: "ConversationNotFound"})
	x.send(t, priya, reminder())
	if n := x.Calls("create"); n != 2 || len(x.To(priya)) != 4 {
		t.Errorf("%d chats were opened, %d messages arrived", n, len(x.To(priya)))
	}
	x.Fail(teamsfake.Fault{Op: "send", Status: 404, Code: "ConversationNotFound", Times: 2})
	_, err := x.teams.Send(t.Context(), to(priya), reminder())
	if failed := chat.AsSendError(err); err == nil || failed.Outcome != chat.Unreachable || x.Calls("create") != 3 {
		t.Errorf("%v, %d chats were opened", err, x.Calls("create"))
	}
	x.sound(t)
}

func TestAChatThatMayHaveBeenOpenedHoldsNoMessageYet(t *testing.T) {
	x := open(t, nil)
	for _, fault := range []teamsfake.Fault{{Op: "create", Cut: true, Accept: true}, {Op: "create", Status: 502, Body: "<html>"}} {
		x.Fail(fault)
		if _, err := x.teams.Send(t.Context(), to(priya), reminder()); err == nil || chat.AsSendError(err).Outcome != chat.Retry {
			t.Errorf("%+v: %v", fault, err)
		}
	}
}

func TestTheAppIsInstalledForWhoeverIsWrittenTo(t *testing.T) {
	want := func(c *teams.Config, _ *teamsfake.Options) { c.InstallForUsers = true }
	x := open(t, nil, want)
	x.send(t, lena, reminder())
	if !x.Installed(lena) || len(x.To(lena)) != 1 || x.Calls("graph") != 2 {
		t.Errorf("installed %v, %d messages, %d calls of Graph", x.Installed(lena), len(x.To(lena)), x.Calls("graph"))
	}
	x = open(t, nil, want)
	must(t)(x.Install(jon)) // tells the app's id in the catalogue
	x.send(t, lena, reminder())
	if n := x.Calls("graph"); n != 1 || len(x.To(lena)) != 1 {
		t.Errorf("%d calls of Graph", n)
	}
	for name, fault := range map[string]teamsfake.Fault{
		"without the permission": {Op: "graph", Status: http.StatusForbidden, Code: "Forbidden", Times: 2},
		"without the app":        {Op: "graph", Status: 200, Body: `{"value":[]}`, Times: 1},
	} {
		x = open(t, nil, want)
		x.Fail(fault)
		_, err := x.teams.Send(t.Context(), to(lena), reminder())
		if failed := chat.AsSendError(err); err == nil || failed.Outcome != chat.Unreachable {
			t.Errorf("%s: %v", name, err)
		}
		x.send(t, jon, reminder()) // nobody else is held up
		if err := x.teams.Ready(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestNobodyIsReachedWhoHasNotGotTheApp(t *testing.T) {
	x := open(t, nil)
	_, err := x.teams.Send(t.Context(), to(lena), reminder())
	if failed := chat.AsSendError(err); err == nil || failed.Outcome != chat.Unreachable || failed.Code != "BotNotInConversationRoster" {
		t.Errorf("%v", err)
	}
	if n := x.Calls("graph"); n != 0 {
		t.Errorf("%d calls of Graph", n)
	}
}

func TestAFileIsHandedOverWithConsent(t *testing.T) {
	file := chat.File{Name: "overdue.xlsx", Type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Data: []byte("PK and the rest")}
	x := open(t, func(in chat.Invocation) (chat.Reply, error) { return chat.Reply{File: &file}, nil })
	a := must(t)(x.Say(priya, "overdue excel"))
	if len(a.Messages) != 1 || len(x.Files()) != 0 {
		t.Fatalf("offered: %+v", a.Messages)
	}
	must(t)(x.Accept(priya, a.Messages[0]))
	if got := x.Files(); len(got) != 1 || got[0].Name != "overdue.xlsx" || string(got[0].Data) != string(file.Data) || got[0].User != priya {
		t.Errorf("files: %+v", got)
	}
	all := x.invocations()
	if len(all) != 2 || all[1].Text != "overdue excel" || all[1].From.ID != priya {
		t.Errorf("invocations: %+v", all)
	}
	stolen := x.Activity(jon, "invoke") // a consent of Priya's, accepted by Jon
	stolen["name"], stolen["value"] = "fileConsent/invoke", map[string]any{"action": "accept",
		"context":    a.Messages[0].Activity["attachments"].([]any)[0].(map[string]any)["content"].(map[string]any)["acceptContext"],
		"uploadInfo": map[string]any{"uploadUrl": x.ServiceURL() + "/upload/x", "name": "overdue.xlsx"}}
	if status, _, err := x.Post(stolen, x.Token(nil)); status != 200 || err != nil {
		t.Error(status, err)
	}
	must(t)(x.Decline(priya, a.Messages[0]))
	if n := len(x.Files()); n != 1 || len(x.invocations()) != 2 {
		t.Errorf("%d files", n)
	}
	x.sound(t)
}

func TestAConsentShowsNothingToOthersAndLeadsNowhereElse(t *testing.T) {
	x := open(t, func(in chat.Invocation) (chat.Reply, error) {
		return chat.Reply{File: &chat.File{Name: "overdue.xlsx", Data: []byte("PK")}}, nil
	})
	must(t)(x.AddToChannel(isms))
	offered := must(t)(x.Say(priya, "overdue excel")).Messages[0]
	context := offered.Activity["attachments"].([]any)[0].(map[string]any)["content"].(map[string]any)["acceptContext"]
	for name, at := range map[string]struct{ conversation, kind, content string }{
		"in a channel":    {isms, "channel", x.LoginURL() + "/files/x"},
		"on another host": {offered.Conversation, "personal", "https://evil.example/overdue.xlsx"},
	} {
		a := x.Activity(priya, "invoke") // by a client of their own
		a["conversation"].(map[string]any)["id"], a["conversation"].(map[string]any)["conversationType"] = at.conversation, at.kind
		a["name"], a["value"] = "fileConsent/invoke", map[string]any{"action": "accept", "context": context,
			"uploadInfo": map[string]any{"uploadUrl": x.LoginURL() + "/upload/x", "contentUrl": at.content, "name": "Pay rise.xlsx", "uniqueId": "1", "fileType": "xlsx"}}
		x.Fail(teamsfake.Fault{Op: "upload", Status: 201, Body: "{}"})
		if status, _, err := x.Post(a, x.Token(nil)); status != 200 || err != nil {
			t.Error(status, err)
		}
		if m, shown := x.Await(priya, 300*time.Millisecond, func(m teamsfake.Message) bool { return strings.Contains(string(asJSON(t, m.Activity)), "Pay rise") }); shown {
			t.Errorf("%s: %+v", name, m.Activity)
		}
		x.Heal()
	}
	if all := x.In(isms); len(all) != 0 {
		t.Errorf("everybody reads %+v", all)
	}
}
