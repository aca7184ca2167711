package storage_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestAnEventComesBackAsItWasWritten(t *testing.T) {
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	at := time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)
	want := &storage.EventRecord{SecurityEvent: isms.SecurityEvent{State: isms.EventFinding, Outcome: isms.EventFinding, Words: "w", Noticed: isms.DateOf(at),
		Reporter: 4, Day: isms.DateOf(at), At: at, AnswerBy: isms.DateOf(at).Add(1), Lead: 5, Finding: isms.ItemID{Kind: isms.Finding, N: 6}, Action: isms.ItemID{Kind: isms.Action, N: 7},
		Reason: "r", Change: "c", Personal: isms.PersonalYes, Part: isms.Processor, AwareAt: at.Add(time.Hour), AwareWhy: "a", PeopleWhy: "p"}, Code: "h", FileAt: at.Add(2 * time.Hour)}
	duty := &isms.Duty{Clock: "GDPR", Decision: isms.Told, Why: "w", DecidedBy: 3, DecidedAt: at, ToldAt: at.Add(time.Minute), Delay: "d"}
	err = db.Tx(t.Context(), func(tx *storage.Tx) error {
		if err := tx.AddEvent(&storage.EventRecord{SecurityEvent: isms.SecurityEvent{State: isms.EventReported, Words: "first", Day: isms.DateOf(at)}}); err != nil {
			return err
		}
		if err := tx.AddEvent(want); err != nil {
			return err
		}
		if err := tx.SaveDuty(want.N, &isms.Duty{Clock: "GDPR"}); err != nil {
			return err
		}
		return tx.SaveDuty(want.N, duty)
	})
	if err != nil || want.N != 2 {
		t.Fatal(want.N, err)
	}
	err = db.View(t.Context(), func(tx *storage.Tx) error {
		got, err := tx.EventByNumber(2)
		if d := cmp.Diff(want, got, cmp.AllowUnexported(isms.Date{})); d != "" {
			t.Error(d)
		}
		duties, err2 := tx.Duties(2)
		if d := cmp.Diff([]*isms.Duty{duty}, duties); d != "" {
			t.Error(d)
		}
		if e, err := tx.EventByCode(""); e != nil || err != nil {
			t.Errorf("no code finds %v, %v", e, err)
		}
		if err == nil {
			err = err2
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPingIsNotedOnce(t *testing.T) {
	db, err := storage.Open(t.Context(), filepath.Join(t.TempDir(), "isms.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	at := time.Date(2026, 3, 16, 9, 0, 0, 0, time.UTC)
	err = db.Tx(t.Context(), func(tx *storage.Tx) error {
		for i, want := range []bool{true, false, false} {
			if fresh, err := tx.AddPing(1, "GDPR", at, 24, i == 2, at); fresh != want || err != nil {
				t.Errorf("%d: %v, %v", i, fresh, err)
			}
		}
		fresh, err := tx.AddPing(1, "GDPR", at.Add(time.Hour), 24, false, at) // another beginning
		if known, err := tx.Pings(1, "GDPR", at); !fresh || err != nil || len(known) != 1 || !known[24] {
			t.Errorf("%v, %v, %v", fresh, known, err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsDeletedIsGoneFromTheFileAndItsLog(t *testing.T) {
	db := open(t)
	const mark = "a hash that nobody is to find again"
	write(t, db, func(tx *storage.Tx) error { return tx.SetMeta("x", mark) })
	write(t, db, func(tx *storage.Tx) error { return tx.SetMeta("x", "") })
	if done, err := db.EmptyLog(t.Context()); !done || err != nil {
		t.Fatalf("%v, %v", done, err)
	}
	for _, ending := range []string{"", "-wal"} {
		raw, err := os.ReadFile(db.Path() + ending)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(raw, []byte(mark)) {
			t.Errorf("it stands in the file%s", ending)
		}
	}
}

func TestTheLogIsEmptiedOnceNobodyReads(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *storage.Tx) error { return tx.SetMeta("x", "1") })
	read(t, db, func(tx *storage.Tx) error {
		if _, err := tx.Meta("x"); err != nil { // from here on it reads this state
			return err
		}
		write(t, db, func(tx *storage.Tx) error { return tx.SetMeta("x", "2") })
		if done, err := db.EmptyLog(t.Context()); done || err != nil {
			t.Errorf("while somebody reads: %v, %v", done, err)
		}
		write(t, db, func(tx *storage.Tx) error { return tx.SetMeta("x", "3") }) // and nobody is held up
		return nil
	})
	if done, err := db.EmptyLog(t.Context()); !done || err != nil {
		t.Errorf("afterwards: %v, %v", done, err)
	}
}
