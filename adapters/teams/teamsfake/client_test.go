package teamsfake_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/adapters/teams/teamsfake"
)

// echo answers every message in its conversation, after the bot has answered
// the request.
func (b *bot) echo(a object) (int, any) {
	if a["type"] == "message" {
		conversation, _ := at(a, "conversation", "id").(string)
		go func() {
			time.Sleep(20 * time.Millisecond)
			b.must("POST", esc(conversation)+"/activities", text(fmt.Sprintf("you said %v", a["text"])))
		}()
	}
	return 200, nil
}

func TestAMessageIsAsTeamsSendsIt(t *testing.T) {
	b := start(t, options())
	b.on = b.echo
	got, err := b.Say(priya, "overdue")
	if err != nil || got.Status != 200 || got.Plain() != "you said overdue" {
		t.Fatalf("%+v %v", got, err)
	}
	a := b.last()
	for want, have := range map[string]any{
		"message": a["type"], "overdue": a["text"], "msteams": a["channelId"], "plain": a["textFormat"], "en-IN": a["locale"],
		"Asia/Kolkata": a["localTimezone"], "29:1-priya": at(a, "from", "id"), priya: at(a, "from", "aadObjectId"),
		"personal": at(a, "conversation", "conversationType"), "28:" + b.Options().AppID: at(a, "recipient", "id"),
		b.ServiceURL(): a["serviceUrl"], b.Options().TenantID: at(a, "conversation", "tenantId"), b.Chat(priya): at(a, "conversation", "id"),
	} {
		if have != want {
			t.Errorf("%v where %q was expected", have, want)
		}
	}
	info := a["entities"].([]any)[0].(object)
	if info["type"] != "clientInfo" || info["country"] != "IN" || info["timezone"] != "Asia/Kolkata" {
		t.Errorf("client: %v", info)
	}
	b.healthy()
}

func TestAMentionInAChannel(t *testing.T) {
	b := start(t, options())
	b.on = b.echo
	got, err := b.Mention(priya, isms, "isms overdue")
	if err != nil || len(got.Messages) != 1 {
		t.Fatalf("%+v %v", got, err)
	}
	a := b.last()
	id, _ := a["id"].(string)
	if a["text"] != "<at>ISMS Bot</at>isms overdue" || at(a, "conversation", "id") != isms+";messageid="+id || at(a, "channelData", "team", "id") != "19:team@thread.tacv2" {
		t.Errorf("the bot got %v", a)
	}
	if all := b.In(isms); len(all) != 1 || all[0].Conversation != isms+";messageid="+id {
		t.Errorf("%+v", all)
	}
	if _, err := b.MentionPeople(priya, isms, "delegate CA-1 @Jon Smith please", jon); err != nil {
		t.Fatal(err)
	}
	a = b.last()
	if a["text"] != "<at>ISMS Bot</at>delegate CA-1 <at>Jon Smith</at> please" || len(a["entities"].([]any)) != 3 {
		t.Errorf("the bot got %v %v", a["text"], a["entities"])
	}
	if _, err := b.Mention(priya, "19:nowhere@thread.tacv2", "x"); err == nil {
		t.Error("a channel that is not there")
	}
}

func TestASlashCommandIsPrivate(t *testing.T) {
	b := start(t, options())
	for _, where := range []string{isms, ""} {
		if _, err := b.Slash(priya, where, "overdue"); err != nil {
			t.Fatal(err)
		}
		if a := b.last(); at(a, "recipient", "isTargeted") != true || a["text"] != "overdue" {
			t.Errorf("the bot got %v", a)
		}
	}
}

func TestRedeliveryIsTheSameByteByByte(t *testing.T) {
	b := start(t, options())
	if _, _, err := b.Redeliver(); err == nil {
		t.Error("nothing was delivered yet")
	}
	if _, err := b.Say(priya, "todo"); err != nil {
		t.Fatal(err)
	}
	status, _, err := b.Redeliver()
	if err != nil || status != 200 || len(b.seen) != 2 {
		t.Fatal(status, err)
	}
	if !bytes.Equal(b.raw[0], b.raw[1]) {
		t.Errorf("%s\n%s", b.raw[0], b.raw[1])
	}
}

func TestEveryKindOfActivity(t *testing.T) {
	b := start(t, options())
	for _, kind := range []string{"message", "invoke", "installationUpdate", "conversationUpdate", "typing", "messageReaction", "endOfConversation", "event"} {
		a := b.Activity(priya, kind)
		a["extra"] = kind
		if status, _, err := b.Post(a, b.Token(nil)); err != nil || status != 200 || b.last()["extra"] != kind {
			t.Errorf("%s: %d %v", kind, status, err)
		}
	}
	if a := b.ActivityIn(priya, isms, "message"); at(a, "conversation", "conversationType") != "channel" {
		t.Errorf("in a channel: %v", a)
	}
	if _, _, err := b.Post([]byte(`{"type": `), b.Token(nil)); err != nil {
		t.Error(err)
	}
}

