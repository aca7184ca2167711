package teamsfake_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/teams/teamsfake"
)

func personal(member string) object {
	return object{"members": []any{object{"id": member}}, "tenantId": "11111111-1111-1111-1111-111111111111", "isGroup": false}
}

func TestAPersonIsReachedWhileTheyHaveTheApp(t *testing.T) {
	b := start(t, options())
	if code := b.refused(403, "POST", "", personal(priya)); code != "BotNotInConversationRoster" {
		t.Errorf("code %q", code)
	}
	if _, err := b.Install(priya); err != nil {
		t.Fatal(err)
	}
	if b.heads != 1 || len(b.seen) != 2 || b.seen[0]["action"] != "add" || at(b.seen[1], "channelData", "app", "id") != b.CatalogID() {
		t.Errorf("HEAD %d times, then %v", b.heads, b.seen)
	}
	chat := b.must("POST", "", personal(priya))
	if again := b.must("POST", "", personal("29:1-priya")); again != chat || chat != b.Chat(priya) {
		t.Errorf("conversations %q and %q", chat, again)
	}
	id := b.must("POST", esc(chat)+"/activities", text("hello"))
	b.must("PUT", esc(chat)+"/activities"+esc(id), text("hello again"))
	reply := b.must("POST", esc(chat)+"/activities"+esc(id), text("and more"))
	got := b.To(priya)
	if len(got) != 2 || got[0].Plain() != "hello again" || len(got[0].Versions) != 2 || got[1].ID != reply || got[1].ReplyTo != id {
		t.Errorf("messages: %+v", got)
	}
	b.must("DELETE", esc(chat)+"/activities"+esc(id), nil)
	if _, there := b.Message(chat, id); there || len(b.Messages()) != 1 {
		t.Error("it was not deleted")
	}
	if code := b.refused(404, "PUT", esc(chat)+"/activities"+esc(id), text("x")); code != "ActivityNotFoundInConversation" {
		t.Errorf("code %q", code)
	}
	if _, err := b.Uninstall(priya); err != nil {
		t.Fatal(err)
	}
	if a := b.last(); a["type"] != "installationUpdate" || a["action"] != "remove" {
		t.Errorf("the bot heard %v", a)
	}
	if code := b.refused(403, "POST", esc(chat)+"/activities", text("x")); code != "ConversationBlockedByUser" {
		t.Errorf("code %q", code)
	}
	if code := b.refused(404, "POST", esc("a:nobody")+"/activities", text("x")); code != "ConversationNotFound" {
		t.Errorf("code %q", code)
	}
	b.healthy()
}

func TestAThreadInAChannel(t *testing.T) {
	b := start(t, options())
	id := b.must("POST", "", object{
		"isGroup": true, "channelData": object{"channel": object{"id": isms}}, "activity": text("the programme"),
	})
	if !strings.HasPrefix(id, isms+";messageid=") {
		t.Fatalf("conversation %q", id)
	}
	more := b.must("POST", esc(id)+"/activities", text("more"))
	b.must("PUT", esc(id)+"/activities"+esc(more), text("even more"))
	_, first, _ := strings.Cut(id, ";messageid=")
	b.must("PUT", esc(isms)+"/activities"+esc(first), text("the whole programme"))
	if got := b.In(isms); len(got) != 2 || got[0].Plain() != "the whole programme" || got[1].Plain() != "even more" {
		t.Errorf("messages: %+v", got)
	}
	if _, err := b.RemoveFromChannel(isms); err != nil {
		t.Fatal(err)
	}
	if code := b.refused(403, "POST", esc(id)+"/activities", text("x")); code != "BotNotInConversationRoster" {
		t.Errorf("code %q", code)
	}
	if _, err := b.AddToChannel(isms); err != nil {
		t.Fatal(err)
	}
	if a := b.last(); a["type"] != "conversationUpdate" || at(a, "channelData", "eventType") != "teamMemberAdded" || at(a, "conversation", "id") != isms {
		t.Errorf("the bot heard %v", a)
	}
	b.must("POST", esc(isms)+"/activities", text("back"))
}

func TestATargetedMessageIsForOnePerson(t *testing.T) {
	b := start(t, options())
	hidden := text("yours alone")
	hidden["recipient"] = object{"id": "29:1-priya"}
	const targeted = "?isTargetedActivity=true"
	id := b.must("POST", esc(isms)+"/activities"+targeted, hidden)
	if len(b.In(isms)) != 0 || len(b.To(jon)) != 0 {
		t.Error("others see it")
	}
	if got := b.To(priya); len(got) != 1 || !got[0].Targeted || got[0].Conversation != isms {
		t.Errorf("messages: %+v", got)
	}
	b.refused(404, "PUT", esc(isms)+"/activities"+esc(id), text("x"))
	b.must("PUT", esc(isms)+"/activities"+esc(id)+targeted, text("still yours"))
	if b.Calls("targeted") != 2 || b.Calls("send") != 1 || b.Calls("update") != 2 {
		t.Error("calls are not counted")
	}
	b.healthy()
	b.refused(400, "POST", esc(isms)+"/activities"+targeted, text("whose?"))
	b.Fail(teamsfake.Fault{Op: "targeted", Status: 400, Code: "BadArgument"})
	b.refused(400, "POST", esc(isms)+"/activities"+targeted, hidden)
}

