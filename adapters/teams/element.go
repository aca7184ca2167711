package teams

// AdaptiveCard is a card in the form that Teams takes: its root. What stands
// in it is made by this package alone.
type AdaptiveCard struct {
	Type         string    `json:"type"`
	Schema       string    `json:"$schema"`
	Version      string    `json:"version"`
	Lang         string    `json:"lang"`
	Speak        string    `json:"speak,omitempty"`
	FallbackText string    `json:"fallbackText,omitempty"`
	Body         []element `json:"body"`
	Actions      []*action `json:"actions,omitempty"`
	MSTeams      msTeams   `json:"msteams"`
}

// msTeams is Teams' own: a card as wide as the conversation.
type msTeams struct {
	Width string `json:"width"`
}

// element is one part of a card's body. All of them are pointers to a struct
// that embeds place.
type element interface{ where() *place }

// place is how an element stands towards the one before it.
type place struct {
	Separator bool   `json:"separator,omitempty"`
	Spacing   string `json:"spacing,omitempty"`
}

func (p *place) where() *place { return p }

const (
	spaceNone   = "none"
	spaceSmall  = "small"
	spaceMedium = "medium"
	spaceLarge  = "large"

	sizeSmall  = "small"
	sizeMedium = "medium"
	sizeLarge  = "large"

	bolder   = "bolder"
	emphasis = "emphasis"
	right    = "right"
)

// textBlock is read as Markdown: its text is escaped.
type textBlock struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Style  string `json:"style,omitempty"`
	Size   string `json:"size,omitempty"`
	Weight string `json:"weight,omitempty"`
	Color  string `json:"color,omitempty"`
	Wrap   bool   `json:"wrap"`
	place
}

// richText is read as it stands; a newline begins a new line.
type richText struct {
	Type    string    `json:"type"`
	Inlines []textRun `json:"inlines"`
	Align   string    `json:"horizontalAlignment,omitempty"`
	place
}

type textRun struct {
	Type   string `json:"type"`
	Text   string `json:"text"`
	Weight string `json:"weight,omitempty"`
	Size   string `json:"size,omitempty"`
	Subtle bool   `json:"isSubtle,omitempty"`

	Italic    bool    `json:"italic,omitempty"`
	Underline bool    `json:"underline,omitempty"`
	Color     string  `json:"color,omitempty"`
	Select    *action `json:"selectAction,omitempty"`
}

type container struct {
	Type   string    `json:"type"`
	Style  string    `json:"style,omitempty"`
	Items  []element `json:"items"`
	Select *action   `json:"selectAction,omitempty"`
	place
}

type columnSet struct {
	Type    string   `json:"type"`
	Columns []column `json:"columns"`
	place
}

type column struct {
	Type  string    `json:"type"`
	Width string    `json:"width"`
	Items []element `json:"items"`
}

type factSet struct {
	Type  string `json:"type"`
	Facts []fact `json:"facts"`
	place
}

// fact is read as Markdown: both its texts are escaped.
type fact struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

type table struct {
	Type           string        `json:"type"`
	Columns        []tableColumn `json:"columns"`
	FirstRowAsHead bool          `json:"firstRowAsHeader"`
	ShowGridLines  bool          `json:"showGridLines"`
	Rows           []*tableRow   `json:"rows"`
	place
}

type tableColumn struct {
	Width int `json:"width"`
}

type tableRow struct {
	Type  string      `json:"type"`
	Cells []tableCell `json:"cells"`
}

type tableCell struct {
	Type  string    `json:"type"`
	Items []element `json:"items"`
}

// chart is Teams' own; every other reader of Adaptive Cards shows its fallback.
type chart struct {
	Type     string  `json:"type"`
	Title    string  `json:"title,omitempty"`
	Data     []bar   `json:"data"`
	Fallback element `json:"fallback"`
	place
}

type bar struct {
	X string  `json:"x"`
	Y float64 `json:"y"`
}

type image struct {
	Type string `json:"type"`
	URL  string `json:"url"`
	Alt  string `json:"altText"`
	Size string `json:"size"`
	place
}

type actionSet struct {
	Type    string    `json:"type"`
	ID      string    `json:"id,omitempty"`
	Visible *bool     `json:"isVisible,omitempty"`
	Actions []*action `json:"actions"`
	place
}

type action struct {
	Type       string   `json:"type"`
	Title      string   `json:"title,omitempty"`
	Tooltip    string   `json:"tooltip,omitempty"`
	Style      string   `json:"style,omitempty"`
	Mode       string   `json:"mode,omitempty"`
	URL        string   `json:"url,omitempty"`
	Verb       string   `json:"verb,omitempty"`
	Data       any      `json:"data,omitempty"`
	Associated string   `json:"associatedInputs,omitempty"`
	Targets    []string `json:"targetElements,omitempty"`
	Fallback   *action  `json:"fallback,omitempty"`
}

// pressData is what comes back of a pressed button.
type pressData struct {
	Command string  `json:"isms"`
	Select  string  `json:"isms_select,omitempty"` // the input whose value follows the command
	MSTeams *dialog `json:"msteams,omitempty"`
}

// dialog asks Teams to fetch a dialog from us.
type dialog struct {
	Type string `json:"type"`
}

// formData is what comes back of a submitted form, beside its inputs' values.
type formData struct {
	State string `json:"isms_form"`
}

// field is what all inputs have in common.
type field struct {
	ID       string `json:"id"`
	Label    string `json:"label"`
	Required bool   `json:"isRequired,omitempty"`
	Error    string `json:"errorMessage,omitempty"`
	place
}

type textInput struct {
	Type      string `json:"type"`
	Multiline bool   `json:"isMultiline,omitempty"`
	MaxLength int    `json:"maxLength"`
	Value     string `json:"value,omitempty"`
	field
}

type dateInput struct {
	Type  string `json:"type"`
	Value string `json:"value,omitempty"`
	field
}

type choiceSet struct {
	Type        string   `json:"type"`
	Style       string   `json:"style"`
	Choices     []choice `json:"choices"`
	Value       string   `json:"value,omitempty"`
	Placeholder string   `json:"placeholder,omitempty"`
	People      *query   `json:"choices.data,omitempty"`
	field
}

type choice struct {
	Title string `json:"title"`
	Value string `json:"value"`
}

// query is Teams' own: the choices are searched in the directory.
type query struct {
	Type    string `json:"type"`
	Dataset string `json:"dataset"`
}

// block is text that is escaped Markdown.
func block(escaped string) *textBlock {
	return &textBlock{Type: "TextBlock", Text: escaped, Wrap: true}
}

func heading(escaped, size string) *textBlock {
	return &textBlock{Type: "TextBlock", Text: escaped, Style: "heading", Size: size, Weight: bolder, Wrap: true}
}

func rich(runs ...textRun) *richText { return &richText{Type: "RichTextBlock", Inlines: runs} }

func box(items ...element) *container { return &container{Type: "Container", Items: items} }

func submit(title string, data any) *action {
	return &action{Type: "Action.Submit", Title: title, Data: data}
}