func TestAForeignerComesFromAnotherTenant(t *testing.T) {
	o := options()
	o.Users = append(o.Users, teamsfake.User{AAD: "cccccccc-0000-0000-0000-000000000001", Name: "Eve", Tenant: "99999999-9999-9999-9999-999999999999"})
	b := start(t, o)
	if _, err := b.Say("cccccccc-0000-0000-0000-000000000001", "todo"); err != nil {
		t.Fatal(err)
	}
	if a := b.last(); at(a, "conversation", "tenantId") != "99999999-9999-9999-9999-999999999999" || at(a, "channelData", "tenant", "id") != "99999999-9999-9999-9999-999999999999" {
		t.Errorf("the bot got %v", a)
	}
	if u, ok := b.Person(jon); !ok || u.ID != "29:1-"+jon || u.Zone == "" {
		t.Errorf("Jon: %+v", u)
	}
}

func TestAFileIsOfferedTakenAndPut(t *testing.T) {
	b := start(t, options())
	b.Admit(priya)
	data := []byte("evidence, all of it")
	b.on = func(a object) (int, any) {
		if a["name"] == "fileConsent/invoke" && at(a, "value", "action") == "accept" {
			to, _ := at(a, "value", "uploadInfo", "uploadUrl").(string)
			go func() {
				if status, err := put(to, data[8:], fmt.Sprintf("bytes 8-%d/%d", len(data)-1, len(data))); err != nil || status != 416 {
					t.Errorf("the second part first: %d %v", status, err)
				}
				for i, part := range [][]byte{data[:8], data[8:]} {
					status, err := put(to, part, fmt.Sprintf("bytes %d-%d/%d", i*8, i*8+len(part)-1, len(data)))
					if err != nil || status != 202-i {
						t.Errorf("part %d: %d %v", i, status, err)
					}
				}
			}()
		}
		return 200, nil
	}
	b.must("POST", esc(b.Chat(priya))+"/activities", object{"type": "message", "attachments": []any{object{
		"contentType": "application/vnd.microsoft.teams.card.file.consent", "name": "evidence.zip",
		"content": object{"description": "The pack", "sizeInBytes": len(data), "acceptContext": object{"id": 1}, "declineContext": object{"id": 2}},
	}}})
	offer := b.To(priya)[0]
	if !strings.Contains(offer.Plain(), "evidence.zip") {
		t.Errorf("the offer reads %q", offer.Plain())
	}
	if _, err := b.Decline(priya, offer); err != nil || at(b.last(), "value", "action") != "decline" {
		t.Errorf("%v %v", b.last(), err)
	}
	if _, err := b.Accept(priya, offer); err != nil {
		t.Fatal(err)
	}
	a := b.last()
	if at(a, "value", "context", "id") != 1.0 || at(a, "value", "uploadInfo", "fileType") != "zip" || a["replyToId"] != offer.ID {
		t.Errorf("the bot got %v", a)
	}
	if got := b.Files(); len(got) != 1 || got[0].User != priya || got[0].Name != "evidence.zip" || !bytes.Equal(got[0].Data, data) {
		t.Errorf("%+v", got)
	}
	if bad := b.Invalid(); len(bad) != 1 {
		t.Errorf("noted: %q", bad)
	}
	if status, _ := put(at(a, "value", "uploadInfo", "uploadUrl").(string), data, ""); status != 404 {
		t.Errorf("a used URL: %d", status)
	}
	if _, err := b.Accept(jon, offer); err == nil {
		t.Error("Jon took Priya's file")
	}
}

func TestManyPeopleAtOnce(t *testing.T) {
	o := options()
	for i := range 200 {
		o.Users = append(o.Users, teamsfake.User{AAD: fmt.Sprintf("bbbbbbbb-0000-0000-0000-%012d", i), Name: "Somebody"})
	}
	b := start(t, o)
	token := b.token("https://api.botframework.com")
	var wg sync.WaitGroup
	for _, u := range o.Users {
		b.Admit(u.AAD)
		wg.Go(func() {
			to := b.ServiceURL() + "/v3/conversations" + esc(b.Chat(u.AAD)) + "/activities"
			for i := range 5 {
				status, _, err := b.callWith(token, "POST", to, carrying(adaptive([]any{block(fmt.Sprint(i))})))
				if err != nil || status != 201 {
					t.Errorf("%d %v", status, err)
				}
			}
			if m, ok := b.Await(u.AAD, time.Second, func(m teamsfake.Message) bool { return m.Plain() == "4" }); !ok || m.To != u.AAD {
				t.Errorf("%s got %+v", u.AAD, b.To(u.AAD))
			}
		})
	}
	wg.Wait()
	if n := len(b.Messages()); n != 5*len(o.Users) {
		t.Errorf("%d messages", n)
	}
	if _, ok := b.Await(priya, 10*time.Millisecond, func(m teamsfake.Message) bool { return m.Plain() == "never" }); ok {
		t.Error("something came that was never sent")
	}
	b.healthy()
}
