package teams

// Teams takes 100 KB of UTF-16 a message and advises less; maxCard bytes of
// JSON are at most half of that, with room for the activity around it. What
// does not fit is cut or counted; nothing is refused.
const maxCard = 25 * 1024

// Limits of our own, in characters where they limit text: what people still
// read, and what leaves room for the rest.
const (
	maxSummary     = 300
	maxTwin        = 1500 // the card's plain text, which it carries twice
	maxTwinShort   = 200
	maxHeading     = 300
	maxText        = 3000
	maxWord        = 150 // an id, a day, a name, a cell
	maxWhen        = 24  // beyond it a row's day stands on a line of its own
	maxButtonText  = 75
	maxSpoken      = 200
	maxCommand     = 2000
	maxMenu        = 5   // entries of a row's menu
	maxRows        = 100 // of a list or a table
	maxColumns     = 20
	minColumn      = 5 // relative width of a table's column
	maxColumn      = 30
	maxPoints      = 30
	maxOptions     = 100
	maxOptionText  = 100
	maxOptionValue = 300
	maxImageAlt    = 500
	maxImageURL    = 2000
	maxMoreLine    = 200 // bytes of the line that counts what is left out

	// Of a form. Its state must have at most maxState bytes, as it is the one
	// thing that is never cut.
	maxState      = 8 * 1024
	maxInputs     = 30
	maxInputName  = 100
	maxInputLabel = 300
	maxInputText  = 3000
	maxShownAll   = 8 // beyond it one searches the options by typing
)

// rooms are the longest texts of a card, tried one after the other until the
// card fits.
var rooms = [...]int{maxText, 600, 150, 40}
