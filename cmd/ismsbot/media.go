package main

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"weak"

	"ismsbot/storage"
)

// mediaPath is where posters are, below server.public_url.
const mediaPath = "/media/"

// mediaPattern is the route of media; it takes HEAD as well.
const mediaPattern = "GET " + mediaPath + "{name}"

// media hands posters to whoever knows their names: the platforms fetch them
// without a login. What is not there, and what could not be, read alike.
type media struct {
	db  *storage.DB
	log *slog.Logger

	mu   sync.Mutex // reads one at a time: those who come together share what is read
	lent map[string]weak.Pointer[storage.Media]
}

// find returns the poster of that name, nil for none. As long as somebody is
// given one, all who ask for it get the same: one that is never changed.
func (m *media) find(ctx context.Context, name string) (found *storage.Media, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if found = m.lent[name].Value(); found != nil {
		return found, nil
	}
	err = m.db.View(ctx, func(tx *storage.Tx) (err error) {
		found, err = tx.Media(name)
		return err
	})
	if err != nil || found == nil {
		return nil, err
	}
	if m.lent == nil {
		m.lent = map[string]weak.Pointer[storage.Media]{}
	}
	m.lent[name] = weak.Make(found)
	return found, nil
}

func (m *media) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, err := m.find(r.Context(), r.PathValue("name"))
	switch {
	case err != nil:
		m.log.Error("hand out a poster", "error", err)
		plain(w, http.StatusInternalServerError, "That did not go through.\n")
		return
	case found == nil:
		plain(w, http.StatusNotFound, "There is nothing here.\n")
		return
	}
	h := w.Header()
	h.Set("Content-Type", found.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+found.Sha256+`"`)
	if !strings.HasPrefix(found.Type, "image/") { // no browser draws one inside a sandbox
		h.Set("Content-Disposition", `attachment; filename="poster.pdf"`)
	}
	http.ServeContent(w, r, "", found.At, bytes.NewReader(found.Data))
	runtime.KeepAlive(found)
}

// media is the address before a poster's name, empty where the platforms
// cannot fetch one: they take https alone.
func (s Server) media() string {
	if !strings.HasPrefix(s.PublicURL, "https://") {
		return ""
	}
	return s.PublicURL + mediaPath
}
