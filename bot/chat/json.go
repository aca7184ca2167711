package chat

import (
	"encoding/json"
	"fmt"
)

// blockNames are the tags under which blocks stand in the outbox. Once a
// version has shipped they never change: an older row must still be readable.
func newBlock(name string) Block {
	switch name {
	case "text":
		return &Text{}
	case "facts":
		return &Facts{}
	case "list":
		return &List{}
	case "table":
		return &Table{}
	case "chart":
		return &Chart{}
	case "image":
		return &Image{}
	case "divider":
		return &Divider{}
	case "buttons":
		return &Buttons{}
	case "select":
		return &Select{}
	}
	return nil
}

func blockName(b Block) string {
	switch b.(type) {
	case Text:
		return "text"
	case Facts:
		return "facts"
	case List:
		return "list"
	case Table:
		return "table"
	case Chart:
		return "chart"
	case Image:
		return "image"
	case Divider:
		return "divider"
	case Buttons:
		return "buttons"
	case Select:
		return "select"
	}
	return ""
}

type cardJSON struct {
	Summary  string      `json:"summary"`
	Language string      `json:"language,omitempty"`
	Blocks   []blockJSON `json:"blocks"`
}

type blockJSON struct {
	Is   string          `json:"is"`
	Data json.RawMessage `json:"data"`
}

// MarshalJSON writes the card as it is kept in the outbox: each block tagged
// with its name. Delivery is not part of it; it belongs to the sending.
func (c Card) MarshalJSON() ([]byte, error) {
	out := cardJSON{Summary: c.Summary, Language: c.Language, Blocks: make([]blockJSON, len(c.Blocks))}
	for i, b := range c.Blocks {
		data, err := json.Marshal(b)
		if err != nil {
			return nil, err
		}
		out.Blocks[i] = blockJSON{Is: blockName(b), Data: data}
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote and refuses a block it does not know.
func (c *Card) UnmarshalJSON(data []byte) error {
	var in cardJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	card := Card{Summary: in.Summary, Language: in.Language}
	for _, b := range in.Blocks {
		block := newBlock(b.Is)
		if block == nil {
			return fmt.Errorf("chat: unknown block %q", b.Is)
		}
		if err := json.Unmarshal(b.Data, block); err != nil {
			return fmt.Errorf("chat: block %q: %w", b.Is, err)
		}
		card.Blocks = append(card.Blocks, value(block))
	}
	*c = card
	return nil
}

// value turns the pointer that JSON was read into back into the block itself,
// so that a type switch needs one form only.
func value(b Block) Block {
	switch b := b.(type) {
	case *Text:
		return *b
	case *Facts:
		return *b
	case *List:
		return *b
	case *Table:
		return *b
	case *Chart:
		return *b
	case *Image:
		return *b
	case *Divider:
		return *b
	case *Buttons:
		return *b
	case *Select:
		return *b
	}
	return b
}
