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

-- Where somebody works, as the people file says; empty for nowhere said.
ALTER TABLE people ADD COLUMN site TEXT NOT NULL DEFAULT '';

-- People whom broadcasts are often for.
CREATE TABLE lists (
    name   TEXT    PRIMARY KEY, -- in lower case
    shown  TEXT    NOT NULL,    -- as it was written
    people TEXT    NOT NULL,    -- by number: "1-40;44"
    by     INTEGER NOT NULL,
    at     INTEGER NOT NULL
) STRICT;