func TestMembers(t *testing.T) {
	b := start(t, options())
	b.Admit(priya)
	_, out, err := b.call("GET", esc("19:team@thread.tacv2")+"/members"+esc(jon), nil)
	if err != nil || out["id"] != "29:1-"+jon || out["userRole"] != "guest" || out["email"] != nil {
		t.Errorf("%v %v", out, err)
	}
	_, out, _ = b.call("GET", esc(b.Chat(priya))+"/members", nil)
	if all, _ := out["list"].([]any); len(all) != 1 {
		t.Errorf("members of a personal chat: %v", out)
	}
	if code := b.refused(404, "GET", esc(b.Chat(priya))+"/members"+esc(jon), nil); code != "MemberNotFoundInConversation" {
		t.Errorf("code %q", code)
	}
	_, out, _ = b.call("GET", esc(isms)+"/pagedmembers?pageSize=1", nil)
	_, next, _ := b.call("GET", esc(isms)+"/pagedmembers?pageSize=1&continuationToken="+out["continuationToken"].(string), nil)
	if one := next["members"].([]any)[0].(object); one["aadObjectId"] != jon || next["continuationToken"] != nil {
		t.Errorf("page 2: %v", next)
	}
}

func TestFaults(t *testing.T) {
	b := start(t, options())
	b.Admit(priya)
	to := esc(b.Chat(priya)) + "/activities"
	send := func(s string) (int, object, error) { return b.call("POST", to, text(s)) }
	for _, f := range []teamsfake.Fault{
		{Op: "send", Status: 429, Code: "Throttled", RetryAfter: "7", Times: 2},
		{Op: "send", Status: 502, Accept: true},
		{Op: "send", Cut: true},
		{Op: "send", Cut: true, Accept: true},
		{Op: "reply", Status: 500, Times: 9},
	} {
		b.Fail(f)
	}
	for range 2 {
		if status, out, _ := send("refused"); status != 429 || out["retry"] != "7" || at(out, "error", "code") != "Throttled" {
			t.Errorf("%d %v", status, out)
		}
	}
	if status, _, _ := send("kept, the answer lost"); status != 502 {
		t.Errorf("status %d", status)
	}
	if _, _, err := send("cut"); err == nil {
		t.Error("the connection was not cut")
	}
	if _, _, err := send("kept and cut"); err == nil {
		t.Error("the connection was not cut")
	}
	b.must("POST", to, text("fine"))
	var got []string
	for _, m := range b.To(priya) {
		got = append(got, m.Plain())
	}
	if want := "[kept, the answer lost kept and cut fine]"; fmt.Sprint(got) != want {
		t.Errorf("%v, expected %v", got, want)
	}
	b.Heal()
	b.must("POST", to+"/1", text("healed"))
}

func TestLimitsPerConversationAndTenant(t *testing.T) {
	o := options()
	o.Limits = true
	for i := range 60 {
		o.Users = append(o.Users, teamsfake.User{AAD: fmt.Sprintf("bbbbbbbb-0000-0000-0000-%012d", i), Name: "Somebody"})
	}
	b := start(t, o)
	token := b.token("https://api.botframework.com")
	send := func(aad string) (int, object) {
		status, out, err := b.callWith(token, "POST", b.ServiceURL()+"/v3/conversations"+esc(b.Chat(aad))+"/activities", text("x"))
		if err != nil {
			t.Error(err)
		}
		return status, out
	}
	b.Admit(priya)
	for i := range 9 {
		if status, out := send(priya); (status == 429) != (i >= 7) || i >= 7 && out["retry"] != "1" {
			t.Errorf("call %d: %d %v", i, status, out)
		}
	}
	time.Sleep(1010 * time.Millisecond)
	if status, _ := send(priya); status != 201 {
		t.Errorf("the eighth within 2 s: %d", status)
	}
	if status, _ := send(priya); status != 429 {
		t.Errorf("the ninth within 2 s: %d", status)
	}
	var mu sync.Mutex
	counts := map[int]int{}
	var wg sync.WaitGroup
	for _, u := range o.Users[2:] {
		b.Admit(u.AAD)
		wg.Go(func() {
			status, _ := send(u.AAD)
			mu.Lock()
			defer mu.Unlock()
			counts[status]++
		})
	}
	wg.Wait()
	if counts[201] > 50 || counts[201] < 40 || counts[429] != 60-counts[201] {
		t.Errorf("within a second: %v", counts)
	}
	if l := b.Limited(); l.Passed != 8+counts[201] || l.Refused != 3+counts[429] {
		t.Errorf("%+v", l)
	}
}

func TestWhatTeamsDoesNotTakeIsRefusedOrNoted(t *testing.T) {
	b := start(t, options())
	b.Admit(priya)
	to := esc(b.Chat(priya)) + "/activities"
	if code := b.refused(413, "POST", to, text(strings.Repeat("é", 51*1024))); code != "MessageSizeTooBig" {
		t.Errorf("code %q", code)
	}
	b.refused(400, "POST", to, object{"type": "message"})
	b.refused(400, "POST", "", object{"members": []any{object{"id": priya}}})
	both := carrying(adaptive([]any{block("x")}))
	both["text"] = "and a text"
	if id := b.must("POST", to, both); id != "" {
		t.Errorf("Teams gives a split message no id, this gave %q", id)
	}
	if got := b.Invalid(); len(got) != 4 {
		t.Errorf("noted: %q", got)
	}
}
