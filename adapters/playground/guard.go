package playground

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// How many bytes a request may have, and one with a file in it.
const (
	maxBody   = 1 << 20
	maxUpload = 8 << 20
)

// policy lets the page run what it brought along and nothing else.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard sets the headers of every answer and refuses what does not come from
// our own page: a foreign Host (DNS rebinding), a foreign Origin, a POST
// without the page's token.
func (p *Playground) guard(w http.ResponseWriter, r *http.Request) bool {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cache-Control", "no-cache")
	if !p.ourHost(r) {
		http.Error(w, "This page is not served under that name.", http.StatusMisdirectedRequest)
		return false
	}
	if err := http.NewCrossOriginProtection().Check(r); err != nil {
		http.Error(w, "This request comes from another page.", http.StatusForbidden)
		return false
	}
	sent := r.Header.Get("X-Token")
	if r.Method == http.MethodPost && subtle.ConstantTimeCompare([]byte(sent), []byte(p.token)) != 1 {
		http.Error(w, "This page is from an earlier start. Please load it again.", http.StatusForbidden)
		return false
	}
	return true
}

// ourHost accepts loopback, the address the connection came in on, and the
// configured names. A name of somebody else that points here is refused.
func (p *Playground) ourHost(r *http.Request) bool {
	name := r.Host
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if name == "localhost" || slices.Contains(p.Hosts, name) {
		return true
	}
	addr, err := netip.ParseAddr(name)
	if err != nil {
		return false
	}
	if addr.IsLoopback() {
		return true
	}
	local, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return false
	}
	at, err := netip.ParseAddrPort(local.String())
	return err == nil && at.Addr().Unmap() == addr.Unmap()
}

// readJSON reads the body of a POST, of at most so many bytes, into out, or
// answers and returns false.
func readJSON(w http.ResponseWriter, r *http.Request, most int64, out any) bool {
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		http.Error(w, "The body must be JSON.", http.StatusUnsupportedMediaType)
		return false
	}
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, most))
	dec.DisallowUnknownFields()
	if err := dec.Decode(out); err != nil {
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			http.Error(w, "That is too long.", http.StatusRequestEntityTooLarge)
			return false
		}
		http.Error(w, "The body is not what was expected.", http.StatusBadRequest)
		return false
	}
	return true
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	// The only fault left is a reader who has gone.
	_ = json.NewEncoder(w).Encode(v)
}
