package isms

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// GroupKind says by what the people of a Group belong together.
type GroupKind string

// The kinds of group. The words are those that people can type before a colon.
const (
	Everyone     GroupKind = "everyone"
	OfDepartment GroupKind = "department"
	OfRole       GroupKind = "role"
	OfSite       GroupKind = "site"     // where they work; where no file says, by the last part of their zone: "New York"
	OfLanguage   GroupKind = "language" // by its first part: "de"
	NotRead      GroupKind = "missing"  // who has not acknowledged a broadcast: "5"
	OfList       GroupKind = "list"     // by the name of one that is kept
	OnePerson    GroupKind = "person"   // by number
)

// Group is some of the people.
type Group struct {
	Kind  GroupKind `json:"kind"`
	Value string    `json:"value,omitempty"`
}

// Audience is the rule for whom a broadcast is: everybody in one of the groups
// and in none of the exceptions.
type Audience struct {
	Groups []Group `json:"groups"`
	Except []Group `json:"except,omitempty"`
}

// AudienceFacts are the organisation's zone and language, which count where a
// person has none, whether the people file says where people work, who has not
// acknowledged which broadcast, and who is on which list, by its name in lower
// case.
type AudienceFacts struct {
	Zone, Language string
	Sites          bool
	Missing        map[int64]map[PersonID]bool
	Lists          map[string]map[PersonID]bool
}

// maxGroups bounds a rule that somebody types.
const maxGroups = 50

var (
	exceptWord = regexp.MustCompile(`(?i)(?:^|\s)(?:except(?: for)?|but not|außer|ausser|ohne)\s+`)
	andWord    = regexp.MustCompile(`(?i)\s+(?:and|und|&|or|oder)\s+`)
	listWord   = regexp.MustCompile(`(?i)^(?:list|liste)\s+(.+)$`)
	notRead    = regexp.MustCompile(`(?i)^(?:(?:who|those who|wer)\s+)?(?:(?:has|have|did)\s+not\s+(?:acknowledged|read)\s+MSG-([0-9]{1,9})|(?:hat\s+)?MSG-([0-9]{1,9})\s+nicht\s+gelesen(?:\s+hat)?)$`)
)

// ParseAudience reads a rule as people type it: "everyone except Finance",
// "Operations and IT", "role:manager, site:New York", "list Fire wardens", "has
// not acknowledged MSG-5". lists are the names of those that are kept. The
// refusal repeats what it does not know.
func ParseAudience(text string, people *People, lists []string) (Audience, *Refusal) {
	p := audienceReader{people, lists}
	if g, ok := p.ofKind(strings.TrimSpace(text)); ok { // whatever stands in its name
		return Audience{Groups: []Group{g}}, nil
	}
	parts := exceptWord.Split(text, 2)
	var a Audience
	var r *Refusal
	if a.Groups, r = p.groups(parts[0]); r != nil {
		return Audience{}, r
	}
	if len(parts) == 2 {
		if a.Except, r = p.groups(parts[1]); r != nil {
			return Audience{}, r
		}
	}
	return a, nil
}

type audienceReader struct {
	people *People
	lists  []string
}

func (p audienceReader) groups(text string) ([]Group, *Refusal) {
	var out []Group
	add := func(g Group) {
		if !slices.Contains(out, g) {
			out = append(out, g)
		}
	}
	for piece := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
		if piece = strings.TrimSpace(piece); piece == "" {
			continue
		}
		if g, ok := p.group(piece); ok { // "Legal and Compliance" may be one department
			add(g)
			continue
		}
		for _, word := range andWord.Split(piece, -1) {
			g, ok := p.group(strings.TrimSpace(word))
			if !ok {
				return nil, Refuse(Invalid, "refuse.audience", "words", shortened(word))
			}
			add(g)
		}
	}
	if len(out) == 0 {
		return nil, Refuse(Invalid, "refuse.audience_empty")
	}
	if len(out) > maxGroups {
		return nil, Refuse(Invalid, "refuse.audience_long", "most", strconv.Itoa(maxGroups))
	}
	return out, nil
}

func shortened(s string) string {
	const most = 40
	if r := []rune(strings.TrimSpace(s)); len(r) > most {
		return string(r[:most]) + "…"
	}
	return strings.TrimSpace(s)
}

// ofKind is the group of the kind that stands before a colon.
func (p audienceReader) ofKind(word string) (Group, bool) {
	kind, value, ok := strings.Cut(word, ":")
	if !ok {
		return Group{}, false
	}
	return p.named(GroupKind(strings.ToLower(strings.TrimSpace(kind))), strings.TrimSpace(value))
}

