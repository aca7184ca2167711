package teams

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"ismsbot/bot/chat"
)

// whereabouts is how a person, a channel or a group chat is reached. It is learned
// from proved activities alone, never from what somebody wrote.
type whereabouts struct {
	// Conversation is that of a person's chat with the bot, empty where there
	// was none yet; for a channel or a group chat the address is it.
	Conversation string `json:"conversation,omitempty"`
	Service      string `json:"service,omitempty"`
	Kind         string `json:"kind,omitempty"`   // personal, channel, groupChat
	Member       string `json:"member,omitempty"` // "29:…" of a person
	Name         string `json:"name,omitempty"`   // of a channel, with its team's
	Zone         string `json:"zone,omitempty"`
	Language     string `json:"language,omitempty"`
	// Targeted is set once the conversation has shown that the app's manifest
	// lets the bot answer one person alone there.
	Targeted bool   `json:"targeted,omitempty"`
	Person   string `json:"person,omitempty"` // whose a "29:…" is
}

func (t *Teams) load(ctx context.Context, address string) (whereabouts, error) {
	data, found, err := t.config.Store.Load(ctx, address)
	if err != nil {
		return whereabouts{}, fmt.Errorf("teams: read how %s is reached: %w", kindOf(address), err)
	}
	var p whereabouts
	if found && json.Unmarshal([]byte(data), &p) != nil {
		return whereabouts{}, nil // of a version that is gone: it is learned anew
	}
	return p, nil
}

func (t *Teams) save(ctx context.Context, address string, p whereabouts) error {
	data, err := json.Marshal(p)
	if err == nil {
		err = t.config.Store.Save(ctx, address, string(data))
	}
	if err != nil {
		return fmt.Errorf("teams: keep how %s is reached: %w", kindOf(address), err)
	}
	return nil
}

// kindOf names an address in an error, which must not name a person.
func kindOf(address string) string {
	if guid.MatchString(address) {
		return "a person"
	}
	return "a conversation"
}

// learn changes what is known of an address and reports whether anything was news.
func (t *Teams) learn(ctx context.Context, address string, change func(*whereabouts)) (news bool, before whereabouts, err error) {
	before, err = t.load(ctx, address)
	if err != nil {
		return false, before, err
	}
	after := before
	change(&after)
	if after == before {
		return false, before, nil
	}
	return true, before, t.save(ctx, address, after)
}

// remember keeps where a proved activity came from: the sender, and the
// conversation if others are in it. The bot is told of the sender each time,
// as only it knows what is news: whose the account is may be said later than
// its zone, and that it takes no messages may have been found out meanwhile.
func (t *Teams) remember(ctx context.Context, a *activity) error {
	if err := t.rememberConversation(ctx, a); err != nil {
		return err
	}
	who := account(a.From.AAD)
	if !guid.MatchString(who.ID) {
		return nil
	}
	zone, language := a.clientInfo()
	var now whereabouts
	news, before, err := t.learn(ctx, who.ID, func(p *whereabouts) {
		p.Kind, p.Service, p.Member = kindPersonal, a.ServiceURL, a.From.ID
		if a.personal() {
			p.Conversation = a.Conversation.ID
		}
		if zone != "" {
			p.Zone = zone
		}
		if language != "" {
			p.Language = language
		}
		now = *p
	})
	if err != nil {
		return err
	}
	if news && before.Member != a.From.ID {
		if err := t.save(ctx, a.From.ID, whereabouts{Person: who.ID}); err != nil {
			return err
		}
	}
	if now.Conversation == "" {
		return nil // they have been heard of, and may still not be reached
	}
	return t.tell(ctx, chat.Member{Account: who, Zone: now.Zone, Language: now.Language})
}

// tell brings the bot what is known of an account.
func (t *Teams) tell(ctx context.Context, m chat.Member) error {
	roster, ok := t.handler.(chat.Roster)
	if !ok {
		return nil
	}
	return roster.MemberChanged(ctx, m)
}

// rememberConversation keeps a channel or a group chat.
func (t *Teams) rememberConversation(ctx context.Context, a *activity) error {
	id := a.shared()
	if id == "" {
		return nil
	}
	_, _, err := t.learn(ctx, id, func(p *whereabouts) {
		p.Service, p.Kind = a.ServiceURL, a.Conversation.Kind
		p.Targeted = p.Targeted || a.Recipient.Targeted
		if name := a.channelName(); name != "" {
			p.Name = name
		}
	})
	return err
}

// shared is the channel or group chat in which it happened, without the thread;
// empty for a chat of two.
func (a *activity) shared() string {
	if a.personal() || a.Conversation.ID == "" {
		return ""
	}
	if a.ChannelData.Channel.ID != "" {
		return a.ChannelData.Channel.ID
	}
	id, _, _ := strings.Cut(a.Conversation.ID, ";")
	return id
}

// channelName is a channel's name as people say it, where the activity tells.
func (a *activity) channelName() string {
	team, channel := a.ChannelData.Team.Name, a.ChannelData.Channel.Name
	switch {
	case team != "" && channel != "":
		return team + ", " + channel
	case channel != "":
		return channel
	}
	return team
}
