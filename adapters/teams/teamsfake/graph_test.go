package teamsfake_test

import (
	"net/http"
	"testing"
)

func TestGraphInstallsForAPerson(t *testing.T) {
	b := start(t, options())
	token := b.token("https://graph.microsoft.com")
	graph := func(method, path string, body any) (int, object) {
		t.Helper()
		status, out, err := b.callWith(token, method, b.GraphURL()+path, body)
		if err != nil {
			t.Fatal(err)
		}
		return status, out
	}
	_, found := graph("GET", "/appCatalogs/teamsApps?$filter=externalId%20eq%20'"+b.Options().AppID+"'", nil)
	app, _ := found["value"].([]any)[0].(object)["id"].(string)
	apps := "/users/" + priya + "/teamwork/installedApps"
	bind := object{"teamsApp@odata.bind": "https://graph.microsoft.com/v1.0/appCatalogs/teamsApps/" + app}
	if _, none := graph("GET", apps, nil); len(none["value"].([]any)) != 0 {
		t.Error("installed before it is")
	}
	if status, out := graph("POST", apps, bind); status != http.StatusCreated {
		t.Errorf("%d %v", status, out)
	}
	if status, _ := graph("POST", apps, bind); status != http.StatusConflict {
		t.Errorf("a second time: %d", status)
	}
	if _, one := graph("GET", apps, nil); len(one["value"].([]any)) != 1 || !b.Installed(priya) {
		t.Error("not installed after it is")
	}
	if status, _, _ := b.callWith(b.token("https://api.botframework.com"), "GET", b.GraphURL()+apps, nil); status != 401 {
		t.Errorf("with a token for the connector: %d", status)
	}
}
