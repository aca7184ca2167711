package teams

import (
	"encoding/json"
	"net/http"

	"ismsbot/bot/chat"
)

// The invokes that we answer.
const (
	invokeExecute = "adaptiveCard/action"
	invokeOpen    = "task/fetch"
	invokeSubmit  = "task/submit"
	invokeFile    = "fileConsent/invoke"
)

// What an invoke of a card may be answered with:
// https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/work-with-universal-actions-for-adaptive-cards
const (
	typeCard    = ContentType
	typeMessage = "application/vnd.microsoft.activity.message"
	typeError   = "application/vnd.microsoft.error"
)

// reply is the answer to a pressed Action.Execute. The HTTP status is 200
// whatever it says: of anything else the presser would see nothing.
type reply struct {
	StatusCode int    `json:"statusCode"`
	Type       string `json:"type"`
	Value      any    `json:"value"`
}

func cardReply(card chat.Card) answer {
	return encode(reply{http.StatusOK, typeCard, Render(card).Card})
}

func said(text string) answer { return encode(reply{http.StatusOK, typeMessage, text}) }

func fault(text string) answer {
	return encode(reply{http.StatusInternalServerError, typeError, map[string]string{"code": "InternalServerError", "message": text}})
}

// task is the answer to an invoke of a dialog.
type task struct {
	Task taskReply `json:"task"`
}

type taskReply struct {
	Type  string `json:"type"` // continue, message
	Value any    `json:"value"`
}

type taskInfo struct {
	Title  string     `json:"title"`
	Height any        `json:"height,omitempty"`
	Width  any        `json:"width,omitempty"`
	Card   attachment `json:"card"`
}

func openDialog(d Dialog) answer {
	return encode(task{taskReply{"continue", taskInfo{d.Title, d.Height, d.Width, attachment{ContentType: ContentType, Content: d.Card}}}})
}

func dialogSays(text string) answer { return encode(task{taskReply{"message", text}}) }

// encode cannot fail: all it is given are strings and our own types.
func encode(v any) answer {
	data, err := json.Marshal(v)
	if err != nil {
		panic("teams: " + err.Error())
	}
	return answer{http.StatusOK, data}
}

// The members of an action's data that are ours.
const (
	dataCommand = "isms"
	dataSelect  = "isms_select"
	dataForm    = "isms_form"
)

// data is what a pressed action carries: its own members and the inputs'.
type data map[string]any

// readData reads the data of a message with a value, of an Execute, or of a dialog.
func (a *activity) readData() data {
	var v struct {
		Action struct {
			Data data `json:"data"`
		} `json:"action"`
		Data data `json:"data"`
	}
	switch {
	case a.Type == "message":
		var d data
		_ = json.Unmarshal(a.Value, &d) // what cannot be read carries no command
		return d
	case json.Unmarshal(a.Value, &v) != nil:
		return nil
	case a.Name == invokeExecute:
		return v.Action.Data
	}
	return v.Data
}

func (d data) text(name string) string {
	s, _ := d[name].(string)
	return s
}

// command is what the pressed action carried, with what was chosen beside it.
func (d data) command() string {
	command := d.text(dataCommand)
	if input := d.text(dataSelect); input != "" && command != "" {
		chosen := d.text(input)
		if chosen == "" {
			return ""
		}
		return command + " " + chosen
	}
	return command
}
