package playground

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/voice"
)

//go:embed pages/*.html static
var files embed.FS

func serveStatic(w http.ResponseWriter, r *http.Request) {
	http.FileServerFS(files).ServeHTTP(w, r)
}

func (p *Playground) chatPage(w http.ResponseWriter, _ *http.Request) {
	p.page(w, "chat.html", struct{ Token string }{p.token})
}

// sheetEntry is one sample of the contact sheet.
type sheetEntry struct {
	Anchor, Name, Kind, Text string
	Payloads                 []payload
}

type payload struct{ Name, JSON string }

func (p *Playground) cardsPage(w http.ResponseWriter, _ *http.Request) {
	var entries []sheetEntry
	for i, s := range p.samples() {
		e := sheetEntry{Anchor: "s" + strconv.Itoa(i), Name: s.Name, Kind: "card"}
		if s.Card != nil {
			e.Text = clean(s.Card.Text(), maxText)
		} else {
			e.Kind = "form"
		}
		for _, r := range p.Renderers {
			e.Payloads = append(e.Payloads, payload{r.Name, r.payload(s)})
		}
		entries = append(entries, e)
	}
	p.page(w, "cards.html", entries)
}

func (p *Playground) samples() []Sample {
	if p.Samples == nil {
		return nil
	}
	var out []Sample
	for _, s := range p.Samples() {
		if s.Card != nil || s.Form != nil {
			out = append(out, s)
		}
	}
	return out
}

// payload is what the adapter would send, indented; where it cannot, why.
func (r Renderer) payload(s Sample) string {
	var sent any
	var err error
	switch {
	case s.Card != nil && r.Card != nil:
		sent, err = r.Card(*s.Card)
	case s.Form != nil && r.Form != nil:
		sent, err = r.Form(*s.Form)
	default:
		return "–"
	}
	if err != nil {
		return err.Error()
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(sent); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(out.String())
}

// sampleView is a sample as the page's script draws it.
type sampleView struct {
	Anchor string    `json:"anchor"`
	Card   *cardView `json:"card,omitempty"`
	Form   *formView `json:"form,omitempty"`
}

func (p *Playground) getSamples(w http.ResponseWriter, r *http.Request) {
	people, err := p.People(r.Context())
	if err != nil {
		p.fault(w, "who is there", err)
		return
	}
	out := []sampleView{}
	for i, s := range p.samples() {
		v := sampleView{Anchor: "s" + strconv.Itoa(i)}
		if s.Card != nil {
			v.Card = renderCard(*s.Card)
		} else {
			v.Form = renderForm(*s.Form, people, p.room.channels())
		}
		out = append(out, v)
	}
	writeJSON(w, http.StatusOK, out)
}

// page fills a template before the first byte goes out, so that a fault can
// still be answered.
func (p *Playground) page(w http.ResponseWriter, name string, data any) {
	var out bytes.Buffer
	if err := p.pages.ExecuteTemplate(&out, name, data); err != nil {
		p.fault(w, "draw a page", err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	// The only fault left is a reader who has gone.
	_, _ = w.Write(out.Bytes())
}

// say is the catalogue as the pages' templates read it; their language is
// English until somebody is chosen.
func say(key string) string { return voice.For("").Say("playground." + key) }

var pageFuncs = template.FuncMap{"say": say}

// getFile hands a document out; its address is the secret.
func (p *Playground) getFile(w http.ResponseWriter, r *http.Request) {
	file, ok := p.room.file(chat.MessageRef(r.PathValue("id")))
	if !ok {
		http.NotFound(w, r)
		return
	}
	kind := file.Type
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	w.Header().Set("Content-Length", strconv.Itoa(len(file.Data)))
	// The only fault left is a reader who has gone.
	_, _ = w.Write(file.Data)
}
