package teams

import (
	"net"
	"net/http"
	"syscall"
	"testing"

	"ismsbot/adapters/wire"
	"ismsbot/bot/chat"
)

func configured(c Config) Config {
	c.AppID, c.TenantID = "22222222-2222-2222-2222-222222222222", "11111111-1111-1111-1111-111111111111"
	return c
}

func TestATokenGoesNowhereElse(t *testing.T) {
	c := configured(Config{ServiceURLs: []string{"http://localhost:56150/_connector", "https://proxy.example:8443/teams/"}})
	a, err := newAllowed(c.resolve(), c, newClients(nil))
	if err != nil {
		t.Fatal(err)
	}
	for url, want := range map[string]string{
		"https://smba.trafficmanager.net/teams/":            "guarded",
		"https://smba.trafficmanager.net/emea/tenant":       "guarded",
		"https://SMBA.trafficmanager.net:443/uk/":           "guarded",
		"https://smba.infra.gcc.teams.microsoft.com/teams/": "guarded",
		"http://localhost:56150/_connector":                 "trusted",
		"http://localhost:56150/_connector/":                "trusted",
		"http://localhost:56150/_connector/v4":              "trusted",
		"https://proxy.example:8443/teams":                  "trusted",

		"http://smba.trafficmanager.net/teams/":            "",
		"https://evil.trafficmanager.net/teams/":           "",
		"https://smba.trafficmanager.net.evil/teams/":      "",
		"https://smba.trafficmanager.net@evil/teams/":      "",
		"https://user@smba.trafficmanager.net/teams/":      "",
		"https://smba.trafficmanager.net./teams/":          "",
		"https://smba.trafficmanager.net:8443/teams/":      "",
		"https://smba.trafficmanager.net/teams/?x=1":       "",
		"https://smba.infra.gov.teams.microsoft.us/teams/": "",
		"http://localhost:56150/_connectors":               "",
		"http://localhost:56150/_connector/../admin":       "",
		"http://localhost:56151/_connector":                "",
		"https://localhost:56150/_connector":               "",
		"http://127.0.0.1/":                                "",
		"http://169.254.169.254/metadata":                  "",
		"https://[::1]/":                                   "",
		"https://2130706433/":                              "",
		"file:///etc/passwd":                               "",
		"":                                                 "",
		"//smba.trafficmanager.net/teams/":                 "",
	} {
		got := ""
		switch a.client(url) {
		case a.clients.guarded:
			got = "guarded"
		case a.clients.trusted:
			got = "trusted"
		}
		if got != want {
			t.Errorf("%q is %q, not %q", url, got, want)
		}
	}
}

func TestANameThatLeadsInsideIsNotDialled(t *testing.T) {
	for address, open := range map[string]bool{
		"52.112.0.1:443": true, "[2603:1063::1]:443": true,
		"127.0.0.1:443": false, "10.0.0.1:443": false, "192.168.1.1:443": false, "172.16.0.1:443": false, "169.254.169.254:80": false,
		"100.64.0.1:443": false, "0.0.0.0:443": false, "255.255.255.255:443": false, "224.0.0.1:443": false, "240.0.0.1:443": false,
		"[::1]:443": false, "[::ffff:127.0.0.1]:443": false, "[fe80::1]:443": false, "[fc00::1]:443": false, "nonsense": false,
	} {
		if err := public("tcp", address, nil); (err == nil) != open {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestAnUploadGoesToWhereFilesAre(t *testing.T) {
	c := configured(Config{ServiceURLs: []string{"http://127.0.0.1:9/connector"}})
	a, err := newAllowed(c.resolve(), c, newClients(nil))
	if err != nil {
		t.Fatal(err)
	}
	x := &Teams{places: a}
	for url, want := range map[string]bool{
		"https://contoso-my.sharepoint.com/personal/x": true, "https://contoso.sharepoint.us/x": true, "http://127.0.0.1:9/upload/1": true,
		"https://sharepoint.com/x": false, "https://.sharepoint.com/x": false, "https://evilsharepoint.com/x": false, "http://a.sharepoint.com/x": false,
		"https://a.sharepoint.com:8443/x": false, "https://u@a.sharepoint.com/x": false, "http://127.0.0.1:10/": false, "https://a.sharepoint.com.evil/x": false,
	} {
		if got := x.uploader(url) != nil; got != want {
			t.Errorf("%q: %v", url, got)
		}
	}
}

func TestEveryCloudIsWhole(t *testing.T) {
	for _, name := range Clouds {
		c, ok := clouds[name]
		if !ok || c.name != name || c.login == "" || c.scope == "" || c.issuer == "" || c.metadata == "" || c.graph == "" {
			t.Errorf("%s: %+v", name, c)
		}
		if name == "china" {
			continue
		}
		if a, err := newAllowed(c, Config{}, newClients(nil)); err != nil || a.client(c.service) == nil {
			t.Errorf("%s: its own service %q is not allowed", name, c.service)
		}
	}
	if _, err := newAllowed(clouds["china"], Config{}, newClients(nil)); err == nil {
		t.Error("China works without a service URL")
	}
}

func TestAReferenceComesApartAsItWentTogether(t *testing.T) {
	for _, conversation := range []string{"a:1pL6i0oY", "19:abc@thread.tacv2;messageid=1700000000000", "19:x/y@unq.gbl.spaces"} {
		ref := reference(conversation, "f:1-2")
		if c, a, ok := split(ref); !ok || c != conversation || a != "f:1-2" {
			t.Errorf("%q: %q %q %v", ref, c, a, ok)
		}
	}
	for _, bad := range []string{"", "/", "a/", "/b", "ab"} {
		if _, _, ok := split(chat.MessageRef(bad)); ok {
			t.Errorf("%q came apart", bad)
		}
	}
}

// A handshake that fails comes before anything is sent, on both ways out.
func TestWhatHasNotLeftIsKnownOnBothWaysOut(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mute.Close() })
	go func() {
		for {
			c, err := mute.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("no TLS here, as behind a captive portal"))
			c.Close()
		}
	}()
	anywhere := func(string, string, syscall.RawConn) error { return nil }
	open := newClients(nil).trusted
	for name, c := range map[string]*http.Client{"trusted": open, "guarded": guardedBy(anywhere, open)} {
		if _, err := c.Get("https://" + mute.Addr().String()); err == nil || !wire.Unsent(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnIDLeadsToNoOtherCall(t *testing.T) {
	c := configured(Config{})
	a, err := newAllowed(c.resolve(), c, newClients(nil))
	if err != nil {
		t.Fatal(err)
	}
	x := &Teams{places: a}
	const base = "https://smba.trafficmanager.net/teams/v3/conversations/"
	for id, want := range map[string]string{
		"19:a@thread.tacv2;messageid=1": base + "19:a@thread.tacv2%3Bmessageid=1/activities", "../x?y#z": base + "..%2Fx%3Fy%23z/activities",
		"%2e%2e": base + "%252e%252e/activities", "..": "", ".": "", "": "",
	} {
		r := x.connect(callSend, http.MethodPost, c.resolve().service, nil, "conversations", id, "activities")
		if want == "" && r.client != nil || want != "" && (r.client == nil || r.url != want) {
			t.Errorf("%q leads to %s", id, r.url)
		}
	}
}
