package slack_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ismsbot/bot/chat"
)

func signature(secret, timestamp string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte("v0:" + timestamp + ":"))
	h.Write(body)
	return "v0=" + hex.EncodeToString(h.Sum(nil))
}

// received is a file of testdata/received: what Slack sends, and what it means.
type received struct {
	Form  map[string]string // a command
	Press json.RawMessage   // an interaction
	Event json.RawMessage
	Want  *chat.Invocation // null where nobody is to hear of it
}

func TestReceivedPayloadsMeanWhatTheySay(t *testing.T) {
	files, err := filepath.Glob("testdata/received/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var in received
			if err := json.Unmarshal(data, &in); err != nil {
				t.Fatal(err)
			}
			w := open(t, nil)
			media, body := formType, ""
			switch {
			case in.Form != nil:
				v := url.Values{}
				for k, x := range in.Form {
					v.Set(k, x)
				}
				body = v.Encode()
			case in.Press != nil:
				body = "payload=" + url.QueryEscape(string(in.Press))
			default:
				media, body = jsonType, string(in.Event)
			}
			if status, _ := w.post(t, media, body); status != http.StatusOK {
				t.Fatalf("status %d", status)
			}
			if in.Want == nil {
				if all := w.invocations(); len(all) > 0 {
					t.Errorf("heard %+v", all)
				}
				return
			}
			got := w.only(t)
			ignore := cmpopts.IgnoreFields(chat.Invocation{}, "ID")
			if strings.HasPrefix(in.Want.ID, "Ev") {
				ignore = cmpopts.IgnoreFields(chat.Invocation{}, "Zone")
			}
			if diff := cmp.Diff(*in.Want, got, ignore); diff != "" {
				t.Error(diff)
			}
		})
	}
}
