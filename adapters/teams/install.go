package teams

import (
	"context"
	"net/http"
	"net/url"

	"ismsbot/bot/chat"
)

// catalogKey is the address under which the app's id in the organisation's
// catalogue is kept. An installation's event tells it, so that the permission
// to read the catalogue is seldom needed.
const catalogKey = "catalog-app"

// install has Teams install the app for a person:
// https://learn.microsoft.com/graph/api/userteamwork-post-installedapps
func (t *Teams) install(ctx context.Context, user string) error {
	app, err := t.catalogApp(ctx)
	if err != nil {
		return err
	}
	r := request{name: callInstall, method: http.MethodPost, url: t.cloud.graph + "/v1.0/users/" + url.PathEscape(user) + "/teamwork/installedApps",
		body:   map[string]string{"teamsApp@odata.bind": t.cloud.graph + "/v1.0/appCatalogs/teamsApps/" + url.PathEscape(app)},
		tokens: t.graph, client: t.places.clients.of(t.config.GraphURL != "")}
	err = t.call(ctx, r, nil)
	if failed := chat.AsSendError(err); err != nil && failed.Code == "http_409" || err != nil && failed.Code == "Conflict" {
		return nil // it is there already
	}
	return notInstalled(err)
}

// notInstalled keeps a refusal of Graph from stopping everything: it is this
// person who is not reached.
func notInstalled(err error) error {
	if err == nil {
		return nil
	}
	failed := chat.AsSendError(err)
	switch failed.Outcome {
	case chat.Halted, chat.Rejected, chat.Lost, chat.Unreachable:
		return &chat.SendError{Outcome: chat.Unreachable, Code: codeNotInstalled, Err: failed}
	}
	return &chat.SendError{Outcome: chat.Retry, Code: failed.Code, RetryAfter: failed.RetryAfter, Err: failed.Err}
}

func (t *Teams) catalogApp(ctx context.Context) (string, error) {
	kept, err := t.load(ctx, catalogKey)
	if err != nil {
		return "", notSent(err)
	}
	if kept.Name != "" {
		return kept.Name, nil
	}
	var found struct {
		Value []struct {
			ID string `json:"id"`
		} `json:"value"`
	}
	query := url.Values{"$filter": {"externalId eq '" + t.config.AppID + "'"}}
	r := request{name: callCatalog, method: http.MethodGet, url: t.cloud.graph + "/v1.0/appCatalogs/teamsApps?" + query.Encode(),
		tokens: t.graph, client: t.places.clients.of(t.config.GraphURL != "")}
	if err := t.call(ctx, r, &found); err != nil {
		return "", notInstalled(err)
	}
	if len(found.Value) == 0 {
		return "", &chat.SendError{Outcome: chat.Unreachable, Code: "app_not_in_catalog"}
	}
	if err := t.save(ctx, catalogKey, whereabouts{Name: found.Value[0].ID}); err != nil {
		return "", notSent(err)
	}
	return found.Value[0].ID, nil
}
