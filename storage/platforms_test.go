package storage_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"ismsbot/bot/chat"
	"ismsbot/bot/isms"
	"ismsbot/storage"
)

// released makes a database as a version with that schema left it.
func released(t *testing.T, schema int64, fill string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "isms.db")
	pool, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, os.DirFS("migrations/sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), schema); err != nil {
		t.Fatal(err)
	}
	if _, err := pool.ExecContext(t.Context(), fill); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestADatabaseOfTheFirstVersionGoesForward(t *testing.T) {
	path := released(t, 1, `INSERT INTO meta (key, value) VALUES ('instance', 'first');
		INSERT INTO people (email, name) VALUES ('priya@example.com', 'Priya Nair');
		INSERT INTO accounts (platform, account, person) VALUES ('slack', 'U1', 1);`)
	for range 2 { // the second time there is nothing to do
		db, err := storage.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		read(t, db, func(tx *storage.Tx) error {
			id, err := tx.PersonOf(chat.Account{Platform: "slack", ID: "U1"})
			if err != nil || id != 1 {
				t.Errorf("the account is %d's, %v", id, err)
			}
			if name, err := tx.Meta("instance"); name != "first" || err != nil {
				t.Errorf("the database is called %q, %v", name, err)
			}
			_, _, err = tx.Conversation("teams", "a")
			return err
		})
		write(t, db, func(tx *storage.Tx) error { return tx.SaveConversation("teams", "a", "{}", now) })
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheSchemaIsTheNewestMigration(t *testing.T) {
	all, err := filepath.Glob("migrations/sqlite/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	newest := filepath.Base(slices.Max(all))
	if !strings.HasPrefix(newest, fmt.Sprintf("%04d_", storage.Schema)) {
		t.Errorf("Schema is %d, the newest migration %s", storage.Schema, newest)
	}
}

func TestAConversationIsKeptForItsAdapter(t *testing.T) {
	db := open(t)
	write(t, db, func(tx *storage.Tx) error {
		for _, c := range [][3]string{{"teams", "19:b", `{"n":1}`}, {"teams", "19:a", `{"n":2}`}, {"teams", "19:A", `{}`}, {"teams", "29:x", `{}`}, {"other", "19:z", `{}`},
			{"teams", "%", `{}`}, {"teams", "19_a", `{}`}} {
			if err := tx.SaveConversation(c[0], c[1], c[2], now); err != nil {
				return err
			}
		}
		return nil
	})
	later := now.AddDate(0, 0, 1)
	day := func(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) } // no more is kept: it would tell when somebody wrote first
	write(t, db, func(tx *storage.Tx) error {
		if err := tx.SaveConversation("teams", "19:a", `{"n":2}`, later); err != nil { // no news
			return err
		}
		return tx.SaveConversation("teams", "19:b", `{"n":3}`, later)
	})
	read(t, db, func(tx *storage.Tx) error {
		for _, c := range []struct {
			prefix string
			limit  int
			want   []string
		}{
			{"19:", 10, []string{"19:A", "19:a", "19:b"}}, {"19:", 2, []string{"19:A", "19:a"}}, {"19:a", 10, []string{"19:a"}},
			{"", 10, []string{"%", "19:A", "19:a", "19:b", "19_a", "29:x"}}, {"%", 10, []string{"%"}}, {"z", 10, nil},
		} {
			list, err := tx.ConversationsLike("teams", c.prefix, c.limit)
			if err != nil {
				return err
			}
			var got []string
			for _, x := range list {
				got = append(got, x.To)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, at most %d: %q, want %q", c.prefix, c.limit, got, c.want)
			}
		}
		list, err := tx.ConversationsLike("teams", "19:", 10)
		if err != nil {
			return err
		}
		if !list[1].At.Equal(day(now)) || !list[2].At.Equal(day(later)) || list[2].Data != `{"n":3}` {
			t.Errorf("written at %s and %s: %+v", list[1].At, list[2].At, list[2])
		}
		data, found, err := tx.Conversation("teams", "19:a")
		if data != `{"n":2}` || !found {
			t.Errorf("%q, %v", data, found)
		}
		if _, found, _ := tx.Conversation("teams", "nowhere"); found {
			t.Error("a conversation that nobody kept was found")
		}
		return err
	})
}

func TestACodeCountsOnceUntilItExpiresOrIsReplaced(t *testing.T) {
	db := open(t)
	code := func(tx *storage.Tx, hash string, at time.Time) isms.PersonID {
		l, err := tx.Link(hash, at)
		if err != nil {
			t.Fatal(err)
		}
		if l == nil {
			return 0
		}
		return l.Person
	}
	write(t, db, func(tx *storage.Tx) error {
		for _, l := range []storage.Link{
			{Hash: "a", Person: 1, Platform: "slack", Expires: now.Add(time.Minute)}, {Hash: "b", Person: 2, Platform: "slack", Expires: now.Add(time.Hour)},
			{Hash: "c", Person: 2, Platform: "slack", Expires: now.Add(time.Hour)},
		} {
			if err := tx.SaveLink(l, now); err != nil {
				return err
			}
		}
		if a, b, c := code(tx, "a", now), code(tx, "b", now), code(tx, "c", now); a != 1 || b != 0 || c != 2 {
			t.Errorf("a is %d's, b %d's, c %d's", a, b, c)
		}
		if a := code(tx, "a", now.Add(time.Minute)); a != 0 {
			t.Error("it counts when its time is over")
		}
		if err := tx.DropLink("c"); err != nil {
			return err
		}
		if c := code(tx, "c", now); c != 0 {
			t.Error("it counts twice")
		}
		return nil
	})
}

func TestWhatWaitsForAPersonGoesWhereTheyAreReachedNow(t *testing.T) {
	db := open(t)
	old, fresh := chat.Address{Platform: "slack", To: "U1"}, chat.Address{Platform: "teams", To: "t1"}
	queue := func(tx *storage.Tx, key, class string, person isms.PersonID) *storage.Delivery {
		d := &storage.Delivery{Key: key, Class: class, Person: person, To: old, Content: "{}", NotBefore: now.Add(time.Hour), Created: now}
		if _, err := tx.Enqueue(d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	var sent, unsure, failed *storage.Delivery
	write(t, db, func(tx *storage.Tx) error {
		sent, unsure, failed = queue(tx, "sent", "digest", 1), queue(tx, "unsure", "digest", 1), queue(tx, "failed", "answer", 1)
		claimed, err := tx.ClaimDue("slack", now.Add(time.Hour), time.Minute, 10)
		if err != nil {
			return err
		}
		for _, d := range claimed {
			if _, err := tx.MarkSending(d, now, time.Minute); err != nil {
				return err
			}
			switch d.ID {
			case sent.ID:
				err = tx.MarkSent(d, "m1", "", now)
			default:
				err = tx.MarkRetry(d, now.Add(2*time.Hour), "retry", d.ID == unsure.ID)
			}
			if err != nil {
				return err
			}
		}
		queue(tx, "waits", "request", 1)
		queue(tx, "of another", "request", 2)
		if err := tx.EnqueueUpdate(sent.ID, now); err != nil {
			return err
		}
		return tx.ReaddressQueued(1, fresh, now)
	})
	want := map[string]chat.Address{"sent": old, "unsure": old, "failed": fresh, "waits": fresh, "of another": old, fmt.Sprintf("update/%d", sent.ID): old}
	read(t, db, func(tx *storage.Tx) error {
		for id := sent.ID; ; id++ {
			d, err := tx.Delivery(id)
			if err != nil || d == nil {
				return err
			}
			if d.To != want[d.Key] {
				t.Errorf("%s goes to %v", d.Key, d.To)
			}
			if d.ID == failed.ID && (d.Attempts != 0 || !d.NotBefore.Equal(now)) {
				t.Errorf("what failed there begins here with %d attempts, at %s", d.Attempts, d.NotBefore)
			}
			if d.Key == "waits" && !d.NotBefore.Equal(now.Add(time.Hour)) {
				t.Errorf("what was not due goes at %s", d.NotBefore)
			}
		}
	})
}
