package isms

import (
	"slices"
	"strings"
)

// HaveSites tells whether the people file says where people work.
func (p *People) HaveSites() bool {
	return slices.ContainsFunc(p.All(), func(x *Person) bool { return !x.Left && x.Site != "" })
}

// where is the person's site: what the people file says, where it says it of
// anybody, else the city of their zone or of the one given.
func (p *Person) where(told bool, zone string) string {
	if told {
		return p.Site
	}
	return City(orElse(p.Zone, zone))
}

// City is the last part of a zone, as people say it: "New York"; empty for a zone
// that has no city, like UTC.
func City(zone string) string {
	if i := strings.LastIndexByte(zone, '/'); i >= 0 {
		return strings.ReplaceAll(zone[i+1:], "_", " ")
	}
	return ""
}
