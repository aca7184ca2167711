package storage_test

import (
	"strings"
	"testing"

	"ismsbot/bot/isms"
	"ismsbot/storage"
)

func TestAChangeWritesWhatIsDifferent(t *testing.T) {
	db := open(t)
	before := storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "Visitor log", Owner: 3, Status: isms.Open, Requirements: []string{"A.7.2"}}}
	write(t, db, func(tx *storage.Tx) error { return tx.SaveItem(&before) })
	after := before
	after.Owner, after.LastWord, after.Stuck, after.Requirements = 4, "book ordered", true, nil
	write(t, db, func(tx *storage.Tx) error { return tx.ChangeItem(&before, &after) })
	read(t, db, func(tx *storage.Tx) error {
		old, err := tx.OpenOf(3)
		if err != nil || len(old) != 0 {
			t.Errorf("the owner before still has %d, %v", len(old), err)
		}
		got, err := tx.OpenOf(4)
		if err != nil || len(got) != 1 {
			t.Fatalf("the owner now has %d, %v", len(got), err)
		}
		it := got[0]
		if it.Version != 2 || after.Version != 2 || it.LastWord != "book ordered" || !it.Stuck || it.Requirements != nil || it.Title != "Visitor log" {
			t.Errorf("got %+v", it)
		}
		return nil
	})
	closed := after
	closed.Status = isms.Closed
	write(t, db, func(tx *storage.Tx) error { return tx.ChangeItem(&after, &closed) })
	read(t, db, func(tx *storage.Tx) error {
		if open, err := tx.OpenOf(4); err != nil || len(open) != 0 {
			t.Errorf("closed and still open: %d, %v", len(open), err)
		}
		return nil
	})
}

func TestAViewSeesOneState(t *testing.T) {
	db := open(t)
	set := func(v string) {
		write(t, db, func(tx *storage.Tx) error { return tx.SetMeta("k", v) })
	}
	get := func(tx *storage.Tx) string {
		v, err := tx.Meta("k")
		if err != nil {
			t.Error(err)
		}
		return v
	}
	set("one")
	read(t, db, func(tx *storage.Tx) error {
		first := get(tx)
		set("two")
		if second := get(tx); first != "one" || second != "one" {
			t.Errorf("one view saw %q and %q", first, second)
		}
		return nil
	})
	read(t, db, func(tx *storage.Tx) error {
		if v := get(tx); v != "two" {
			t.Errorf("the next view saw %q", v)
		}
		return nil
	})
}

func TestAPanicLeavesItsQueryUsable(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *storage.Tx) error {
		return tx.SaveItem(&storage.Record{Item: isms.Item{ID: isms.ItemID{Kind: isms.Action}, Title: "x", Owner: 3, Status: isms.Open, Due: isms.NewDate(2026, 1, 1)}})
	})
	dues := func(f func(storage.Due)) error {
		return db.Tx(t.Context(), func(tx *storage.Tx) error { return tx.DueBefore(isms.NewDate(2027, 1, 1), f) })
	}
	if err := dues(func(storage.Due) { panic("in the middle") }); err == nil || !strings.Contains(err.Error(), "in the middle") {
		t.Errorf("the panic came out as %v", err)
	}
	n := 0
	if err := dues(func(storage.Due) { n++ }); err != nil || n != 1 {
		t.Errorf("afterwards %d rows, %v", n, err)
	}
}
