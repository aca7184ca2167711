package desk

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
)

// Reader is for whom something is drawn, and when. Both the person and the
// speaker have a Language: ask the one that is meant.
type Reader struct {
	*isms.Person   // nil for a channel
	*voice.Speaker // in their language
	People         *isms.People
	Calendar       *isms.Calendar // their hours, in their zone
	Now            time.Time
	Today          isms.Date // where they are
	Media          string    // as in the Office
}

// Day writes a day as it is read: "Thu 19 Mar", the year only when it is another.
func (r Reader) Day(d isms.Date) string {
	if d.IsZero() {
		return r.Say("date.none")
	}
	t := d.Time()
	weekday, month := r.Word("date.weekdays", int(t.Weekday()+6)%7), r.Word("date.months", int(t.Month())-1)
	key := "date.day"
	if t.Year() != r.Today.Time().Year() {
		key = "date.day_year"
	}
	return r.Say(key, "weekday", weekday, "day", t.Day(), "month", month, "year", t.Year())
}

// Near is the day with "today" or "tomorrow" beside it.
func (r Reader) Near(d isms.Date) string {
	switch d.Sub(r.Today) {
	case 0:
		return r.Say("date.today", "day", r.Day(d))
	case 1:
		return r.Say("date.tomorrow", "day", r.Day(d))
	}
	return r.Day(d)
}

// Moment is a day and a clock time in the reader's zone.
func (r Reader) Moment(t time.Time) string {
	local := t.In(r.Calendar.Zone)
	return r.Say("date.moment", "day", r.Day(isms.DateOf(local)), "time", local.Format("15:04"))
}

// Days is "6 days".
func (r Reader) Days(n int) string { return r.Count("date.days", n) }

// Button is one that runs the command, its label by key.
func (r Reader) Button(key, command string, pairs ...any) chat.Button {
	return chat.Button{Label: r.Say(key, pairs...), Command: command}
}

// Phrase says a sentence whose values are still dates, people, ids and kinds.
func (r Reader) Phrase(key string, pairs []any) string {
	out := make([]any, len(pairs))
	for i, a := range pairs {
		switch a := a.(type) {
		case isms.Date:
			out[i] = r.Day(a)
		case isms.PersonID:
			out[i] = r.People.Name(a)
		case isms.ItemID:
			out[i] = a.String()
		case isms.Kind:
			out[i] = r.Say("kind." + string(a))
		default:
			out[i] = a
		}
	}
	return r.Say(key, out...)
}

// ManagerName is whom to turn to: the first ISMS manager.
func (r Reader) ManagerName() string {
	if m := r.People.With(isms.ISMSManager); len(m) > 0 {
		return m[0].Name
	}
	return strings.TrimSpace(r.Say("word.isms_manager"))
}

// NameOf is somebody's full name; for zero, the word for nobody.
func (r Reader) NameOf(id isms.PersonID) string {
	if id == 0 {
		return r.Say("word.nobody")
	}
	return r.People.Name(id)
}

// FirstNameOf is somebody's first name; where there is none, the word for nobody.
func (r Reader) FirstNameOf(id isms.PersonID) string {
	if p := r.People.Get(id); p != nil {
		return p.FirstName()
	}
	return r.Say("word.nobody")
}

// PlatformName is what people call a platform.
func (r Reader) PlatformName(platform string) string {
	if key := "platform." + platform; voice.Has(key) {
		return r.Say(key)
	}
	return platform
}

// PlatformNames are the names of several, in a row.
func (r Reader) PlatformNames(platforms []string) string {
	names := make([]string, len(platforms))
	for i, p := range platforms {
		names[i] = r.PlatformName(p)
	}
	return strings.Join(names, ", ")
}

// Present is the person, nil where there is none or they have left.
func (r Reader) Present(id isms.PersonID) *isms.Person {
	if p := r.People.Get(id); p != nil && !p.Left {
		return p
	}
	return nil
}

// Named finds the only person with this e-mail, else with this name, else with
// this first name, all in lower case; nil where two have it.
func (r Reader) Named(word string) *isms.Person {
	var email, name, first []*isms.Person
	for _, p := range r.People.All() {
		switch {
		case p.Left:
		case p.Email == word:
			email = append(email, p)
		case isLower(word, p.Name):
			name = append(name, p)
		case isLower(word, p.FirstName()):
			first = append(first, p)
		}
	}
	for _, found := range [][]*isms.Person{email, name, first} {
		if len(found) > 0 {
			if len(found) > 1 {
				return nil
			}
			return found[0]
		}
	}
	return nil
}

// isLower tells whether the word is s in lower case, and makes no copy of it.
func isLower(word, s string) bool {
	for _, r := range s {
		w, size := utf8.DecodeRuneInString(word)
		if size == 0 || w != unicode.ToLower(r) {
			return false
		}
		word = word[size:]
	}
	return word == ""
}
