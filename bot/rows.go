package bot

import (
	"slices"
	"strings"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// maxRows is how many rows of a group a card shows before "+ n more".
const maxRows = 5

// act is a button about one item: its label by key and pairs, and a spoken
// label with title and id.
func (r reader) act(key, command string, it *isms.Item, pairs ...any) chat.Button {
	label := r.Say(key, pairs...)
	return chat.Button{Label: label, Spoken: r.Say("button.spoken", "label", strings.TrimSuffix(label, "…"), "title", it.Title, "id", it.ID.String()), Command: command}
}

// ownerActions are what the one who answers for an item can do, the usual three first.
func (r reader) ownerActions(it *isms.Item) (shown, more []chat.Button) {
	id := " " + it.ID.String()
	done := "button.done"
	if it.ID.Kind == isms.Audit {
		done = "button.held"
	}
	shown = append(make([]chat.Button, 0, chat.MaxShown), r.act(done, "done"+id, it), r.act("button.more_time", "extend"+id, it))
	if it.AckedBy == 0 {
		shown = append(shown, r.act("button.on_it", "ack"+id, it))
	}
	if it.Private { // nobody else is asked about it
		shown = slices.DeleteFunc(shown, func(b chat.Button) bool { return b.Command == "extend"+id })
		shown[0].Look = chat.Primary
		return shown, []chat.Button{r.act("button.not_today", "snooze"+id+" 1d", it), r.act("button.open", "show"+id, it)}
	}
	more = []chat.Button{r.act("button.not_mine", "delegate"+id, it), r.act("button.stuck", "stuck"+id, it),
		r.act("button.not_today", "snooze"+id+" 1d", it), r.act("button.open", "show"+id, it)}
	if it.Training != 0 { // nobody else can learn it
		shown[0], more = r.act("button.learn", "learn"+id, it), more[1:]
	}
	if first, ok := r.planned(it); ok {
		more = slices.Insert(more, 1, shown[2:]...)
		shown = append([]chat.Button{first}, shown[:2]...)
	}
	shown[0].Look = chat.Primary
	return shown, more
}

// planned is what carries out a communication of the plan, for whoever may.
func (r reader) planned(it *isms.Item) (chat.Button, bool) {
	var key, command string
	switch it.Source {
	case isms.SourcePlan:
		key, command = "button.write", "broadcast "+it.ID.String()
	case isms.SourcePlanReview:
		key, command = "plan.button_review", "plan review"
	}
	if key == "" || isms.MayBroadcast(r.Person) != nil {
		return chat.Button{}, false
	}
	return r.act(key, command, it), true
}

// checkActions are what the one who looks whether it worked can do.
func (r reader) checkActions(it *isms.Item) (shown, more []chat.Button) {
	id := " " + it.ID.String()
	return []chat.Button{r.act("button.works", "verify"+id+" works", it), r.act("button.fails", "verify"+id+" fails", it)},
		[]chat.Button{r.act("button.not_today", "snooze"+id+" 1d", it), r.act("button.open", "show"+id, it)}
}

// leadActions are what somebody who leads the owner, or watches over all, can do.
func (r reader) leadActions(it *isms.Item) (shown, more []chat.Button) {
	id := " " + it.ID.String()
	if owner := r.People.Get(it.Owner); owner != nil && isms.CanNudge(it, r.Person, r.People) == nil {
		shown = append(shown, chat.Button{Label: r.Say("button.nudge", "name", owner.FirstName()), Command: "nudge" + id,
			Spoken: r.Say("button.spoken", "label", r.Say("button.nudge", "name", owner.Name), "title", it.Title, "id", it.ID.String())})
	}
	if it.IsOpen() && isms.CanEdit(it, r.Person, r.People, "owner") == nil {
		more = append(more, r.act("button.reassign", "edit"+id, it))
	}
	return shown, append(more, r.act("button.open", "show"+id, it))
}

func (r reader) actions(it *isms.Item, as isms.As) (shown, more []chat.Button) {
	switch {
	case as == isms.AsVerifier:
		return r.checkActions(it)
	case as == isms.AsOwner || as == isms.AsDeputy || it.Owner == r.ID:
		return r.ownerActions(it)
	}
	return r.leadActions(it)
}

// menu is the actions on one row: the first five.
func (r reader) menu(it *isms.Item, as isms.As) []chat.Button {
	shown, more := r.actions(it, as)
	all := append(append([]chat.Button{}, shown...), more...)
	for i := range all {
		all[i].Look = chat.Plain
	}
	if len(all) > chat.MaxMore {
		open := all[len(all)-1]
		all = append(all[:chat.MaxMore-1:chat.MaxMore-1], open)
		for i, b := range all { // "Not mine" must never be far: it takes the place of the snooze
			if strings.HasPrefix(b.Command, "snooze") {
				all = append(all[:i], all[i+1:]...)
				break
			}
		}
	}
	return all
}

// serve makes the row of buttons under a card, for one item.
func (r reader) serve(it *isms.Item, as isms.As) chat.Buttons {
	shown, more := r.actions(it, as)
	return chat.Buttons{Shown: shown, More: more}
}

// status says where an item stands, in a word or two that staff know.
func (r reader) status(it *isms.Item) string {
	late := it.DaysLate(r.Today)
	switch {
	case it.Stuck && it.LastWord != "":
		return r.Say("status.stuck_because", "words", it.LastWord)
	case it.Stuck:
		return r.Say("status.stuck")
	case it.LastWord != "":
		return r.Say("status.answered", "words", it.LastWord)
	case it.AckedBy != 0:
		return r.Say("status.on_it")
	case late > 0:
		return r.Say("status.no_answer")
	}
	return ""
}

// row is an item in a list of the reader's own.
func (r reader) row(it *isms.Item, as isms.As) chat.Row {
	row := chat.Row{Title: it.Title, ID: it.ID.String(), When: r.Day(it.Due), Menu: r.menu(it, as)}
	var notes []string
	if as == isms.AsVerifier {
		row.When = r.Day(it.VerifyDue)
		row.Title = r.Say("row.check", "title", it.Title)
		notes = append(notes, r.Say("row.done_by", "name", r.People.Name(it.DoneBy), "day", r.Day(it.DoneOn)))
	} else if late := it.DaysLate(r.Today); late > 0 {
		row.When = r.Days(late)
	}
	if as == isms.AsDeputy && it.Owner != r.ID {
		notes = append(notes, r.Say("row.for", "name", r.People.Name(it.Owner)))
	}
	if s := r.status(it); s != "" && as != isms.AsVerifier && (it.AckedBy != 0 || it.LastWord != "" || it.Stuck) {
		notes = append(notes, s)
	}
	row.Note = strings.Join(notes, " · ")
	return row
}

// teamRow is somebody else's late item, for those who lead.
func (r reader) teamRow(it *isms.Item, named bool) chat.Row {
	row := chat.Row{Title: it.Title, ID: it.ID.String(), When: r.Day(it.Due), Menu: r.menu(it, isms.AsLineManager)}
	late, whose := it.DaysLate(r.Today), it.Owner
	if it.Status == isms.Done {
		row.Title, row.When = r.Say("row.check", "title", it.Title), r.Day(it.VerifyDue)
		late, whose = r.Today.Sub(it.VerifyDue), it.Verifier
	}
	if late > 0 {
		row.When = r.Days(late)
	}
	var notes []string
	if named {
		notes = append(notes, r.NameOf(whose))
	}
	if s := r.status(it); s != "" {
		notes = append(notes, s)
	}
	if it.Severity != "" && it.ID.Kind != isms.Task {
		notes = append(notes, r.Say("severity."+string(it.Severity)))
	}
	row.Note = strings.Join(notes, " · ")
	return row
}

// answerLine says what became of one occurrence.
func (r reader) answerLine(a *storage.Answer) string {
	name := r.People.Name(a.By)
	key := "answer." + a.Verb
	if a.By == r.ID {
		key += "_own"
	}
	pairs := []any{"name", name, "moment", r.Moment(a.At)}
	for k, v := range a.Detail {
		pairs = append(pairs, k, r.detail(k, v))
	}
	switch {
	case a.Verb == "done" || a.Verb == "learn":
		return r.doneLine(a, key, pairs)
	case a.Verb == "stuck" && a.By == r.ID && a.Detail["lead"] != "":
		return r.Say(key, pairs...) + " " + r.Say("answer.lead_knows", pairs...)
	}
	return r.Say(key, pairs...)
}

func (r reader) doneLine(a *storage.Answer, key string, pairs []any) string {
	text := r.Say(key, pairs...)
	switch {
	case strings.Contains(a.Detail["evidence"], "://"):
		text += " " + r.Say("answer.with_link")
	case a.Detail["evidence"] != "":
		text += " " + r.Say("answer.with_note")
	}
	switch {
	case a.Detail["verifier"] != "" && a.Detail["verifier"] != "0":
		text += " " + r.Say("answer.checks", pairs...)
	case a.Detail["next"] != "":
		text += " " + r.Say("answer.next", pairs...)
	}
	return text
}

// detail turns a value of an answer into words: days and people.
func (r reader) detail(name, v string) string {
	switch name {
	case "day", "was", "check", "next", "until":
		if d, err := isms.ParseDate(v); err == nil {
			return r.Day(d)
		}
	case "to", "verifier", "approver", "lead":
		if id := personNumber(v); id != 0 {
			return r.People.Name(id)
		}
	}
	return v
}
