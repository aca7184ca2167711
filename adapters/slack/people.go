package slack

import (
	"context"

	slackapi "github.com/slack-go/slack"

	"ismsbot/adapters/readable"
	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

// usersPage is how many people one call asks for; Slack advises no more.
const usersPage = 200

// Members lists everybody whom the workspace knows, closed accounts and bots
// included and marked as such. It takes its time on a large workspace.
func (s *Slack) Members(ctx context.Context) ([]chat.Member, error) {
	home := s.home.Load()
	if home == nil {
		return nil, &chat.SendError{Outcome: chat.Retry, Code: "not_ready"}
	}
	options := []slackapi.GetUsersOption{slackapi.GetUsersOptionLimit(usersPage), slackapi.GetUsersOptionIncludeLocale(true)}
	var out []chat.Member
	pages := s.api.GetUsersPaginated(options...)
	for {
		done := false
		err := s.call(ctx, methodUsers, "", func(ctx context.Context) (err error) {
			next, err := pages.Next(ctx)
			if done = pages.Done(err); done {
				return nil
			}
			if err == nil {
				pages = next
			}
			return err
		})
		if err != nil {
			if !s.patient(ctx, err) {
				return nil, err
			}
			continue
		}
		if done {
			return out, nil
		}
		for _, u := range pages.Users {
			out = append(out, memberOf(u, home.team))
		}
		if pages.Cursor == "" {
			return out, nil
		}
	}
}

// patient waits out a limit, so that one refused page does not cost the list.
func (s *Slack) patient(ctx context.Context, err error) bool {
	failed := chat.AsSendError(err)
	return failed.Outcome == chat.Retry && failed.RetryAfter > 0 && wire.Sleep(ctx, failed.RetryAfter)
}

func memberOf(u slackapi.User, team string) chat.Member {
	name := orElse(u.RealName, orElse(u.Profile.RealName, u.Name))
	return chat.Member{
		Account:  account(u.ID),
		Email:    u.Profile.Email,
		Name:     readable.Line(name),
		Zone:     u.TZ,
		Language: u.Locale,
		Outside: u.IsBot || u.IsRestricted || u.IsUltraRestricted || u.IsStranger || u.IsWorkflowBot ||
			u.IsConnectorBot || u.IsAppUser && u.IsBot || u.ID == "USLACKBOT" || u.TeamID != "" && u.TeamID != team && u.Enterprise.ID == "",
		Gone: u.Deleted,
	}
}
