package slack_test

import "ismsbot/adapters/slack/slackfake"

func failure(method string, status int) slackfake.Fault {
	return slackfake.Fault{Method: method, Status: status}
}
