package storage

import "modernc.org/sqlite"

// Pages of the write-ahead log: a pass begins at bite, and the writer itself
// copies what is at most a scrap, or more once the log is a heap.
const (
	bite  = 1000
	scrap = 300
	heap  = 16_000 // 64 MiB
)

// checkpoints keeps the write-ahead log short. SQLite alone would do that
// within whichever commit reaches its limit, and everybody who waits for the
// writer would wait for a sync of the whole file. Here a connection of its own
// copies while the writer goes on; the writer copies only the little that it
// added meanwhile, whereupon it can begin the log anew. It belongs to the
// writer's goroutine.
type checkpoints struct {
	conn   *conn // of the pass beside the writer
	write  *conn
	behind int // pages that are not copied yet, as far as this process wrote them
	begun  int // behind when the running pass began
	next   int // behind at which a pass begins
	busy   bool
	passed chan pass
}

// pass is how one ended: how long the log was when it began, and how much of
// it is left because somebody still reads what was before.
type pass struct{ log, left int }

func newCheckpoints(write, own *conn) *checkpoints {
	return &checkpoints{conn: own, write: write, next: bite, passed: make(chan pass, 1)}
}

// committed is called after every commit.
func (c *checkpoints) committed() {
	n, _, err := c.write.c.(sqlite.DBStatus).Status(sqlite.DBStatusCacheWrite, true)
	if err != nil {
		n = 1 // a commit writes at least a page
	}
	c.behind += n
	if !c.busy && c.behind >= c.next {
		c.busy, c.begun = true, c.behind
		go func() { c.passed <- checkpoint(c.conn) }()
	}
}

// ended is called with the result of a pass.
func (c *checkpoints) ended(p pass) {
	c.busy = false
	c.behind += p.left - c.begun
	if p.left == 0 && (c.behind <= scrap || p.log > heap) {
		c.behind = checkpoint(c.write).left
	}
	c.next = p.left + bite
}

// close waits for the running pass.
func (c *checkpoints) close() {
	if c.busy {
		<-c.passed
	}
}

// checkpoint copies what nobody reads any more. A failure is nobody's news:
// nothing is lost, the log stays as it is, and a later pass tries again.
func checkpoint(c *conn) pass {
	failed := pass{left: bite}
	s, err := c.stmt("PRAGMA wal_checkpoint(PASSIVE)", nil)
	if err != nil {
		return failed
	}
	var busy, log, copied int
	err = s.each(func(r *rows) error { return r.Scan(&busy, &log, &copied) })
	if err != nil || busy != 0 {
		return failed
	}
	return pass{log: log, left: log - copied}
}
