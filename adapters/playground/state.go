package playground

import (
	"hash/fnv"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"ismsbot/bot/voice"
)

// state is what the page needs to draw itself for one person.
type state struct {
	As       string            `json:"as"`
	Language string            `json:"language"`
	Words    map[string]string `json:"words"`
	People   []personView      `json:"people"`
	Channels []string          `json:"channels"`
	Stops    []stopView        `json:"stops"`
	Commands []Completion      `json:"commands"`
	CanHop   bool              `json:"canTravel"`
	CanLook  bool              `json:"canLook"`
	Media    string            `json:"media"`
}

type personView struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Initials string `json:"initials"`
	Hue      int    `json:"hue"`
	Zone     string `json:"zone"`
	Language string `json:"language"`
}

type stopView struct {
	Label string    `json:"label"`
	At    time.Time `json:"at"`
	Open  bool      `json:"open,omitempty"`
}

// words are the page's own, all under "playground." in the catalogue.
var words = []string{
	"channels", "messages", "home", "home_empty", "only_you", "you", "bot", "empty", "empty_channel",
	"placeholder", "message_to", "send", "suggestions", "skip", "switch", "unread", "travelling", "stop",
	"jump", "travel_failed", "cards", "offline", "download", "new_below", "message_menu", "report_message",
	"look", "look_note", "look_payload", "look_close",
}

func (p *Playground) getState(w http.ResponseWriter, r *http.Request) {
	people, err := p.People(r.Context())
	if err != nil {
		p.fault(w, "who is there", err)
		return
	}
	out := state{
		As: r.URL.Query().Get("as"), People: []personView{}, Channels: p.room.channels(), Stops: []stopView{},
		Commands: []Completion{}, Words: map[string]string{}, CanHop: p.Travel != nil, CanLook: len(p.Renderers) > 0, Media: p.Media,
	}
	var me Persona
	for i, who := range people {
		if i == 0 || who.Account.ID == out.As {
			me = who
		}
		out.People = append(out.People, viewPerson(who))
	}
	out.As = me.Account.ID
	say := voice.For(me.Language)
	out.Language = say.Language()
	for _, key := range words {
		out.Words[key] = say.Say("playground." + key)
	}
	if p.Commands != nil {
		out.Commands = append(out.Commands, p.Commands(r.Context(), me.Account)...)
	}
	if p.Stops != nil {
		stops, err := p.Stops(r.Context())
		if err != nil {
			p.fault(w, "where one can jump to", err)
			return
		}
		for _, s := range stops {
			out.Stops = append(out.Stops, stopView{clean(s.Label, maxLabel), s.At.UTC(), s.Open})
		}
	}
	writeJSON(w, http.StatusOK, out)
}

func viewPerson(who Persona) personView {
	h := fnv.New32a()
	_, _ = h.Write([]byte(who.Account.ID)) // a hash never fails
	return personView{
		ID: who.Account.ID, Name: clean(who.Name, maxLabel), Role: clean(who.Role, maxLabel),
		Initials: initials(who.Name), Hue: int(h.Sum32() % 8), Zone: who.Zone, Language: who.Language,
	}
}

// initials are the first letters of the first and the last name.
func initials(name string) string {
	words := strings.Fields(clean(name, maxLabel))
	if len(words) > 2 {
		words = []string{words[0], words[len(words)-1]}
	}
	var out strings.Builder
	for _, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		out.WriteString(strings.ToUpper(string(first)))
	}
	return out.String()
}
