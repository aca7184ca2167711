package slackfake

import "encoding/json"

// Check says why Slack would refuse a message with this text and these blocks,
// or nothing. Blocks are anything that becomes Block Kit as JSON.
func Check(text string, blocks any) string {
	v, err := decode(blocks)
	if err != nil {
		return err.Error()
	}
	if text == "" {
		return "a message without text"
	}
	_, why := checkBlocks(v, false)
	return why
}

// CheckView says why Slack would refuse a dialog or a Home tab, or nothing.
func CheckView(view any) string {
	v, err := decode(view)
	if err != nil {
		return err.Error()
	}
	kind := str(obj(v)["type"])
	if kind != "home" {
		kind = "modal"
	}
	return checkView(obj(v), kind)
}

// Pings are the mentions that would notify somebody, wherever Slack reads markup.
func Pings(text string, blocks any) []string {
	v, err := decode(blocks)
	if err != nil {
		return nil
	}
	return Message{Text: text, Blocks: objs(v)}.Pings()
}

func decode(v any) (out any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	err = json.Unmarshal(data, &out)
	return out, err
}
