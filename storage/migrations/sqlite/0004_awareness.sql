-- +goose Up

-- One message to many: its rule and where it stands.
CREATE TABLE broadcasts (
    id          INTEGER PRIMARY KEY,
    sender      INTEGER NOT NULL,
    state       TEXT    NOT NULL,           -- draft, awaiting, sending, paused, stopped, finished
    version     INTEGER NOT NULL DEFAULT 1,
    edition     INTEGER NOT NULL DEFAULT 1,
    audience    TEXT    NOT NULL,           -- JSON: the rule
    ack_by      TEXT    NOT NULL DEFAULT '',
    urgent      INTEGER NOT NULL DEFAULT 0,
    from_day    TEXT    NOT NULL DEFAULT '',
    at          INTEGER NOT NULL DEFAULT 0, -- one instant for all; 0: each in their own morning
    named       TEXT    NOT NULL DEFAULT '', -- people in the story
    approver    INTEGER NOT NULL DEFAULT 0,
    change      TEXT    NOT NULL DEFAULT '', -- of the words, that waits for a second person: typo, meaning
    title       TEXT    NOT NULL,
    language    TEXT    NOT NULL,           -- that of the text that all have who have no other
    minutes     INTEGER NOT NULL DEFAULT 1, -- to read it
    head_count  INTEGER NOT NULL DEFAULT 0, -- as the last preview said, then as frozen
    spread      INTEGER NOT NULL DEFAULT 0, -- how many of the frozen audience have their row in this version
    crowd       TEXT    NOT NULL DEFAULT '', -- the version of people at which joiners were looked for
    created     INTEGER NOT NULL,
    sent_at     INTEGER NOT NULL DEFAULT 0,
    ended_at    INTEGER NOT NULL DEFAULT 0,
    told_lines  INTEGER NOT NULL DEFAULT 0, -- managers see who is missing before the date has passed
    watch       INTEGER NOT NULL DEFAULT 0, -- the delivery of its sender's card
    watched     TEXT    NOT NULL DEFAULT '', -- the figures on that card
    watched_at  INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX broadcasts_live ON broadcasts (state) WHERE state IN ('sending', 'paused');

-- What was written, each edition of it: none is ever overwritten.
CREATE TABLE broadcast_texts (
    broadcast INTEGER NOT NULL,
    version   INTEGER NOT NULL,
    edition   INTEGER NOT NULL,
    language  TEXT    NOT NULL,
    body      TEXT    NOT NULL, -- JSON
    sha256    TEXT    NOT NULL, -- of body
    by        INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (broadcast, version, edition, language)
) STRICT;

-- The audience as it was when the sender confirmed it.
CREATE TABLE broadcast_audiences (
    broadcast INTEGER PRIMARY KEY,
    people    TEXT    NOT NULL, -- numbers and spans: 1-40;44
    sha256    TEXT    NOT NULL,
    at        INTEGER NOT NULL
) STRICT;

CREATE TABLE broadcast_recipients (
    broadcast   INTEGER NOT NULL,
    version     INTEGER NOT NULL,
    person      INTEGER NOT NULL,
    delivery    INTEGER NOT NULL DEFAULT 0,  -- 0: none could be queued, reason says why
    requested   INTEGER NOT NULL,
    due         INTEGER NOT NULL,            -- when it may go
    reason      TEXT    NOT NULL DEFAULT '',
    away        TEXT    NOT NULL DEFAULT '', -- the first day back of somebody who is away
    joined      INTEGER NOT NULL DEFAULT 0,  -- came after the audience was frozen
    tries       INTEGER NOT NULL DEFAULT 1,
    language    TEXT    NOT NULL DEFAULT '', -- in which it was shown last
    copy        INTEGER NOT NULL DEFAULT 0,  -- the edition to which their message was brought, 0: not shown yet
    edition     INTEGER NOT NULL DEFAULT 0,  -- that was shown last; that was read once acked_at is set
    text_sha256 TEXT    NOT NULL DEFAULT '', -- of that edition in their language
    acked_at    INTEGER NOT NULL DEFAULT 0,
    how         TEXT    NOT NULL DEFAULT '', -- button, typed, question, list
    recorded_by INTEGER NOT NULL DEFAULT 0,  -- who kept the attendance list
    wrong       INTEGER NOT NULL DEFAULT 0,  -- answers to the check question
    reminded    TEXT    NOT NULL DEFAULT '', -- the last day on which a digest named it
    PRIMARY KEY (broadcast, version, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX broadcast_unread ON broadcast_recipients (person) WHERE acked_at = 0;

CREATE TABLE broadcast_consents (
    broadcast INTEGER NOT NULL,
    person    INTEGER NOT NULL,
    state     TEXT    NOT NULL, -- asked, given, refused
    sha256    TEXT    NOT NULL, -- of the text they were shown
    at        INTEGER NOT NULL,
    PRIMARY KEY (broadcast, person)
) STRICT;

CREATE TABLE broadcast_questions (
    id          INTEGER PRIMARY KEY,
    broadcast   INTEGER NOT NULL,
    person      INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    text        TEXT    NOT NULL,
    answer      TEXT    NOT NULL DEFAULT '',
    answered_by INTEGER NOT NULL DEFAULT 0,
    answered_at INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX broadcast_questions_of ON broadcast_questions (broadcast, id);
