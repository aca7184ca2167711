package storage_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

var now = time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)

func open(t testing.TB) *storage.DB {
	t.Helper()
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func write(t testing.TB, db *storage.DB, f func(*storage.Tx) error) {
	t.Helper()
	if err := db.Tx(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, db *storage.DB, f func(*storage.Tx) error) {
	t.Helper()
	if err := db.View(context.Background(), f); err != nil {
		t.Fatal(err)
	}
}

func TestAnItemComesBackAsItWasSaved(t *testing.T) {
	db := open(t)
	d := func(s string) isms.Date { x, _ := isms.ParseDate(s); return x }
	want := storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Ref: "r1", Title: "Visitor log", Description: "back entrance", Owner: 3, Deputy: 4,
		Due: d("2026-03-17"), Status: isms.Open, Severity: isms.Minor, Source: "external_audit", Requirements: []string{"iso27001@2022:A.7.2", "gdpr:32"},
		Auditees: []isms.PersonID{5, 6}, Repeat: "monthly", SeriesStart: d("2026-01-17"), FoundOn: d("2026-01-02"), FirstDue: d("2026-02-27"), Moves: 1,
		HandOvers: 2, FirstReminded: d("2026-03-01"), AckedBy: 3, Stuck: true, LastWord: "book ordered", DoneOn: d("2026-03-02"), DoneBy: 3,
		Evidence: "photo", Verifier: 7, VerifyDue: d("2026-06-16"), Finding: isms.ItemID{Kind: isms.Finding, N: 2}}}
	write(t, db, func(tx *storage.Tx) error { return tx.SaveItem(&want) })
	if want.ID.String() != "CA-1" {
		t.Errorf("the first action is %s", want.ID)
	}
	read(t, db, func(tx *storage.Tx) error {
		got, err := tx.Item(want.ID)
		if err != nil {
			return err
		}
		want.Imported = "{}"
		if fmt.Sprint(*got) != fmt.Sprint(want) {
			t.Errorf("got  %+v\nwant %+v", *got, want)
		}
		return nil
	})
}

func TestAFailedTransactionLeavesItsNeighboursAlone(t *testing.T) {
	db := open(t)
	boom := errors.New("boom")
	var wg sync.WaitGroup
	for i := range 200 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			err := db.Tx(context.Background(), func(tx *storage.Tx) error {
				if err := tx.Journal(now, "test", map[string]int{"i": i}); err != nil {
					return err
				}
				switch i % 10 {
				case 3:
					return boom
				case 7:
					panic("a bad command")
				}
				return nil
			})
			if (err != nil) != (i%10 == 3 || i%10 == 7) {
				t.Errorf("%d: %v", i, err)
			}
		}()
	}
	wg.Wait()
	if n, err := db.Verify(context.Background()); n != 160 || err != nil {
		t.Errorf("%d events, %v", n, err)
	}
}

