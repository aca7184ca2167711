package slack

// Limits of Block Kit, in characters where they limit text. What does not fit
// is cut or counted; nothing is refused.
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	maxHeader        = 150
	maxSection       = 3000
	maxContext       = 2000
	maxActions       = 25
	maxButtonText    = 75
	maxButtonValue   = 2000
	maxSpoken        = 75
	maxOptions       = 100
	maxOverflow      = 5
	maxOptionText    = 75
	maxOptionValue   = 150
	maxActionID      = 255
	maxPlaceholder   = 150
	maxInputLabel    = 2000
	maxInputHint     = 2000
	maxInputText     = 3000
	maxImageAlt      = 2000
	maxImageURL      = 3000
	maxViewTitle     = 24
	maxMetadata      = 3000
	maxTableRows     = 100
	maxTableCells    = 20
	maxTableText     = 10_000
	maxText          = 4000 // a message's own text, without its blocks

	// maxCardText is ours: what all blocks of a message may hold together
	// before Slack answers msg_blocks_too_long.
	maxCardText = 12_000
	// maxRuns is ours: how many words of a paragraph may stand out.
	maxRuns = 100
	// maxBodyParts is ours: how many sections one long paragraph may take.
	maxBodyParts = 4
)
