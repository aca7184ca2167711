-- +goose Up

-- What people notice and report. Of an anonymous report there is the day, and
-- neither a person nor an instant: file_at is the full hour at which it, like
-- what its reporter adds, is told and journalled; 0 once that is done.
CREATE TABLE events (
    n          INTEGER PRIMARY KEY,
    state      TEXT    NOT NULL,
    outcome    TEXT    NOT NULL DEFAULT '',
    words      TEXT    NOT NULL,
    noticed    TEXT    NOT NULL DEFAULT '',
    reporter   INTEGER NOT NULL DEFAULT 0,
    anonymous  INTEGER NOT NULL DEFAULT 0,
    day        TEXT    NOT NULL,
    at         INTEGER NOT NULL DEFAULT 0,
    answer_by  TEXT    NOT NULL DEFAULT '',
    lead       INTEGER NOT NULL DEFAULT 0,
    finding    INTEGER NOT NULL DEFAULT 0,
    action     INTEGER NOT NULL DEFAULT 0,
    reason     TEXT    NOT NULL DEFAULT '',
    change     TEXT    NOT NULL DEFAULT '',
    personal   TEXT    NOT NULL DEFAULT '',
    part       TEXT    NOT NULL DEFAULT '',
    aware_at   INTEGER NOT NULL DEFAULT 0,
    aware_why  TEXT    NOT NULL DEFAULT '',
    people_why TEXT    NOT NULL DEFAULT '',
    code       TEXT    NOT NULL DEFAULT '', -- SHA-256 of what lets an anonymous reporter read
    file_at    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX events_open ON events (n) WHERE state <> 'closed';
CREATE UNIQUE INDEX events_code ON events (code) WHERE code <> '';
CREATE INDEX events_file ON events (file_at) WHERE file_at <> 0;

-- What is said between reporter and those who look into it, and later phases.
CREATE TABLE event_notes (
    id      INTEGER PRIMARY KEY,
    event   INTEGER NOT NULL,
    kind    TEXT    NOT NULL,
    person  INTEGER NOT NULL DEFAULT 0,
    day     TEXT    NOT NULL,
    at      INTEGER NOT NULL DEFAULT 0, -- 0 where an anonymous reporter wrote it
    words   TEXT    NOT NULL,
    file_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX event_notes_event ON event_notes (event, id);
CREATE INDEX event_notes_file ON event_notes (file_at) WHERE file_at <> 0;

-- What each law asks in each event.
CREATE TABLE event_duties (
    event      INTEGER NOT NULL,
    clock      TEXT    NOT NULL,
    decision   TEXT    NOT NULL DEFAULT '',
    why        TEXT    NOT NULL DEFAULT '',
    decided_by INTEGER NOT NULL DEFAULT 0,
    decided_at INTEGER NOT NULL DEFAULT 0,
    told_at    INTEGER NOT NULL DEFAULT 0,
    delay      TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (event, clock)
) STRICT, WITHOUT ROWID;

-- The pings of a clock that began at since: told, or superseded by a later one.
CREATE TABLE event_pings (
    event INTEGER NOT NULL,
    clock TEXT    NOT NULL,
    since INTEGER NOT NULL,
    hours INTEGER NOT NULL,
    state TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    PRIMARY KEY (event, clock, since, hours)
) STRICT, WITHOUT ROWID;

-- Whom a ping has made party to an event.
CREATE TABLE event_readers (
    event  INTEGER NOT NULL,
    person INTEGER NOT NULL,
    PRIMARY KEY (event, person)
) STRICT, WITHOUT ROWID;

-- Anonymous invocations, by a hash under a key that goes with them.
CREATE TABLE event_repeats (
    hash  TEXT    PRIMARY KEY,
    until INTEGER NOT NULL -- a full hour
) STRICT, WITHOUT ROWID;

-- Closed events that are to be told to all.
CREATE TABLE win_drafts (
    id    INTEGER PRIMARY KEY,
    event INTEGER NOT NULL,
    text  TEXT    NOT NULL,
    by    INTEGER NOT NULL,
    at    INTEGER NOT NULL
) STRICT;
CREATE INDEX win_drafts_event ON win_drafts (event);

-- Those whom a draft names: '' not answered yet, yes, no.
CREATE TABLE win_consents (
    draft  INTEGER NOT NULL,
    person INTEGER NOT NULL,
    answer TEXT    NOT NULL DEFAULT '',
    at     INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (draft, person)
) STRICT, WITHOUT ROWID;
