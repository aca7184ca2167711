package isms_test

import (
	"strings"
	"testing"
	"time"

	"ismsbot/bot/isms"
)

func TestASeriesComesRound(t *testing.T) {
	for _, tc := range []struct{ repeat, start, after, want string }{
		{"daily", "2026-03-28", "2026-03-28", "2026-03-29"},
		{"weekly", "2026-03-02", "2026-03-19", "2026-03-23"},
		{"monthly", "2026-01-31", "2026-01-31", "2026-02-28"},
		{"monthly", "2026-01-31", "2026-02-28", "2026-03-31"}, // the 31st comes back
		{"quarterly", "2025-11-30", "2025-12-01", "2026-02-28"},
		{"yearly", "2024-02-29", "2024-02-29", "2025-02-28"},
		{"yearly", "2024-02-29", "2027-03-01", "2028-02-29"},
		{"monthly", "2026-05-15", "2026-01-01", "2026-05-15"},
		{"FREQ=MONTHLY;INTERVAL=2", "2026-12-31", "2026-12-31", "2027-02-28"},
		{"FREQ=WEEKLY;INTERVAL=2", "2026-03-02", "2026-03-02", "2026-03-16"},
		{"FREQ=MONTHLY;BYDAY=-1FR", "2026-01-01", "2026-02-01", "2026-02-27"},
		{"FREQ=MONTHLY;BYMONTHDAY=31", "2026-01-31", "2026-01-31", "2026-03-31"}, // said so
		{"FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-01-31", "2026-02-28"},
		{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-01", "2026-01-30", "2026-02-27"},
		{"FREQ=WEEKLY;BYDAY=TU,TH", "2026-03-02", "2026-03-03", "2026-03-05"},
		{"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2024-02-29", "2024-03-01", "2028-02-29"},
		{"FREQ=DAILY;COUNT=3", "2026-03-01", "2026-03-02", "2026-03-03"},
		{"FREQ=DAILY;COUNT=3", "2026-03-01", "2026-03-03", ""},
		{"FREQ=WEEKLY;BYDAY=MO;COUNT=2", "2026-03-02", "2026-03-09", ""},
		{"FREQ=MONTHLY;UNTIL=20260430", "2026-01-31", "2026-03-31", "2026-04-30"},
		{"FREQ=MONTHLY;UNTIL=20260429", "2026-01-31", "2026-03-31", ""},
		{"FREQ=WEEKLY;BYDAY=MO;UNTIL=20260309T235959Z", "2026-03-02", "2026-03-02", "2026-03-09"},
		{"FREQ=WEEKLY;BYDAY=MO;UNTIL=20260309T235959Z", "2026-03-02", "2026-03-09", ""},
		{"", "2026-03-02", "2026-03-09", ""},
		{"now and then", "2026-03-02", "2026-03-09", ""},
		{"yearly", "2026-03-02", "2200-12-01", ""},
	} {
		got, ok := isms.NextDue(tc.repeat, day(t, tc.start), day(t, tc.after))
		if got.String() != tc.want || ok != (tc.want != "") {
			t.Errorf("%s from %s after %s: %s, want %s", tc.repeat, tc.start, tc.after, got, tc.want)
		}
	}
}

func TestRulesAreKeptInOneShape(t *testing.T) {
	for in, want := range map[string]string{
		"": "", " Monthly ": "monthly", "RRULE:FREQ=MONTHLY;INTERVAL=2": "FREQ=MONTHLY;INTERVAL=2",
		"freq=weekly;byday=mo": "FREQ=WEEKLY;BYDAY=MO", "FREQ=DAILY;": "FREQ=DAILY",
		// Whether it ever meets a Monday depends on the start.
		"FREQ=DAILY;INTERVAL=7;BYDAY=MO": "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
	} {
		if got, err := isms.ParseRepeat(in); err != nil || got != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func TestHostileRulesAreRefusedInTime(t *testing.T) {
	began := time.Now()
	for _, s := range []string{
		"FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "FREQ=HOURLY", "FREQ=DAILY;COUNT=2000000000", "FREQ=DAILY;COUNT=-1",
		"FREQ=DAILY;INTERVAL=9223372036854775807", "FREQ=DAILY;INTERVAL=99999999999999999999", "FREQ=DAILY;INTERVAL=-1", "FREQ=DAILY;INTERVAL=0",
		"FREQ=MONTHLY;BYDAY=MO;BYSETPOS=300", "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=WEEKLY;BYMONTH=4;BYMONTHDAY=31",
		"FREQ=YEARLY;BYEASTER=400", "FREQ=DAILY;BYHOUR=9", "DTSTART:20260101T000000Z\nRRULE:FREQ=DAILY", "FREQ=DAILY;DTSTART=20260101",
		"BYDAY=MO", "FREQ=", "fortnightly", "FREQ=DAILY;X=1", "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=WEEKLY;BYDAY=99MO", "FREQ=WEEKLY;WKST=",
		"FREQ=YEARLY;BYYEARDAY=" + strings.Repeat("1,", 4000) + "1",
	} {
		if got, err := isms.ParseRepeat(s); err == nil {
			t.Errorf("%.60q became %q", s, got)
		}
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("refusing took %s", took)
	}
}

func FuzzRepeat(f *testing.F) {
	for _, s := range []string{"monthly", "FREQ=MONTHLY;BYDAY=-1FR;COUNT=9", "RRULE:FREQ=WEEKLY;WKST=SU;BYDAY=MO,2TU;UNTIL=20301231T000000Z",
		"FREQ=YEARLY;BYWEEKNO=53;BYYEARDAY=-366;BYSETPOS=-1", "FREQ=DAILY;INTERVAL=1000;BYMONTH=2"} {
		f.Add(s)
	}
	start, _ := isms.ParseDate("2024-02-29")
	after, _ := isms.ParseDate("2026-11-22")
	f.Fuzz(func(t *testing.T, s string) {
		rule, err := isms.ParseRepeat(s)
		if err != nil {
			return
		}
		if again, err := isms.ParseRepeat(rule); err != nil || again != rule {
			t.Fatalf("%q became %q, then %q, %v", s, rule, again, err)
		}
		began := time.Now()
		if d, ok := isms.NextDue(rule, start, after); ok && !d.After(after) {
			t.Fatalf("%q: %s is not after %s", s, d, after)
		}
		if took := time.Since(began); took > time.Second {
			t.Fatalf("%q took %s", s, took)
		}
	})
}
