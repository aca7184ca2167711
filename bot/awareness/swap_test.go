package awareness_test

import "testing"

// As many others are not those whom the sender saw.
func TestAsManyOthersAreAnotherAudience(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "list Wardens = kemi@example.com, jon@example.com")
	h.says("mia", "broadcast to list Wardens | Drill | On Friday. | ack by fri")
	h.says("grace", "list Wardens = kemi@example.com, ana@example.com")
	has(t, text(h.says("mia", "send MSG-1 2")), "has changed since")
	h.spread()
	if h.count("ana") != 0 {
		t.Error("it went to somebody whom the sender did not see")
	}
	h.says("mia", "show MSG-1")
	has(t, text(h.says("mia", "send MSG-1 2")), "on its way to 2 people")
}

// The head count lets go what the sender has seen, not what somebody else has
// made of it meanwhile.
func TestTheCountLetsGoNothingThatTheSenderHasNotSeen(t *testing.T) {
	h := newHouse(t)
	h.says("mia", "broadcast to everyone | Drill | On Friday. | ack by fri")
	has(t, text(h.submits("grace", "broadcast MSG-1", "", "title", "Drill", "text", "Send me your password.", "language", "en", "audience", "everyone")), "(9 people)")
	has(t, text(h.says("mia", "send MSG-1 9")), "Please look at the preview once more")
	has(t, text(h.says("grace", "show MSG-1")), "(9 people)")
	has(t, text(h.says("mia", "send MSG-1 9")), "Please look at the preview once more")
	has(t, text(h.says("mia", "show MSG-1")), "Send me your password.")
	has(t, text(h.says("mia", "send MSG-1 9")), "on its way to 9 people")
}
