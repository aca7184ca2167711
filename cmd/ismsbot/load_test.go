package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	slackapi "github.com/slack-go/slack"

	"ismsbot/storage"
)

// connections is how many requests are under way at once.
const connections = 64

// contender is one side of a comparison.
type contender struct {
	address string
	typed   func(n int) (user, text string) // by a number that never comes twice
	took    time.Duration
	latency []time.Duration
	sent    int
}

func serveOn(tb testing.TB, h http.Handler) string {
	tb.Helper()
	s := httptest.NewServer(h)
	tb.Cleanup(s.Close)
	return s.Listener.Addr().String()
}

// compete lets the contenders take turns in an order that is drawn anew each
// time, so that none gains by its place, and leaves the first turn out.
func compete(tb testing.TB, all ...*contender) {
	tb.Helper()
	for turn := range turns + 1 {
		for _, i := range rand.Perm(len(all)) {
			c := all[i]
			requests := make([][]byte, perTurn)
			for n := range requests {
				c.sent++
				user, text := c.typed(c.sent)
				requests[n] = wire(user, text, fmt.Sprintf("1.%d", c.sent))
			}
			began := time.Now()
			latency := fire(tb, c.address, requests)
			if turn > 0 {
				c.took += time.Since(began)
				c.latency = append(c.latency, latency...)
			}
		}
	}
}

func (c *contender) rate() float64 { return float64(len(c.latency)) / c.took.Seconds() }

func (c *contender) p99() time.Duration {
	slices.Sort(c.latency)
	return c.latency[len(c.latency)*99/100]
}

// wire is a signed command as bytes, so that the client costs little beside
// the server it shares the machine with.
func wire(user, text, trigger string) []byte {
	return onWire(slash(user, text, trigger))
}

// onWire is a request of Slack's as bytes.
func onWire(body []byte, header http.Header) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "POST /slack HTTP/1.1\r\nHost: bot\r\nUser-Agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\nAccept: application/json,*/*\r\nContent-Length: %d\r\n", len(body))
	_ = header.Write(&b) // a buffer takes all
	b.WriteString("\r\n")
	b.Write(body)
	return b.Bytes()
}

// fire sends the requests over 64 connections and returns how long each took;
// each must be answered with a 200 that says something.
func fire(tb testing.TB, address string, requests [][]byte) []time.Duration {
	tb.Helper()
	return fireOver(tb, connections, address, requests, func(status int, length int64) (again bool, err error) {
		if status != http.StatusOK || length == 0 {
			err = fmt.Errorf("answered %d with %d bytes", status, length)
		}
		return false, err
	})
}

// fireOver sends the requests over so many connections, one again where judge
// says so, and returns how long each took until it was done with.
func fireOver(tb testing.TB, connections int, address string, requests [][]byte, judge func(status int, length int64) (again bool, err error)) []time.Duration {
	tb.Helper()
	out := make([]time.Duration, len(requests))
	var wg sync.WaitGroup
	for c := range connections {
		wg.Go(func() {
			conn, err := net.Dial("tcp", address)
			if err != nil {
				tb.Error(err)
				return
			}
			defer conn.Close()
			in := bufio.NewReader(conn)
			for n := c; n < len(requests); n += connections {
				began := time.Now()
				for again := true; again; {
					status, length, err := exchange(conn, in, requests[n])
					if err == nil {
						again, err = judge(status, length)
					}
					if err != nil {
						tb.Error(err)
						return
					}
				}
				out[n] = time.Since(began)
			}
		})
	}
	wg.Wait()
	return out
}

// exchange sends one request and reads its answer.
func exchange(conn io.Writer, in *bufio.Reader, request []byte) (status int, length int64, err error) {
	if _, err := conn.Write(request); err != nil {
		return 0, 0, err
	}
	resp, err := http.ReadResponse(in, nil)
	if err != nil {
		return 0, 0, err
	}
	length, err = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode, length, err
}

