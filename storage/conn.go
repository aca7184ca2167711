package storage

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
)

// conn is one connection and the statements prepared on it, without the pool
// of database/sql between: each has one user at a time, and to lock, track and
// convert for many costs as much as to read a row.
type conn struct {
	c     driver.Conn
	stmts map[string]*stmt
}

// stmt is a prepared statement with room for its arguments and its rows.
type stmt struct {
	driver.Stmt
	args []driver.NamedValue
	rows rows
}

// rows are what a query found; each looks at them one by one.
type rows struct{ row []driver.Value }

// stmt prepares a query once per connection. A bound LIMIT is written "$1 + 0":
// SQLite plans a query anew whenever a bare one is bound, which costs more
// than to run it.
func (c *conn) stmt(query string, args []any) (*stmt, error) {
	s, ok := c.stmts[query]
	if !ok {
		prepared, err := c.c.Prepare(unnumbered(query))
		if err != nil {
			return nil, fmt.Errorf("prepare %q: %w", query, err)
		}
		s = &stmt{Stmt: prepared}
		c.stmts[query] = s
	}
	s.args = s.args[:0]
	for i, a := range args {
		v, err := value(a)
		if err != nil {
			return nil, fmt.Errorf("argument %d of %q: %w", i+1, query, err)
		}
		s.args = append(s.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return s, nil
}

// close ends the statements first: with one of them open the driver would not
// let go of the file, and its write-ahead log would stay beside it.
func (c *conn) close() {
	for _, s := range c.stmts {
		s.Close()
	}
	c.c.Close()
}

// Queries run without the caller's context: a commit is shared, and the driver
// spends a goroutine on every context that can be cancelled.

func (s *stmt) exec() (driver.Result, error) {
	defer clear(s.args)
	return s.Stmt.(driver.StmtExecContext).ExecContext(context.Background(), s.args)
}

func (s *stmt) each(scan func(*rows) error) (err error) {
	found, err := s.Stmt.(driver.StmtQueryContext).QueryContext(context.Background(), s.args)
	if err != nil {
		return err
	}
	defer func() { // also where scan panics: the statement will be needed again
		clear(s.rows.row) // a picture would stay until then
		if end := found.Close(); err == nil {
			err = end
		}
	}()
	if s.rows.row == nil {
		s.rows.row = make([]driver.Value, len(found.Columns()))
	}
	for {
		switch err := found.Next(s.rows.row); err {
		case nil:
		case io.EOF:
			return nil
		default:
			return err
		}
		if err := scan(&s.rows); err != nil {
			return err
		}
	}
}

// Scan copies the row into dest: pointers to strings, integers and booleans of
// whatever named type, to bytes, or a sql.Scanner for all else.
func (r *rows) Scan(dest ...any) error {
	if len(dest) != len(r.row) {
		return fmt.Errorf("%d values for a row of %d", len(dest), len(r.row))
	}
	for i, d := range dest {
		if err := assign(d, r.row[i]); err != nil {
			return fmt.Errorf("column %d: %w", i+1, err)
		}
	}
	return nil
}

func assign(dest any, v driver.Value) error {
	switch d := dest.(type) {
	case sql.Scanner:
		return d.Scan(v)
	case *string:
		if s, ok := v.(string); ok {
			*d = s
			return nil
		}
	case *int64:
		if n, ok := v.(int64); ok {
			*d = n
			return nil
		}
	case *[]byte:
		if data, ok := v.([]byte); ok {
			*d = data
			return nil
		}
	}
	to := reflect.ValueOf(dest).Elem()
	switch v := v.(type) {
	case string:
		if to.Kind() == reflect.String {
			to.SetString(v)
			return nil
		}
	case int64:
		switch {
		case to.CanInt() && !to.OverflowInt(v):
			to.SetInt(v)
			return nil
		case to.Kind() == reflect.Bool && (v == 0 || v == 1):
			to.SetBool(v == 1)
			return nil
		}
	}
	return fmt.Errorf("a %T does not go into a %s", v, to.Type())
}

// value makes an argument one of the types that a driver knows.
func value(a any) (driver.Value, error) {
	switch a.(type) {
	case string, int64, bool, []byte:
		return a, nil
	}
	switch v := reflect.ValueOf(a); {
	case v.Kind() == reflect.String:
		return v.String(), nil
	case v.CanInt():
		return v.Int(), nil
	}
	return nil, fmt.Errorf("a %T cannot be kept", a)
}

// unnamed is a list of columns for a SELECT in which none has a name or a
// declared type: the driver would copy both of each column at every query,
// which takes longer than the values do.
func unnamed(columns string) string {
	list := strings.Split(columns, ",")
	for i, c := range list {
		list[i] = "+" + strings.TrimSpace(c) + ` AS ""`
	}
	return strings.Join(list, ", ")
}

// unnumbered writes parameters that stand in order, each once, as "?": the
// driver reads the name of every "$1" again whenever it is bound.
func unnumbered(query string) string {
	parts := strings.Split(query, "$")
	var w strings.Builder
	w.WriteString(parts[0])
	for i, part := range parts[1:] {
		rest := strings.TrimLeft(part, "0123456789")
		if part[:len(part)-len(rest)] != strconv.Itoa(i+1) {
			return query
		}
		w.WriteString("?" + rest)
	}
	return w.String()
}
