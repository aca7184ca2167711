package chat

// Card is a message, drawn by each platform in its own way. It holds no
// markup: every string is plain text, and the renderer escapes it; what stands
// out is said beside the words (Run).
type Card struct {
	// Summary is the notification, the lock screen's line and the head of the
	// plain-text twin. Its first 60 characters say what, by when.
	Summary string
	Blocks  []Block
	// Language (BCP 47) is the reader's, for the renderer's own few words.
	Language string
	// Delivery is the outbox's id of this message, sent along as metadata so
	// that an unsure send can be looked up. Opaque; empty in a direct answer.
	Delivery string
}

// Block is one part of a card. The set is sealed: Text, Facts, List, Table,
// Chart, Image, Divider, Buttons and Select.
type Block interface{ block() }

// Style says what a Text is, not how it looks.
type Style int

const (
	// Body is an ordinary paragraph. A newline begins a new line.
	Body Style = iota
	// Title is what the card is about; at most one, first.
	Title
	// Section heads a group of rows: "Tomorrow", "This week".
	Section
	// Quiet is small print: whence, why me, what comes next.
	Quiet
	// Quote is somebody's own words.
	Quote
)

// Text is one paragraph.
type Text struct {
	Style Style
	Text  string
	// Runs, of a Body alone, say which of its words stand out; together they
	// are the text. Where a renderer has no room for them it draws the text.
	Runs []Run `json:",omitempty"`
}

// Run is words that are written alike.
type Run struct {
	Text         string
	Bold, Italic bool   `json:",omitempty"`
	URL          string `json:",omitempty"` // the page that they open, where WebAddress allows
}

// Facts are names and values, one a line.
type Facts struct{ Facts []Fact }

// Fact is one line of Facts.
type Fact struct{ Name, Value string }

// List is rows of items; More counts those that are not shown.
type List struct {
	Rows []Row
	More int
}

// Row is one item of a List: "Title · ID   When", with Note beneath it.
type Row struct {
	Title string
	ID    string // "CA-12"; may be empty
	When  string // "Thu 19 Mar", "6 days"
	Note  string // whose it is, the last answer, why it matters
	Menu  []Button
}

// Table is for figures; on a phone at most three columns are readable.
type Table struct {
	Columns []string
	Rows    [][]string
	More    int
}

// Chart is a series of numbers; Sentence says the same in words.
type Chart struct {
	Title    string
	Sentence string
	Points   []Point
}

// Point is one bar of a Chart.
type Point struct {
	Label string
	Value float64
}

// Image is a picture, which never stands without a description.
type Image struct{ URL, Alt string }

// Divider separates two groups.
type Divider struct{}

// Buttons are what the reader can do. At most MaxShown are visible and MaxMore
// stand in the overflow; a renderer drops what is beyond.
type Buttons struct{ Shown, More []Button }

// Limits of a row of buttons, from the voice guide.
const (
	MaxShown = 3
	MaxMore  = 5
)

// Button carries the command it runs, in the words one could type
// ("done CA-12"). Its meaning is looked up again at the press.
type Button struct {
	Label   string // names the deed: "Approve 27 Mar"
	Spoken  string // for a screen reader: label, title and id
	Command string
	Look    Look
	// Form is set where pressing it opens a form; a platform that must know
	// before the press reads it. The bot sets it on every card that it gives away.
	Form bool `json:",omitempty"`
	// URL is a page that pressing it opens, where WebAddress allows; such a
	// button runs no command.
	URL string `json:",omitempty"`
}

// Look is a button's weight.
type Look int

const (
	// Plain is the usual button.
	Plain Look = iota
	// Primary is the one most people want; at most one a card.
	Primary
	// Danger cannot be undone.
	Danger
)

// Select lets the reader choose one option. The invocation's text is Command,
// a space, and the option's value.
type Select struct {
	Label   string
	Command string
	Options []Option
}

// Option is one choice of a Select or of an Input.
type Option struct{ Label, Value string }

func (Text) block()    {}
func (Facts) block()   {}
func (List) block()    {}
func (Table) block()   {}
func (Chart) block()   {}
func (Image) block()   {}
func (Divider) block() {}
func (Buttons) block() {}
func (Select) block()  {}

// Form is a dialog. When it is submitted, the invocation's text is Command and
// its fields are the inputs' values by name.
type Form struct {
	Title    string // at most 24 characters, else cut
	Submit   string // the button's label, at most 24 characters
	Cancel   string
	Command  string
	Intro    string
	Inputs   []Input
	Language string
}

// InputKind says what an Input asks for.
type InputKind int

const (
	// Line is one line of text.
	Line InputKind = iota
	// Paragraph is several lines.
	Paragraph
	// DateInput is a civil date, "2006-01-02".
	DateInput
	// PersonInput is one person; the value is "<@ACCOUNT-ID>".
	PersonInput
	// Choice is one of Options.
	Choice
	// ConversationInput is a channel; the value is "<#ADDRESS>".
	ConversationInput
	// FileInput is one file, which arrives in the invocation's Files. A platform
	// whose dialogs take none says so in its place.
	FileInput
)

// Input is one field of a Form.
type Input struct {
	Name     string // of the field, a-z
	Label    string
	Hint     string
	Kind     InputKind
	Value    string // to begin with; in the form of the field's value
	Options  []Option
	Optional bool
	Max      int      // characters; 0 for the platform's own limit
	Endings  []string // of a FileInput: those of the files it takes, "png"
}
