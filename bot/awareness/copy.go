package awareness

import (
	"slices"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// reached counts the people by the platform on which each gets it; "" are those
// whom no chat reaches. Nil where there is one platform only.
func reached(c *desk.Call, people []isms.PersonID) (map[string]int, error) {
	if len(c.Office.Messengers) < 2 || len(people) == 0 {
		return nil, nil
	}
	to, err := c.Office.Addresses(c.Tx, slices.Min(people), slices.Max(people))
	if err != nil {
		return nil, err
	}
	on := map[string]int{}
	for _, id := range people {
		on[to[id].Platform]++
	}
	return on, nil
}

// whereWords are the platforms with how many people each, the most first.
func whereWords(r desk.Reader, on map[string]int) string {
	var out []string
	for _, platform := range byCount(on) {
		out = append(out, r.PlatformName(platform)+" "+strconv.Itoa(on[platform]))
	}
	if n := on[""]; n > 0 {
		out = append(out, r.Say("preview.without", "count", n))
	}
	return strings.Join(out, ", ")
}

// byCount are the platforms, the one with the most people first.
func byCount(on map[string]int) []string {
	var all []string
	for platform := range on {
		if platform != "" {
			all = append(all, platform)
		}
	}
	slices.SortFunc(all, func(a, b string) int {
		if on[a] != on[b] {
			return on[b] - on[a]
		}
		return strings.Compare(a, b)
	})
	return all
}

// copyButtons are those that send the asker the message itself, wherever they
// can get one, and what they can do where they cannot and others read it.
func copyButtons(c *desk.Call, b *storage.Sendout, on map[string]int) (buttons []chat.Button, hint string, err error) {
	mine, err := platforms(c)
	if err != nil {
		return nil, "", err
	}
	key := "button.msg_copy"
	if len(c.Office.Messengers) > 1 {
		key = "button.msg_copy_on"
	}
	for _, platform := range mine {
		buttons = append(buttons, button(c.Reader, b, key, "preview"+id(b)+" "+platform, "platform", c.PlatformName(platform)))
	}
	var others []string
	for _, platform := range byCount(on) {
		if !slices.Contains(mine, platform) {
			others = append(others, platform)
		}
	}
	if len(others) > 0 {
		hint = c.Say("preview.elsewhere", "platforms", c.PlatformNames(others))
	}
	return buttons, hint, nil
}

// platforms are those on which the asker can be sent something, by name.
func platforms(c *desk.Call) ([]string, error) {
	accounts, err := c.Tx.Accounts(c.ID)
	var out []string
	for _, a := range accounts {
		if c.Office.Messengers[a.Platform] != nil && a.Trouble == "" {
			out = append(out, a.Platform)
		}
	}
	slices.Sort(out)
	return slices.Compact(out), err
}

// previewOn sends the asker a draft as a message of its own, exactly as its
// readers will get it on that platform; without one it shows the preview again.
func previewOn(c *desk.Call) (chat.Reply, error) {
	b, platform, err := steered(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if b.State != isms.Draft {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.broadcast_sent", "id", isms.MessageID(b.ID))
	}
	if platform == "" {
		return preview(c, b)
	}
	mine, err := platforms(c)
	if err != nil {
		return chat.Reply{}, err
	}
	if !slices.Contains(mine, platform) {
		return chat.Reply{}, isms.Refuse(isms.Conflict, "refuse.preview_on", "words", desk.Brief(platform, 30))
	}
	_, err = c.Enqueue(desk.Post{Key: c.Key("broadcast/copy"), Class: desk.Answer, To: c.Person, On: platform, What: desk.View("awareness/"+viewCopy, about{Broadcast: b.ID})})
	return c.Sentence("preview.copied", "platform", c.PlatformName(platform), "title", b.Title, "id", isms.MessageID(b.ID)), err
}

// drawCopy is the message as nobody in particular gets it.
func drawCopy(tx *storage.Tx, r desk.Reader, b *storage.Sendout) (*chat.Card, error) {
	p, err := newPoster(tx, r, b, b.Version, b.Edition, nil, "")
	if err != nil || p == nil {
		return nil, err
	}
	return p.card(), nil
}
