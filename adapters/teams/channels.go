package teams

import (
	"context"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"ismsbot/bot/chat"
)

const (
	// maxKept is how many conversations are looked through for channels.
	maxKept = 1000
	// maxChannels is of how many channels is asked who is in them, and how many
	// a form offers at most.
	maxChannels = 40
	// askingAtOnce is how many of these questions are asked at a time.
	askingAtOnce = 8
)

// site is a channel with its address.
type site struct {
	id string
	whereabouts
}

// channels are those in which both the bot and the person are, for somebody to
// choose from: Teams has no picker for them.
func (t *Teams) channels(ctx context.Context, e *event) []chat.Option {
	ctx, cancel := context.WithTimeout(ctx, showWithin)
	defer cancel()
	known, err := t.sites(ctx, e.shared())
	if err != nil {
		t.log.Error("the channels were not read", "error", err)
		return nil
	}
	known = known[:min(len(known), maxChannels)]
	options := make([]chat.Option, len(known))
	var asking errgroup.Group
	asking.SetLimit(askingAtOnce)
	for i, at := range known {
		asking.Go(func() error {
			if who, err := t.person(ctx, t.service(at.whereabouts), at.id, e.From.ID); err == nil && who == e.in.From.ID {
				options[i] = chat.Option{Label: at.Name, Value: "<#" + at.id + ">"}
			}
			return nil
		})
	}
	_ = asking.Wait() // whom we cannot ask about is not offered
	return slices.DeleteFunc(options, func(o chat.Option) bool { return o.Value == "" })
}

// sites are the channels that are known by name, in that order, but the one
// where the person is comes first. Group chats, which have no name, and
// conversations that the bot has left are kept beside them.
func (t *Teams) sites(ctx context.Context, here string) ([]site, error) {
	ids, err := t.config.Store.List(ctx, channelPrefix, maxKept)
	if err != nil {
		return nil, err
	}
	var out []site
	for _, id := range ids {
		p, err := t.load(ctx, id)
		if err != nil {
			return nil, err
		}
		if p.Kind == kindChannel && p.Name != "" {
			out = append(out, site{id, p})
		}
	}
	slices.SortStableFunc(out, func(a, b site) int {
		switch here {
		case a.id:
			return -1
		case b.id:
			return 1
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out, nil
}
