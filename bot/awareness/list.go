package awareness

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// maxListName is how long a list's name may be, in characters.
const maxListName = 60

// audience reads a rule, in which lists that are kept may stand.
func (w *writing) audience(rule string) (isms.Audience, *isms.Refusal) {
	names, err := listNames(w.Tx)
	if err != nil {
		w.fault = err
	}
	a, r := isms.ParseAudience(rule, w.People, names)
	for _, n := range a.Asks() {
		if b, err := w.Tx.Broadcast(n); err != nil {
			w.fault = err
		} else if b == nil {
			return isms.Audience{}, isms.Refuse(isms.NotFound, "refuse.not_found", "id", isms.MessageID(n))
		}
	}
	return a, r
}

// listNames are those of all that are kept.
func listNames(tx *storage.Tx) ([]string, error) {
	all, err := tx.Lists()
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = l.Name
	}
	return names, err
}

// listed is who is on each of the lists that a rule names.
func listed(tx *storage.Tx, a isms.Audience) (map[string]map[isms.PersonID]bool, error) {
	out := map[string]map[isms.PersonID]bool{}
	for _, g := range slices.Concat(a.Groups, a.Except) {
		if g.Kind != isms.OfList {
			continue
		}
		l, err := tx.List(g.Value)
		if err != nil {
			return nil, err
		}
		on := map[isms.PersonID]bool{}
		if l != nil {
			for _, id := range l.People {
				on[id] = true
			}
		}
		out[strings.ToLower(g.Value)] = on
	}
	return out, nil
}

// list shows the lists, one of them, or changes one: "NAME = PEOPLE", "NAME +
// PEOPLE", "NAME - PEOPLE".
func list(c *desk.Call) (chat.Reply, error) {
	name, sign, words := listLine(c.Line.Text)
	if name == "" && sign == "" {
		return lists(c)
	}
	l, err := c.Tx.List(name)
	if err != nil {
		return chat.Reply{}, err
	}
	if sign == "" || l == nil && (sign != "=" || words == "") {
		if l == nil {
			return chat.Reply{}, isms.Refuse(isms.NotFound, "refuse.list", "words", desk.Brief(name, 40))
		}
		return oneList(c, l, ""), nil
	}
	if name == "" || utf8.RuneCountInString(name) > maxListName || strings.ContainsAny(name, ",;:|=+") {
		return chat.Reply{}, isms.Refuse(isms.Invalid, "refuse.list_name", "most", maxListName)
	}
	if l == nil {
		if err := readsBack(c, name); err != nil {
			return chat.Reply{}, err
		}
	}
	people, err := named(c, words)
	if err != nil {
		return chat.Reply{}, err
	}
	return keepList(c, l, name, sign, people)
}

// readsBack refuses a new name that would mean somebody else in a rule: "Wardens
// except Finance", or one that reads like that of another list.
func readsBack(c *desk.Call, name string) error {
	names, err := listNames(c.Tx)
	if err != nil {
		return err
	}
	a, r := isms.ParseAudience("list "+name, c.People, append(names, name))
	if r != nil || len(a.Except) > 0 || !slices.Equal(a.Groups, []isms.Group{{Kind: isms.OfList, Value: name}}) {
		return isms.Refuse(isms.Invalid, "refuse.list_name", "most", maxListName)
	}
	return nil
}

// listLine takes the line apart; there is no sign where nothing is changed.
func listLine(line string) (name, sign, words string) {
	at, width := len(line), 0
	for _, s := range []string{"=", " + ", " - "} {
		if i := strings.Index(line, s); i >= 0 && i < at {
			at, width, sign = i, len(s), strings.TrimSpace(s)
		}
	}
	return strings.Join(strings.Fields(line[:at]), " "), sign, strings.TrimSpace(line[min(at+width, len(line)):])
}

