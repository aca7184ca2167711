package teams_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ismsbot/bot/chat"
)

// received is a file of testdata/received: what a client of Teams sends, cleaned
// of people, and what it means. SERVICE stands for the service URL.
type received struct {
	Activity json.RawMessage
	Want     *chat.Invocation // null where nobody is to hear of it
}

func TestReceivedActivitiesMeanWhatTheySay(t *testing.T) {
	files, err := filepath.Glob("testdata/received/*.json")
	if err != nil || len(files) < 20 {
		t.Fatal(files, err)
	}
	x := open(t, nil)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var in received
			if err := json.Unmarshal([]byte(strings.ReplaceAll(string(data), `"SERVICE"`, `"`+x.ServiceURL()+`"`)), &in); err != nil {
				t.Fatal(err)
			}
			before := len(x.invocations())
			status, _, err := x.Post([]byte(in.Activity), x.Token(nil))
			if status != http.StatusOK || err != nil {
				t.Fatalf("status %d, %v", status, err)
			}
			heard := x.invocations()[before:]
			if in.Want == nil {
				if len(heard) > 0 {
					t.Errorf("heard %+v", heard)
				}
				return
			}
			if len(heard) != 1 {
				t.Fatalf("heard %+v", heard)
			}
			if diff := cmp.Diff(*in.Want, heard[0], cmpopts.IgnoreFields(chat.Invocation{}, "ID")); diff != "" || heard[0].ID == "" {
				t.Error(diff)
			}
		})
	}
	for _, member := range x.news() {
		if member.Account.ID != priya {
			t.Errorf("news of %+v", member)
		}
	}
}
