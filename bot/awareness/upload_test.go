package awareness_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"ismsbot/bot"
	"ismsbot/bot/chat"
)

func picture(t *testing.T) []byte {
	t.Helper()
	var w bytes.Buffer
	if err := png.Encode(&w, image.NewGray(image.Rect(0, 0, 4, 3))); err != nil {
		t.Fatal(err)
	}
	return w.Bytes()
}

// vast claims to be a picture of that many pixels each way.
func vast(t *testing.T, pixels uint32) []byte {
	p := picture(t)
	binary.BigEndian.PutUint32(p[16:], pixels)
	binary.BigEndian.PutUint32(p[20:], pixels)
	binary.BigEndian.PutUint32(p[29:], crc32.ChecksumIEEE(p[12:29]))
	return p
}

var pdf = []byte("%PDF-1.7\n%âãÏÓ\n")

// hands fills in the form of a broadcast with a file in it.
func (h *house) hands(name, command string, file []byte, fields ...string) chat.Reply {
	h.t.Helper()
	in := chat.Invocation{From: account(name), Kind: chat.Submitted, Text: command, Private: true, Fields: map[string]string{"title": "Title", "text": "Text", "language": "en", "audience": "everyone"}}
	for i := 0; i < len(fields); i += 2 {
		in.Fields[fields[i]] = fields[i+1]
	}
	if file != nil {
		in.Files = map[string]chat.File{"file": {Name: "poster.exe", Data: file}}
	}
	return h.do(in)
}

func fetching(c *bot.Config) { c.Media = "https://bot.example.com/media/" }

// shown are the pictures of a card, and the pages that its buttons open.
func shown(c *chat.Card) (out []string) {
	for _, b := range c.Blocks {
		switch b := b.(type) {
		case chat.Image:
			out = append(out, b.URL)
		case chat.Buttons:
			for _, x := range b.Shown {
				if x.URL != "" {
					out = append(out, x.URL)
				}
			}
		}
	}
	return out
}

func TestAPosterIsHandedInAndShown(t *testing.T) {
	for ending, file := range map[string][]byte{"png": picture(t), "pdf": pdf} {
		t.Run(ending, func(t *testing.T) {
			h := newHouse(t, fetching)
			r := h.hands("mia", "broadcast", file, "alt", "A hook.")
			if r.Card == nil {
				t.Fatal(text(r))
			}
			sum := sha256.Sum256(file)
			name := h.column("SELECT name FROM media")
			if len(name) != 1 || !strings.HasSuffix(name[0], "-"+hex.EncodeToString(sum[:])+"."+ending) || len(name[0]) < 100 {
				t.Fatalf("kept as %v", name)
			}
			address := "https://bot.example.com/media/" + name[0]
			h.says("mia", "send MSG-1 9")
			h.spread()
			m := h.last("jon")
			if got := shown(&m.Card); !slices.Equal(got, []string{address}) {
				t.Errorf("%v, want %s", got, address)
			}
			has(t, m.Card.Text(), "A hook.")
		})
	}
}

func TestADraftKeepsItsPoster(t *testing.T) {
	h := newHouse(t, fetching)
	h.hands("mia", "broadcast", picture(t), "alt", "A hook.")
	var address string
	for _, in := range h.presses("mia", "broadcast MSG-1", "").Form.Inputs {
		if in.Name == "poster" {
			address = in.Value
		}
	}
	r := h.hands("mia", "broadcast MSG-1", nil, "poster", address, "alt", "A hook.")
	if r.Card == nil || !slices.Equal(shown(r.Card), []string{address}) {
		t.Errorf("%s: %s", address, text(r))
	}
	if r = h.hands("mia", "broadcast MSG-1", nil); len(shown(r.Card)) > 0 {
		t.Errorf("it cannot be taken away: %v", shown(r.Card))
	}
}

func TestWhatIsNoPosterIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file   []byte
		fields []string
		errors map[string]string
	}{
		"a page":              {[]byte("<html><script>alert(1)</script>"), []string{"alt", "x"}, map[string]string{"file": "none of them"}},
		"a drawing that runs": {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), []string{"alt", "x"}, map[string]string{"file": "none of them"}},
		"half a picture":      {picture(t)[:12], []string{"alt", "x"}, map[string]string{"file": "none of them"}},
		"a bomb":              {vast(t, 50_000), []string{"alt", "x"}, map[string]string{"file": "too large to be drawn"}},
		"too many bytes":      {append(slices.Clone(pdf), make([]byte, 5<<20)...), []string{"alt", "x"}, map[string]string{"file": "5 MB"}},
		"no description":      {picture(t), nil, map[string]string{"alt": "needs a description"}},
		"a made up name":      {nil, []string{"poster", "https://bot.example.com/media/x.png", "alt", "x"}, map[string]string{"poster": "is no address"}},
		"a path of ours":      {nil, []string{"poster", "/media/x.png", "alt", "x"}, map[string]string{"poster": "is no address"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, fetching)
			r := h.hands("mia", "broadcast", c.file, c.fields...)
			if len(r.Errors) != len(c.errors) || r.Card != nil {
				t.Errorf("%v", text(r))
			}
			for field, want := range c.errors {
				has(t, r.Errors[field], want)
			}
			if n := h.column("SELECT count(*) FROM media"); n[0] != "0" {
				t.Errorf("%s are kept", n[0])
			}
		})
	}
}

func TestAPosterIsNotTakenWhereNobodyCouldFetchIt(t *testing.T) {
	h := newHouse(t)
	r := h.hands("mia", "broadcast", picture(t), "alt", "A hook.")
	has(t, r.Errors["file"], "server.public_url")
	form := h.presses("mia", "broadcast", "").Form
	if i := slices.IndexFunc(form.Inputs, func(in chat.Input) bool { return in.Kind == chat.FileInput }); i < 0 || !strings.Contains(form.Inputs[i].Hint, "server.public_url") {
		t.Errorf("%+v", form.Inputs)
	}
}
