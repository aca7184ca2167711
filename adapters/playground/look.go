package playground

import (
	"net/http"

	"ismsbot/bot/chat"
)

// look is one message as one platform gets it.
type look struct {
	Name    string `json:"name"`
	Payload any    `json:"payload,omitempty"`
	Error   string `json:"error,omitempty"`
}

// getLook gives a message as the other platforms would get it, for the page to
// draw from what they would be sent.
func (p *Playground) getLook(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	m, found := p.room.get(chat.MessageRef(q.Get("ref")))
	if !found || m.given == nil || !m.sees(q.Get("as")) {
		http.Error(w, "That message is no longer here.", http.StatusNotFound)
		return
	}
	out := []look{}
	for _, x := range p.Renderers {
		if x.Card == nil {
			continue
		}
		one := look{Name: x.Name}
		var err error
		if one.Payload, err = x.Card(*m.given); err != nil {
			one.Error = err.Error()
		}
		out = append(out, one)
	}
	writeJSON(w, http.StatusOK, out)
}
