package awareness

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	_ "image/gif" // what a poster may be
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// mediaPath begins the address of a poster that is kept here, as a text has it:
// where it is fetched is the configuration's to say, and may change.
const mediaPath = "/media/"

// The limits of a poster that is handed in. A picture is never drawn here, but
// by everybody who gets it.
const (
	maxPosterBytes  = 5 << 20
	maxPosterPixels = 40_000_000
)

// posterEndings are those of the files that can be a poster, by what they hold.
var posterEndings = map[string]string{"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "application/pdf": "pdf"}

// uploaded looks at a file, by what it holds and not by what it is called, and
// gives it a name that nobody can guess. The name ends in what the file holds,
// so that whoever reads a text is on record for its picture too.
func uploaded(c *desk.Call, f chat.File) (*storage.Media, error) {
	kind := http.DetectContentType(f.Data)
	ending := posterEndings[kind]
	switch {
	case c.Media == "":
		return nil, isms.Refuse(isms.Conflict, "refuse.poster_nowhere")
	case len(f.Data) > maxPosterBytes:
		return nil, isms.Refuse(isms.Invalid, "refuse.poster_big", "most", fmt.Sprint(maxPosterBytes>>20))
	case ending == "":
		return nil, isms.Refuse(isms.Invalid, "refuse.poster_kind")
	}
	if kind != "application/pdf" {
		config, as, err := image.DecodeConfig(bytes.NewReader(f.Data))
		if err != nil || "image/"+as != kind || config.Width < 1 || config.Height < 1 || config.Width > maxPosterPixels/config.Height {
			return nil, isms.Refuse(isms.Invalid, "refuse.poster_kind")
		}
	}
	secret := make([]byte, 16)
	if _, err := io.ReadFull(c.Office.Random, secret); err != nil {
		return nil, fmt.Errorf("name a poster: %w", err)
	}
	sum := sha256.Sum256(f.Data)
	m := &storage.Media{Type: kind, Sha256: hex.EncodeToString(sum[:]), Data: f.Data, By: c.ID, At: c.Now}
	m.Name = hex.EncodeToString(secret) + "-" + m.Sha256 + "." + ending
	return m, nil
}

// posterFields take the poster over: the file where there is one, else the
// address, which may be that of one kept before.
func (w *writing) posterFields(address string) string {
	f, given := w.In.Files["file"]
	if !given || len(f.Data) == 0 {
		if name, ours := strings.CutPrefix(address, w.Media); ours && w.Media != "" {
			return mediaPath + name
		}
		return address
	}
	m, err := uploaded(w.Call, f)
	if err != nil {
		w.failed("file", err)
		return ""
	}
	w.file = m
	return mediaPath + m.Name
}

// checkPoster refuses one that cannot be shown.
func (w *writing) checkPoster(t *isms.Wording) error {
	name, here := strings.CutPrefix(t.Poster, mediaPath)
	there := chat.WebAddress(t.Poster) && len(t.Poster) <= isms.MaxLink
	if here {
		var err error
		if there, err = w.Tx.HasMedia(name); err != nil {
			return err
		}
		there = there || w.file != nil && w.file.Name == name
	}
	switch {
	case t.Poster == "":
	case !there:
		w.wrong("poster", "refuse.broadcast_link", "words", desk.Brief(t.Poster, 40))
	case t.Alt == "":
		w.wrong("alt", "refuse.broadcast_alt")
	}
	return nil
}

// fetched is where a reader's platform gets a poster; empty where it cannot.
func fetched(r desk.Reader, poster string) string {
	name, here := strings.CutPrefix(poster, mediaPath)
	switch {
	case !here:
		return poster
	case r.Media == "":
		return ""
	}
	return r.Media + name
}
