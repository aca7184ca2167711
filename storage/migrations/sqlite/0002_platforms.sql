-- +goose Up

-- How an account or a channel is reached, where a platform's adapter has to
-- remember more than its id. Only the adapter reads data.
CREATE TABLE conversations (
    platform TEXT    NOT NULL,
    address  TEXT    NOT NULL,
    data     TEXT    NOT NULL, -- JSON
    at       INTEGER NOT NULL,
    PRIMARY KEY (platform, address)
) STRICT;

-- Codes by which somebody connects another account; at most one a person.
CREATE TABLE links (
    hash     TEXT    PRIMARY KEY, -- SHA-256 of the code, which is kept nowhere
    person   INTEGER NOT NULL,
    platform TEXT    NOT NULL,    -- where it was made
    expires  INTEGER NOT NULL
) STRICT;
