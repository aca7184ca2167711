package bot

import (
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/desk"
	"ismsbot/bot/isms"
)

// markForms sets Form on the buttons of a card that is about to leave the bot.
// The card's slices are its own and are changed in place: this runs at every
// answer.
func (b *Bot) markForms(card *chat.Card) {
	if card == nil {
		return
	}
	for _, block := range card.Blocks {
		switch block := block.(type) {
		case chat.Buttons:
			b.markButtons(block.Shown)
			b.markButtons(block.More)
		case chat.List:
			for i := range block.Rows {
				b.markButtons(block.Rows[i].Menu)
			}
		}
	}
}

func (b *Bot) markButtons(buttons []chat.Button) {
	for i := range buttons {
		buttons[i].Form = buttons[i].URL == "" && b.opensForm(buttons[i].Command)
	}
}

// opensForm tells what wantsForm would say of a button's press. Most commands
// of ours need not be read as carefully as what people type.
func (b *Bot) opensForm(command string) bool {
	verb, rest, _ := strings.Cut(command, " ")
	if cmd := b.verb(verb); cmd != nil && b.ofArea(verb, rest) == nil {
		if !cmd.hasForm() || cmd.FormAlways || rest == "" {
			return cmd.hasForm()
		}
		if _, ok := isms.ParseItemID(rest); ok {
			return true // nothing but the id
		}
	}
	press, l := chat.Invocation{Kind: chat.Pressed}, desk.Parse(command)
	return wantsForm(press, l, b.lookup(l, press))
}
