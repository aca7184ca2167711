package teamsfake_test

import (
	"strings"
	"testing"

	"ismsbot/adapters/teams/teamsfake"
)

func TestCheckFindsWhatIsWrongWithACard(t *testing.T) {
	other := button("Done", "done CA-1")
	other["fallback"].(object)["data"] = object{"isms": "done CA-2"}
	for want, card := range map[string]object{
		"version":                  {"type": "AdaptiveCard", "version": "1.6"},
		"bytes":                    adaptive([]any{block(strings.Repeat("x", 26_000))}),
		"altText":                  adaptive([]any{object{"type": "Image", "url": "https://x/y.png"}}),
		"without a title":          adaptive(nil, object{"type": "Action.Submit", "data": object{}}),
		"without a fallback":       adaptive(nil, object{"type": "Action.Execute", "title": "x"}),
		"with other data":          adaptive(nil, other),
		"mention":                  adaptive([]any{block("hello <at>everyone</at>")}),
		"without a label":          adaptive([]any{object{"type": "Input.Text", "id": "x"}}),
		"which is not there":       adaptive(nil, object{"type": "Action.ToggleVisibility", "title": "x", "targetElements": []any{"no"}}),
		`id "x" stands twice`:      adaptive([]any{object{"type": "TextBlock", "id": "x"}, object{"type": "TextBlock", "id": "x"}}),
		`type "MessageCard"`:       {"type": "MessageCard", "version": "1.5"},
		"a mention that is none: ": adaptive([]any{object{"type": "FactSet", "facts": []any{object{"title": "a", "value": `\\<at>x</at>`}}}}),
	} {
		if got := strings.Join(teamsfake.CheckCard(card), "; "); !strings.Contains(got, want) {
			t.Errorf("expected %q, got %q", want, got)
		}
	}
	good := adaptive([]any{block(`\<at>x</at> &lt;at&gt; 1 < 2`), object{"type": "Image", "url": "u", "altText": "a"}}, button("Done", "done CA-1"))
	if got := teamsfake.CheckActivity(carrying(good)); len(got) > 0 {
		t.Errorf("a good card: %q", got)
	}
	silent := carrying(good)
	delete(silent, "summary")
	if got := teamsfake.CheckActivity(silent); len(got) != 1 {
		t.Errorf("without a summary: %q", got)
	}
	mention := object{"type": "message", "text": "hello <at>Jon</at>", "entities": []any{object{"type": "mention", "text": "<at>Jon</at>"}}}
	if got := teamsfake.CheckActivity(mention); len(got) > 0 {
		t.Errorf("a true mention: %q", got)
	}
}