// floorHandler is the least that any bot does: slack-go's check and parser,
// work on the database, and a small answer.
func floorHandler(work func(c slackapi.SlashCommand) (string, error)) http.Handler {
	return proven(func(w http.ResponseWriter, r *http.Request) {
		c, err := slackapi.SlashCommandParse(r)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		text, err := work(c)
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]string{"response_type": "ephemeral", "text": text})
	})
}

// proven lets next answer what slack-go finds to be signed.
func proven(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v, err := slackapi.NewSecretsVerifier(r.Header, benchSecret)
		if err != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, _ := io.ReadAll(io.TeeReader(http.MaxBytesReader(w, r.Body, 1<<20), &v))
		if v.Ensure() != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next(w, r)
	})
}

// bareRead is a floor with one indexed read of the item that is asked for.
func bareRead(tb testing.TB, file string) http.Handler {
	tb.Helper()
	raw, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		tb.Fatal(err)
	}
	raw.SetMaxOpenConns(4)
	raw.SetMaxIdleConns(4)
	tb.Cleanup(func() { raw.Close() })
	find, err := raw.Prepare("SELECT title, owner, due, status FROM items WHERE kind = 'action' AND n = $1")
	if err != nil {
		tb.Fatal(err)
	}
	return floorHandler(func(c slackapi.SlashCommand) (string, error) {
		var title, due, status string
		var owner int64
		err := find.QueryRow(strings.TrimPrefix(c.Text, "show CA-")).Scan(&title, &owner, &due, &status)
		return fmt.Sprintf("%s, due %s, %s", title, due, status), err
	})
}

// sharedCommit is a floor that notes the event and adds to the journal, in a
// commit that those who wait at the same time share.
func sharedCommit(tb testing.TB) http.Handler {
	tb.Helper()
	db, err := storage.Open(tb.Context(), filepath.Join(tb.TempDir(), "shared.db"))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return floorHandler(func(c slackapi.SlashCommand) (string, error) {
		return "noted", db.Tx(context.Background(), func(tx *storage.Tx) error {
			now := time.Now()
			if _, err := tx.First("slack", eventID(c.TriggerID), now); err != nil {
				return err
			}
			return tx.Journal(now, "item.ack", map[string]any{"by": c.UserID, "item": c.Text})
		})
	})
}

// ownCommit is a floor that writes the same two rows in a commit for each.
func ownCommit(tb testing.TB) http.Handler {
	tb.Helper()
	raw, err := sql.Open("sqlite", "file:"+filepath.Join(tb.TempDir(), "own.db")+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		tb.Fatal(err)
	}
	raw.SetMaxOpenConns(1)
	tb.Cleanup(func() { raw.Close() })
	if _, err := raw.Exec("CREATE TABLE seen (event TEXT PRIMARY KEY, at INTEGER); CREATE TABLE journal (seq INTEGER PRIMARY KEY, at INTEGER, data TEXT)"); err != nil {
		tb.Fatal(err)
	}
	var mu sync.Mutex
	return floorHandler(func(c slackapi.SlashCommand) (string, error) {
		mu.Lock()
		defer mu.Unlock()
		tx, err := raw.Begin()
		if err != nil {
			return "", err
		}
		now := time.Now().UnixMilli()
		_, seen := tx.Exec("INSERT INTO seen (event, at) VALUES ($1, $2)", eventID(c.TriggerID), now)
		_, event := tx.Exec("INSERT INTO journal (at, data) VALUES ($1, $2)", now, c.Text)
		return "noted", errors.Join(seen, event, tx.Commit())
	})
}

// eventID is as long and as random as those that the adapter makes.
func eventID(trigger string) string {
	sum := sha256.Sum256([]byte(trigger))
	return hex.EncodeToString(sum[:])
}

// goal prints what was measured against its floor and whether the goal holds.
func goal(b testing.TB, name string, value, floor float64, holds bool) {
	b.Helper()
	verdict := "holds"
	if !holds {
		verdict = "MISSED"
	}
	b.Logf("%s: value %.4g, floor %.4g, ratio %.3g: %s", name, value, floor, value/floor, verdict)
}
