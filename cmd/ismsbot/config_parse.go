package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/language"

	"ismsbot/bot/isms"
	"ismsbot/bot/voice"
)

// The errors of these functions follow the value they refuse:
// `"25:00-26:00" is not a span of a day; write "09:00-17:00"`.

func anyText(s string) (string, error) { return strings.TrimSpace(s), nil }

func parseZone(s string) (*time.Location, error) {
	zone, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		return nil, errors.New(`is not a time zone; write an IANA name such as "Europe/London"`)
	}
	return zone, nil
}

func parseLanguage(s string) (string, error) {
	if tag, err := language.Parse(s); err == nil {
		base, _ := tag.Base()
		for _, spoken := range voice.Languages {
			if have, _ := spoken.Base(); have == base {
				return tag.String(), nil
			}
		}
	}
	return "", fmt.Errorf("is not a language the bot speaks; write one of %v", voice.Languages)
}

func parseHolidays(code string) (func(isms.Date) bool, error) {
	holiday, err := isms.Holidays(code)
	if err != nil {
		return nil, errors.New(`is no country whose holidays are known; write its ISO 3166 code, such as GB or DE-BY, or leave the key out for none`)
	}
	return holiday, nil
}

func parseHours(s string) (h [2]int, err error) {
	if h[0], h[1], err = isms.ParseHours(s); err != nil {
		return h, errors.New(`is not a span of a day; write "09:00-17:00"`)
	}
	return h, nil
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

func parseWeekday(s string) (time.Weekday, error) {
	for i, name := range weekdays {
		if strings.ToLower(s) == name {
			return time.Weekday(i), nil
		}
	}
	return 0, errors.New("is not a day; write mon, tue, wed, thu, fri, sat or sun")
}

func parseListen(s string) (string, error) {
	_, port, err := net.SplitHostPort(s)
	if n, bad := strconv.Atoi(port); s != "" && (err != nil || bad != nil || n < 0 || n > 65535) {
		return "", errors.New(`is not an address to listen on; write ":8080" or "127.0.0.1:8080"`)
	}
	return s, nil
}

var otherLaw = regexp.MustCompile(`^([\pL\pN][\pL\pN .-]{0,38}) ([1-9][0-9]{0,3})h$`)

// parseLaw takes a law that is known by its name, or another one with its hours.
func parseLaw(s string) (isms.LegalClock, error) {
	s = strings.TrimSpace(s)
	for _, known := range []isms.LegalClock{isms.GDPR, isms.POPIA} {
		if strings.EqualFold(s, known.Name) {
			return known, nil
		}
	}
	m := otherLaw.FindStringSubmatch(s)
	if m == nil {
		return isms.LegalClock{}, errors.New(`is no law that is known; write GDPR, POPIA, or a name and its hours, such as "NIS2 24h"`)
	}
	hours, err := strconv.Atoi(m[2])
	return isms.NewLegalClock(m[1], hours), err
}

// parseURL takes an absolute address; http is allowed, as the operator who
// writes it is trusted.
func parseURL(s string) (string, error) {
	if s == "" {
		return "", nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New(`is not a web address; write it in full, such as "https://isms.example.org"`)
	}
	return strings.TrimRight(s, "/"), nil
}

// parseBaseURL takes an address to which names are added.
func parseBaseURL(s string) (string, error) {
	base, err := parseURL(s)
	if err != nil || base == "" {
		return "", errors.New(`is not a web address; write it in full, such as "https://slack.com/api/"`)
	}
	return base + "/", nil
}

// parseWholeURL is parseURL for a place where an address must stand.
func parseWholeURL(s string) (string, error) {
	whole, err := parseURL(s)
	if err != nil || whole == "" {
		return "", errors.New(`is not a web address; write it in full, such as "https://smba.trafficmanager.net/teams/"`)
	}
	return whole, nil
}

// parsePageURL takes the address of a page that Teams shows to people, and
// Teams takes no other scheme than https.
func parsePageURL(s string) (string, error) {
	page, err := parseURL(s)
	if err != nil || page != "" && !strings.HasPrefix(strings.ToLower(page), "https://") {
		return "", errors.New(`is not the https address of a page, as Teams wants it; write it in full, such as "https://www.example.org/privacy"`)
	}
	return page, nil
}

// maxDeveloper is how long a developer's name may be in a Teams manifest.
const maxDeveloper = 32

func parseDeveloper(s string) (string, error) {
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n > maxDeveloper {
		return "", fmt.Errorf("has %d characters and Teams takes %d; write a shorter name", n, maxDeveloper)
	}
	return s, nil
}

var guid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// parseGUID takes an id of Microsoft's; they are compared in lower case.
func parseGUID(s string) (string, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	if s != "" && !guid.MatchString(s) {
		return "", errors.New(`is not an id of Microsoft Entra; write it as its overview page shows it, such as "0f5b7a1c-3d2e-4f60-8a9b-1c2d3e4f5a6b"`)
	}
	return s, nil
}

// certificateFault is why the text is not a PEM file with a certificate and
// the key that belongs to it; empty where it is one.
func certificateFault(pem string) string {
	const remedy = "; write file:PATH of a PEM file that holds both, the key without a passphrase"
	_, err := tls.X509KeyPair([]byte(pem), []byte(pem))
	switch {
	case err == nil:
		return ""
	case !strings.Contains(pem, "-----BEGIN CERTIFICATE-----"):
		return "holds no certificate" + remedy
	case !strings.Contains(pem, "PRIVATE KEY-----"):
		return "holds a certificate without its key" + remedy
	case strings.Contains(pem, "ENCRYPTED"):
		return "holds a key that is encrypted" + remedy
	case strings.Contains(err.Error(), "private key does not match"):
		return "holds a key that is not the certificate's" + remedy
	}
	return "holds a certificate or a key that cannot be read" + remedy
}

func parseDSN(s string) (string, error) {
	switch {
	case s == "":
		return "", errors.New(`is empty; write the path of a file, such as "ismsbot.db"`)
	case strings.HasPrefix(s, "postgres://"), strings.HasPrefix(s, "postgresql://"):
		return "", errPostgres
	case strings.Contains(s, "://"):
		return "", errors.New(`is not a database; write the path of a file, such as "ismsbot.db"`)
	}
	return s, nil
}

var errPostgres = errors.New(`is a PostgreSQL database, which this version does not serve; write the path of a file, such as "ismsbot.db"`)

func parseSlackMode(s string) (SlackMode, error) {
	switch mode := SlackMode(s); mode {
	case SlackSocket, SlackHTTP:
		return mode, nil
	}
	return "", errors.New("is not a mode; write socket (the bot dials out) or http (Slack calls server.public_url)")
}

func parseCloud(s string) (string, error) {
	switch s {
	case "public", "usgov", "dod", "china":
		return s, nil
	}
	return "", errors.New("is not a cloud; write public, usgov, dod or china")
}

func parseBool(s string) (bool, error) {
	switch s {
	case "true":
		return true, nil
	case "false":
		return false, nil
	}
	return false, errors.New("is neither true nor false")
}

func parsePeriod(s string) (time.Duration, error) {
	d, err := time.ParseDuration(s)
	if err != nil || d < 10*time.Millisecond || d > 24*time.Hour {
		return 0, errors.New(`is not a period; write a number with its unit, such as "30s" or "1m", from 10ms to 24h`)
	}
	return d, nil
}

// parseCount takes days and people alike; a century of days is more than any
// setting means.
func parseCount(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 || n > 1_000_000 {
		return 0, errors.New("is not a whole number from 0 upwards")
	}
	return n, nil
}

func parseEmail(s string) (string, error) {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != strings.TrimSpace(s) {
		return "", errors.New(`is not an e-mail address; write it alone, such as "lena@example.org"`)
	}
	return strings.ToLower(a.Address), nil
}

// reason is why a file could not be used, without its path.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
