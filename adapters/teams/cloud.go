package teams

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"ismsbot/adapters/wire"
)

// Clouds are the names of Microsoft's clouds, the default first.
var Clouds = []string{"public", "usgov", "dod", "china"}

// cloud is where one of Microsoft's clouds has what a bot needs:
// https://learn.microsoft.com/azure/bot-service/how-to-deploy-gov-cloud-high
type cloud struct {
	name     string
	login    string // base of the token endpoint
	scope    string // of a token for the Bot Connector
	issuer   string // of the tokens with which requests come in
	metadata string // where the issuer's keys are
	service  string // the Bot Connector where no conversation has named one
	hosts    []string
	graph    string
	// graphScope is of a token for Graph.
	graphScope string
}

var clouds = map[string]cloud{
	"public": {
		name: "public", login: "https://login.microsoftonline.com", scope: "https://api.botframework.com/.default",
		issuer: "https://api.botframework.com", metadata: "https://login.botframework.com/v1/.well-known/openidconfiguration",
		service: "https://smba.trafficmanager.net/teams", graph: "https://graph.microsoft.com",
		// trafficmanager.net is shared by all of Azure: the host, never the suffix.
		hosts: []string{"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"},
	},
	"usgov": {
		name: "usgov", login: "https://login.microsoftonline.us", scope: "https://api.botframework.us/.default",
		issuer: "https://api.botframework.us", metadata: "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
		service: "https://smba.infra.gov.teams.microsoft.us/teams", graph: "https://graph.microsoft.us",
		hosts: []string{"smba.infra.gov.teams.microsoft.us"},
	},
	"dod": {
		name: "dod", login: "https://login.microsoftonline.us", scope: "https://api.botframework.us/.default",
		issuer: "https://api.botframework.us", metadata: "https://login.botframework.azure.us/v1/.well-known/openidconfiguration",
		service: "https://smba.infra.dod.teams.microsoft.us/teams", graph: "https://dod-graph.microsoft.us",
		hosts: []string{"smba.infra.dod.teams.microsoft.us"},
	},
	// China's Bot Connector has no host that is documented: service_urls names it.
	"china": {
		name: "china", login: "https://login.partner.microsoftonline.cn", scope: "https://api.botframework.azure.cn/.default",
		issuer: "https://api.botframework.azure.cn", metadata: "https://login.botframework.azure.cn/v1/.well-known/openidconfiguration",
		graph: "https://microsoftgraph.chinacloudapi.cn",
	},
}

// resolve is the cloud with what the configuration puts in its place.
func (c Config) resolve() cloud {
	name := c.Cloud
	if name == "" {
		name = Clouds[0]
	}
	out := clouds[name]
	out.graphScope = out.graph + "/.default"
	if c.LoginURL != "" {
		out.login = strings.TrimSuffix(c.LoginURL, "/")
	}
	if c.OpenIDMetadataURL != "" {
		out.metadata = c.OpenIDMetadataURL
	}
	if len(c.ServiceURLs) > 0 {
		out.service = strings.TrimSuffix(c.ServiceURLs[0], "/")
	}
	if c.GraphURL != "" {
		out.graph = strings.TrimSuffix(c.GraphURL, "/")
	}
	return out
}

// clients are the two ways out: to what the operator has configured, wherever
// that is, and to everything else, which must be a public address.
type clients struct{ trusted, guarded *http.Client }

func newClients(base *http.Client) clients {
	if base != nil {
		c := wire.NewClient(base)
		return clients{c, c}
	}
	open := wire.NewClient(nil)
	return clients{open, guardedBy(public, open)}
}

// guardedBy is a client that dials what control lets pass. Each of its
// transports tells for itself what has certainly not been sent.
func guardedBy(control func(network, address string, _ syscall.RawConn) error, open *http.Client) *http.Client {
	closed := wire.NewTransport()
	closed.DialContext = (&net.Dialer{Timeout: dialWithin, Control: control}).DialContext
	c := wire.NewClient(&http.Client{Transport: closed})
	c.Transport = guard{open.Transport, c.Transport}
	return c
}

// guard dials public addresses alone, except where the operator's proxy
// (HTTPS_PROXY) dials in our place.
type guard struct{ open, closed http.RoundTripper }

func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if proxy, err := http.ProxyFromEnvironment(r); err == nil && proxy != nil {
		return g.open.RoundTrip(r)
	}
	return g.closed.RoundTrip(r)
}

const dialWithin = 10 * time.Second

func (c clients) of(configured bool) *http.Client {
	if configured {
		return c.trusted
	}
	return c.guarded
}

var errPrivate = errors.New("this address is not a public one")

// public refuses to dial what is not on the internet. It sees the address that
// a name has turned into, so that no name leads inside.
func public(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errPrivate
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || shared.Contains(ip) || reserved.Contains(ip) {
		return errPrivate
	}
	return nil
}

var (
	shared   = netip.MustParsePrefix("100.64.0.0/10") // between a carrier and its customers
	reserved = netip.MustParsePrefix("240.0.0.0/4")
)

// allowed are the places to which a token may be sent.
type allowed struct {
	hosts      []string   // of the cloud: https, no port
	configured []*url.URL // as they stand, with everything below their path
	clients    clients
}

func newAllowed(cl cloud, c Config, clients clients) (allowed, error) {
	a := allowed{hosts: cl.hosts, clients: clients}
	for _, s := range c.ServiceURLs {
		u, err := url.Parse(strings.TrimSuffix(s, "/"))
		if err != nil {
			return a, errors.New("teams.service_urls holds what is no URL")
		}
		a.configured = append(a.configured, u)
	}
	if cl.service == "" {
		return a, errors.New("teams.service_urls is empty: this cloud has no service URL that is known beforehand")
	}
	return a, nil
}

// client is the way to a service URL, nil where no token may go there.
func (a allowed) client(service string) *http.Client {
	u, err := url.Parse(service)
	if err != nil || u.User != nil || u.Opaque != "" || u.RawQuery != "" || u.Fragment != "" || strings.Contains(u.Path, "..") {
		return nil
	}
	for _, c := range a.configured {
		if u.Scheme == c.Scheme && strings.EqualFold(u.Host, c.Host) && (u.Path == c.Path || strings.HasPrefix(u.Path, c.Path+"/")) {
			return a.clients.trusted
		}
	}
	if u.Scheme != "https" || u.Port() != "" && u.Port() != "443" {
		return nil
	}
	for _, host := range a.hosts {
		if strings.EqualFold(u.Hostname(), host) {
			return a.clients.guarded
		}
	}
	return nil
}

func whole(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.User == nil && u.Opaque == "" && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http")
}

func hostOf(s string) string {
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Host
}