func (p audienceReader) group(word string) (Group, bool) {
	if strings.Contains(word, ":") {
		return p.ofKind(word)
	}
	switch strings.ToLower(word) {
	case "everyone", "everybody", "all", "alle":
		return Group{Kind: Everyone}, true
	}
	if m := notRead.FindStringSubmatch(word); m != nil {
		return Group{NotRead, m[1] + m[2]}, true
	}
	if m := listWord.FindStringSubmatch(word); m != nil {
		return p.named(OfList, m[1])
	}
	for _, kind := range []GroupKind{OfDepartment, OfRole, OfSite, OnePerson} {
		if g, ok := p.named(kind, word); ok {
			return g, true
		}
	}
	return Group{}, false
}

// named is the group of that kind, where there is one.
func (p audienceReader) named(kind GroupKind, value string) (Group, bool) {
	lower := strings.ToLower(value)
	switch kind {
	case OfDepartment:
		for _, x := range p.people.All() {
			if !x.Left && x.Department != "" && strings.EqualFold(x.Department, value) {
				return Group{kind, x.Department}, true
			}
		}
	case OfRole:
		word := strings.ReplaceAll(lower, " ", "_")
		for _, r := range Roles {
			if word == string(r) || word == string(r)+"s" {
				return Group{kind, string(r)}, true
			}
		}
	case OfSite:
		told := p.people.HaveSites()
		for _, x := range p.people.All() {
			if s := x.where(told, ""); !x.Left && s != "" && strings.EqualFold(s, value) {
				return Group{kind, s}, true
			}
		}
	case OfList:
		for _, name := range p.lists {
			if strings.EqualFold(name, value) {
				return Group{kind, name}, true
			}
		}
	case OfLanguage:
		if tag := primary(lower); len(tag) == 2 || len(tag) == 3 {
			return Group{kind, tag}, true
		}
	case NotRead:
		digits := strings.TrimPrefix(strings.ToUpper(value), "MSG-")
		if n, err := strconv.ParseInt(digits, 10, 64); err == nil && n > 0 {
			return Group{kind, strconv.FormatInt(n, 10)}, true
		}
	case OnePerson:
		return p.person(lower)
	}
	return Group{}, false
}

// person is the only one with that e-mail, else with that full name.
func (p audienceReader) person(lower string) (Group, bool) {
	var found []*Person
	for _, x := range p.people.All() {
		switch {
		case x.Left:
		case x.Email == lower:
			return Group{OnePerson, x.ID.digits()}, true
		case strings.ToLower(x.Name) == lower:
			found = append(found, x)
		}
	}
	if len(found) != 1 {
		return Group{}, false
	}
	return Group{OnePerson, found[0].ID.digits()}, true
}

func (id PersonID) digits() string { return strconv.FormatInt(int64(id), 10) }

func primary(tag string) string {
	tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
	return tag
}

// Asks are the broadcasts of which the rule has to know who has not read them.
func (a Audience) Asks() []int64 {
	var out []int64
	for _, g := range slices.Concat(a.Groups, a.Except) {
		if n, err := strconv.ParseInt(g.Value, 10, 64); g.Kind == NotRead && err == nil {
			out = append(out, n)
		}
	}
	return out
}

// Means tells whether the broadcast is for the person. Nobody who has left is
// meant; who only reads evidence is where their role or name is.
func (a Audience) Means(p *Person, f AudienceFacts) bool {
	if p.Left {
		return false
	}
	in := func(g Group) bool { return g.has(p, f) }
	return slices.ContainsFunc(a.Groups, in) && !slices.ContainsFunc(a.Except, in)
}

// Members are those whom the audience means, by number.
func (a Audience) Members(people *People, f AudienceFacts) []PersonID {
	var out []PersonID
	for _, p := range people.All() {
		if a.Means(p, f) {
			out = append(out, p.ID)
		}
	}
	slices.Sort(out)
	return out
}

func (g Group) has(p *Person, f AudienceFacts) bool {
	switch g.Kind {
	case OnePerson:
		return g.Value == p.ID.digits()
	case OfList:
		return f.Lists[strings.ToLower(g.Value)][p.ID]
	case OfRole:
		return p.Is(Role(g.Value)) || g.Value == string(Staff) && len(p.Roles) == 0
	}
	if onlyReads(p) {
		return false
	}
	switch g.Kind {
	case Everyone:
		return true
	case OfDepartment:
		return strings.EqualFold(p.Department, g.Value)
	case OfSite:
		return strings.EqualFold(p.where(f.Sites, f.Zone), g.Value)
	case OfLanguage:
		return primary(orElse(p.Language, f.Language)) == g.Value
	case NotRead:
		n, err := strconv.ParseInt(g.Value, 10, 64)
		return err == nil && f.Missing[n][p.ID]
	}
	return false
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
