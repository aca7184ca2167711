package storage

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log/slog"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/sqlite/*.sql
var migrations embed.FS

// Schema is the newest schema version that this program knows.
const Schema = 11

// migrate brings the schema up to date, forward only.
func migrate(ctx context.Context, pool *sql.DB, path string) error {
	dir, err := fs.Sub(migrations, "migrations/sqlite")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, pool, dir, goose.WithSlog(slog.New(slog.DiscardHandler)))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("%s is not a database of ismsbot: %w", path, err)
	}
	if have > Schema {
		return fmt.Errorf("%s was written by a newer ismsbot (schema %d, this one knows %d); install that version or restore a backup, nothing was changed", path, have, Schema)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("bring %s up to date: %w", path, err)
	}
	_, err = pool.ExecContext(ctx, "INSERT INTO meta (key, value) VALUES ('instance', $1) ON CONFLICT (key) DO NOTHING", rand.Text())
	return wrap("mark the database", err)
}
