package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"ismsbot/storage"
)

// database opens the database of the configuration for a command that is of no
// use without one: unlike storage.Open it does not begin an empty one.
func (p *program) database(ctx context.Context) (*storage.DB, error) {
	c, err := p.config(SecretsOptional)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(c.Storage.DSN); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no database at %s; start in the directory to which storage.dsn is relative, or begin one with \"ismsbot import\"", c.Storage.DSN)
	}
	return storage.Open(ctx, c.Storage.DSN)
}
