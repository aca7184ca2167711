package main

import (
	"context"

	"ismsbot/adapters/playground"
	"ismsbot/adapters/slack"
	"ismsbot/adapters/teams"
	"ismsbot/bot"
	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func (d *demo) people(ctx context.Context) (out []playground.Persona, err error) {
	err = d.db.View(ctx, func(tx *storage.Tx) error {
		all, err := tx.AllPeople()
		if err != nil {
			return err
		}
		for _, p := range all {
			accounts, err := tx.Accounts(p.ID)
			if err != nil {
				return err
			}
			for _, a := range accounts {
				if a.Platform != playground.Platform {
					continue
				}
				persona := playground.Persona{Account: a.Account, Name: p.Name, Role: demoRole(p), Language: p.Language, Zone: p.Zone}
				if p.FirstName() == demoHero {
					out = append([]playground.Persona{persona}, out...)
				} else {
					out = append(out, persona)
				}
			}
		}
		return nil
	})
	return out, err
}

// demoHero is who one is at first: somebody with a full morning.
const demoHero = "Priya"

// demoRole is the line under a name: the weightiest role and the department.
func demoRole(p *isms.Person) string {
	for _, r := range []struct {
		role isms.Role
		name string
	}{{isms.TopManagement, "Top management"}, {isms.ISMSManager, "ISMS manager"}, {isms.Auditor, "Internal auditor"}, {isms.Manager, "Manager"}, {isms.Comms, "Communications"}, {isms.DPO, "Data protection officer"}} {
		if p.Is(r.role) && r.name != p.Department {
			return r.name + " · " + p.Department
		}
	}
	return p.Department
}

func (d *demo) commands(ctx context.Context, a chat.Account) (out []playground.Completion) {
	usages, err := d.bot.Usages(ctx, a)
	if err != nil {
		d.log.Error("list commands", "error", err)
	}
	for _, u := range usages {
		out = append(out, playground.Completion{Text: u.Text, Hint: u.Hint})
	}
	return out
}

func (d *demo) samples() (out []playground.Sample) {
	samples, err := bot.Samples(context.Background(), "en")
	if err != nil {
		d.log.Error("make samples", "error", err)
	}
	for _, s := range samples {
		out = append(out, playground.Sample{Name: s.Name, Card: s.Card, Form: s.Form})
	}
	return out
}

// renderers are the adapters' drawings for the contact sheet.
func renderers() []playground.Renderer {
	return []playground.Renderer{{
		Name: "Slack",
		Card: func(c chat.Card) (any, error) { return slack.Render(c), nil },
		Form: func(f chat.Form) (any, error) { return slack.RenderForm(f, ""), nil },
	}, {
		Name: "Teams",
		Card: func(c chat.Card) (any, error) { return teams.Render(c), nil },
		Form: func(f chat.Form) (any, error) { return teams.RenderForm(f, "", nil, nil), nil },
	}}
}