func TestVerifyFindsEveryTampering(t *testing.T) {
	for name, c := range map[string]struct {
		sql  string
		want string
	}{
		"an edited event":                {"UPDATE journal SET data = '{}' WHERE seq = 3", "event 3"},
		"an edited time":                 {"UPDATE journal SET at = at + 1 WHERE seq = 4", "event 4"},
		"a deleted event":                {"DELETE FROM journal WHERE seq = 5", "event 5"},
		"the first event deleted":        {"DELETE FROM journal WHERE seq = 1", "event 1"},
		"two events swapped":             {"UPDATE journal SET seq = CASE seq WHEN 6 THEN -7 WHEN 7 THEN -6 END WHERE seq IN (6, 7); UPDATE journal SET seq = -seq WHERE seq < 0", "event 6"},
		"the end cut off":                {"DELETE FROM journal WHERE seq > 8", "event 9"},
		"a hash removed":                 {"UPDATE journal SET hash = NULL WHERE seq = 2", "event 2"},
		"an event added by hand":         {"INSERT INTO journal SELECT 11, at, kind, data, hash, 'x' FROM journal WHERE seq = 10", "event 11"},
		"end cut off, its note adjusted": {"DELETE FROM journal WHERE seq > 8; UPDATE journal_head SET seq = 8, hash = (SELECT hash FROM journal WHERE seq = 8)", "event 10"},
	} {
		t.Run(name, func(t *testing.T) {
			db := open(t)
			write(t, db, func(tx *storage.Tx) error {
				for i := range 10 {
					if err := tx.Journal(now.Add(time.Duration(i)*time.Second), "test", map[string]int{"i": i}); err != nil {
						return err
					}
				}
				return nil
			})
			write(t, db, func(tx *storage.Tx) error {
				h, err := tx.Head()
				if err != nil {
					return err
				}
				return tx.Anchor(h, "#auditors", now)
			})
			if n, err := db.Verify(t.Context()); n != 10 || err != nil {
				t.Fatalf("before: %d, %v", n, err)
			}
			raw, err := sql.Open("sqlite", db.Path())
			if err != nil {
				t.Fatal(err)
			}
			defer raw.Close()
			if _, err := raw.Exec(c.sql); err != nil {
				t.Fatal(err)
			}
			_, err = db.Verify(t.Context())
			var broken *storage.Broken
			if !errors.As(err, &broken) || !strings.HasPrefix(err.Error(), c.want+":") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestADeliveryGoesThroughItsStates(t *testing.T) {
	db := open(t)
	d := storage.Delivery{Key: "k", Class: "digest", Person: 1, To: chat.Address{Platform: "slack", To: "U1"}, Content: "{}", NotBefore: now, Created: now}
	write(t, db, func(tx *storage.Tx) error {
		if fresh, err := tx.Enqueue(&d); !fresh || err != nil {
			t.Errorf("first: %v %v", fresh, err)
		}
		again := d
		if fresh, err := tx.Enqueue(&again); fresh || err != nil || again.ID != d.ID {
			t.Errorf("second: %v %v %d", fresh, err, again.ID)
		}
		return nil
	})
	claim := func(at time.Time) []*storage.Delivery {
		var out []*storage.Delivery
		write(t, db, func(tx *storage.Tx) (err error) {
			out, err = tx.ClaimDue("slack", at, time.Minute, 10)
			return err
		})
		return out
	}
	got := claim(now)
	if len(got) != 1 || len(claim(now)) != 0 || len(claim(now.Add(2*time.Minute))) != 1 {
		t.Fatal("a claim holds for its lease and no longer")
	}
	write(t, db, func(tx *storage.Tx) error {
		if ok, _ := tx.MarkSending(got[0], now, time.Minute); ok {
			t.Error("the first claim was lost, its holder must not send")
		}
		return nil
	})
}

func TestANewerDatabaseIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "isms.db")
	db, err := storage.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	db.Close()
	raw, _ := sql.Open("sqlite", path)
	if _, err := raw.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)"); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	if _, err := storage.Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "newer ismsbot") {
		t.Errorf("got %v", err)
	}
}

func TestABackupIsWholeAndNothingIsOverwritten(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *storage.Tx) error { return tx.Journal(now, "test", struct{}{}) })
	out := filepath.Join(t.TempDir(), "copy.db")
	if err := db.Backup(t.Context(), out); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(t.Context(), out); err == nil {
		t.Error("a second backup overwrote the first")
	}
	again, err := storage.Open(t.Context(), out)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if n, err := again.Verify(t.Context()); n != 1 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

func TestAnUndoneChangeOfPeopleLeavesNoVersionBehind(t *testing.T) {
	db := open(t)
	add := func(email string, then error) (version string) {
		_ = db.Tx(t.Context(), func(tx *storage.Tx) error {
			if err := tx.SavePerson(&storage.Profile{Person: isms.Person{Email: email, Name: "x"}}); err != nil {
				t.Fatal(err)
			}
			version, _ = tx.PeopleVersion()
			return then
		})
		return version
	}
	if undone, kept := add("a@example.com", errors.New("undo")), add("b@example.com", nil); undone == kept {
		t.Errorf("two different states of people have the version %q", kept)
	}
}

func TestANewItemMayBringItsNumber(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *storage.Tx) error {
		given := storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action, N: 12}, Title: "twelve", Status: isms.Open}}
		next := storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "thirteen", Status: isms.Open}}
		if err := errors.Join(tx.SaveItem(&given), tx.SaveItem(&next), tx.SetImported(given.ID, `{"ref":"x"}`)); err != nil {
			return err
		}
		got, err := tx.Item(given.ID)
		if err == nil && (got == nil || got.Version != 1 || got.Imported != `{"ref":"x"}`) {
			t.Errorf("got %+v", got)
		}
		if next.ID.String() != "CA-13" {
			t.Errorf("the next one is %s", next.ID)
		}
		return err
	})
}
