package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

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
