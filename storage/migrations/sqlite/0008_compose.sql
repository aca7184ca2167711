-- +goose Up

-- Posters that were handed in, each fetched by its name, which cannot be
-- guessed. They stay as they are: a text names them by name.
CREATE TABLE media (
    name   TEXT    PRIMARY KEY,
    type   TEXT    NOT NULL,
    sha256 TEXT    NOT NULL,
    data   BLOB    NOT NULL,
    by     INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
