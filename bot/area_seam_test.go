package bot

import "ismsbot/bot/desk"

// AddArea gives the bot one more area.
func (b *Bot) AddArea(a desk.Area) {
	b.areas = append(b.areas, a)
	b.commands = table(b.areas)
}