func keepList(c *desk.Call, l *storage.List, name, sign string, people []isms.PersonID) (chat.Reply, error) {
	fresh := &storage.List{Name: name, People: people, By: c.ID, At: c.Now}
	switch sign {
	case "+":
		fresh.Name, fresh.People = l.Name, append(slices.Clone(l.People), people...)
	case "-":
		fresh.Name, fresh.People = l.Name, slices.DeleteFunc(slices.Clone(l.People), func(id isms.PersonID) bool { return slices.Contains(people, id) })
	}
	slices.Sort(fresh.People)
	fresh.People = slices.Compact(fresh.People)
	if err := c.Tx.SaveList(fresh); err != nil {
		return chat.Reply{}, err
	}
	hash, err := c.Text(fresh.Name)
	if err != nil {
		return chat.Reply{}, err
	}
	sum := sha256.Sum256([]byte(fmt.Sprint(fresh.People)))
	if err := c.Tx.Journal(c.Now, "list.changed", map[string]any{"by": c.ID, "list": hash, "people": hex.EncodeToString(sum[:]), "count": len(fresh.People)}); err != nil {
		return chat.Reply{}, err
	}
	if len(fresh.People) == 0 {
		return c.Sentence("list.gone", "list", fresh.Name), nil
	}
	return oneList(c, fresh, c.Say("list.kept")), nil
}

// oneList names who is on it, apart from those who have left.
func oneList(c *desk.Call, l *storage.List, done string) chat.Reply {
	const most = 60
	here := present(c, l)
	var names []string
	for _, id := range here[:min(most, len(here))] {
		names = append(names, c.NameOf(id))
	}
	head := c.Count("list.head", len(here), "list", l.Name)
	text := strings.Join(names, ", ")
	if len(here) > most {
		text += " " + c.Count("card.more", len(here)-most)
	}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}, chat.Text{Text: text}}}
	if done != "" {
		card.Blocks = append(card.Blocks, chat.Text{Text: done})
	}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quiet, Text: c.Say("list.use", "list", l.Name)})
	return chat.Reply{Card: card}
}

// lists shows all of them.
func lists(c *desk.Call) (chat.Reply, error) {
	all, err := c.Tx.Lists()
	if err != nil {
		return chat.Reply{}, err
	}
	head := c.Count("list.all", len(all))
	if len(all) == 0 {
		head = c.Say("list.none")
	}
	card := &chat.Card{Summary: head, Blocks: []chat.Block{chat.Text{Style: chat.Title, Text: head}}}
	const most = 20
	rows := chat.List{More: max(0, len(all)-most)}
	for _, l := range all[:min(most, len(all))] {
		rows.Rows = append(rows.Rows, chat.Row{Title: l.Name, When: c.Count("list.people", len(present(c, l))),
			Menu: []chat.Button{{Label: c.Say("button.open"), Spoken: c.Say("list.open", "list", l.Name), Command: "list " + l.Name}}})
	}
	if len(rows.Rows) > 0 {
		card.Blocks = append(card.Blocks, rows)
	}
	card.Blocks = append(card.Blocks, chat.Text{Style: chat.Quiet, Text: c.Say("list.typed")})
	return chat.Reply{Card: card}, nil
}

// present are those on it who have not left.
func present(c *desk.Call, l *storage.List) []isms.PersonID {
	return slices.DeleteFunc(slices.Clone(l.People), func(id isms.PersonID) bool { return c.Present(id) == nil })
}

// listOptions are the lists in the form's menu, and the sites where the people
// file tells them.
func listOptions(c *desk.Call) ([]chat.Option, error) {
	const most = 15 // of each: a platform's menu has a hundred places
	all, err := c.Tx.Lists()
	if err != nil {
		return nil, err
	}
	var out []chat.Option
	for _, l := range all[:min(most, len(all))] {
		out = append(out, chat.Option{Label: c.Say("audience.list", "list", l.Name), Value: string(isms.OfList) + ":" + l.Name})
	}
	seen := map[string]bool{}
	for _, p := range c.People.All() {
		if p.Site != "" && !p.Left {
			seen[p.Site] = true
		}
	}
	sites := slices.Sorted(maps.Keys(seen))
	for _, s := range sites[:min(most, len(sites))] {
		out = append(out, chat.Option{Label: c.Say("audience.site", "site", s), Value: string(isms.OfSite) + ":" + s})
	}
	return out, nil
}
