package teamsfake

import (
	"encoding/base64"
	"encoding/json"
	"strings"
)

// CatalogID is the app's id in the tenant's catalog, by which Graph knows it.
func (s *Server) CatalogID() string { return catalogID }

func (s *Server) catalog(c *call) *reply {
	value := []any{}
	filter := c.query.Get("$filter")
	if filter == "" || filter == "externalId eq '"+s.o.AppID+"'" {
		value = append(value, s.appObject())
	}
	return &reply{status: 200, body: Object{"value": value}}
}

func (s *Server) appObject() Object {
	return Object{"id": catalogID, "externalId": s.o.AppID, "displayName": s.o.BotName, "distributionMethod": "organization"}
}

// installByGraph installs the app for a person; the bot hears of it as it does
// from a client.
func (s *Server) installByGraph(c *call) *reply {
	var in Object
	if json.Unmarshal(c.body, &in) != nil || !strings.HasSuffix(str(in["teamsApp@odata.bind"]), "/appCatalogs/teamsApps/"+catalogID) {
		return s.malformed("an installation of no app of the catalog")
	}
	aad := c.path("aad")
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[aad]
	switch {
	case p == nil:
		return refusal(404, "NotFound", "No user found with the given id.")
	case p.state == installed:
		return refusal(409, "Conflict", "App is already installed for the user.")
	}
	p.state = installed
	if s.botURL != "" {
		s.busy.Add(1)
		go func() {
			defer s.busy.Done()
			_, _ = s.Install(aad) // whether the bot hears of it is its own affair
		}()
	}
	return &reply{status: 201}
}

func (s *Server) installedApps(c *call) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[c.path("aad")]
	if p == nil {
		return refusal(404, "NotFound", "No user found with the given id.")
	}
	value := []any{}
	if p.state == installed {
		id := base64.StdEncoding.EncodeToString([]byte(p.AAD + "##" + catalogID))
		value = append(value, Object{"id": id, "teamsApp": s.appObject()})
	}
	return &reply{status: 200, body: Object{"value": value}}
}
