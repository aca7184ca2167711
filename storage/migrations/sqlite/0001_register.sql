-- +goose Up

-- Instants are milliseconds since 1970 in UTC, civil dates YYYY-MM-DD text,
-- empty for none; people and items are referred to by number, 0 for nobody.

CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE people (
    id           INTEGER PRIMARY KEY,
    email        TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    department   TEXT    NOT NULL DEFAULT '',
    manager      INTEGER NOT NULL DEFAULT 0,
    deputy       INTEGER NOT NULL DEFAULT 0,
    roles        TEXT    NOT NULL DEFAULT '',
    zone         TEXT    NOT NULL DEFAULT '', -- from the people file
    language     TEXT    NOT NULL DEFAULT '',
    own_zone     TEXT    NOT NULL DEFAULT '', -- the person's own setting
    own_language TEXT    NOT NULL DEFAULT '',
    hours        TEXT    NOT NULL DEFAULT '',
    platform     TEXT    NOT NULL DEFAULT '', -- preferred; empty: where they last answered
    neutral      INTEGER NOT NULL DEFAULT 0,
    has_left     INTEGER NOT NULL DEFAULT 0,
    greeted      INTEGER NOT NULL DEFAULT 0,  -- the first contact's words were said
    look_at      INTEGER NOT NULL DEFAULT 0,  -- when Remind looks at this person next
    imported     TEXT    NOT NULL DEFAULT '{}'
) STRICT;
CREATE INDEX people_look ON people (look_at) WHERE has_left = 0;

CREATE TABLE accounts (
    platform TEXT    NOT NULL,
    account  TEXT    NOT NULL,
    person   INTEGER NOT NULL,
    zone     TEXT    NOT NULL DEFAULT '',
    language TEXT    NOT NULL DEFAULT '',
    trouble  TEXT    NOT NULL DEFAULT '', -- why it takes no messages; empty: it does
    used_at  INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (platform, account)
) STRICT;
CREATE UNIQUE INDEX accounts_person ON accounts (person, platform);

CREATE TABLE absences (
    person   INTEGER NOT NULL,
    from_day TEXT    NOT NULL,
    to_day   TEXT    NOT NULL,
    PRIMARY KEY (person, from_day)
) STRICT;

CREATE TABLE items (
    kind           TEXT    NOT NULL,
    n              INTEGER NOT NULL,
    ref            TEXT    NOT NULL DEFAULT '',
    import_key     TEXT    NOT NULL DEFAULT '', -- how a second import of a foreign file finds it
    title          TEXT    NOT NULL,
    description    TEXT    NOT NULL DEFAULT '',
    owner          INTEGER NOT NULL DEFAULT 0,
    deputy         INTEGER NOT NULL DEFAULT 0,
    due            TEXT    NOT NULL DEFAULT '',
    status         TEXT    NOT NULL,
    is_open        INTEGER NOT NULL,
    severity       TEXT    NOT NULL DEFAULT '',
    source         TEXT    NOT NULL DEFAULT '',
    requirements   TEXT    NOT NULL DEFAULT '',
    audit_kind     TEXT    NOT NULL DEFAULT '',
    auditees       TEXT    NOT NULL DEFAULT '',
    scope          TEXT    NOT NULL DEFAULT '',
    repeat_rule    TEXT    NOT NULL DEFAULT '',
    series_start   TEXT    NOT NULL DEFAULT '',
    evidence_need  TEXT    NOT NULL DEFAULT '',
    found_on       TEXT    NOT NULL DEFAULT '',
    finding        INTEGER NOT NULL DEFAULT 0,
    first_due      TEXT    NOT NULL DEFAULT '',
    moves          INTEGER NOT NULL DEFAULT 0,
    hand_overs     INTEGER NOT NULL DEFAULT 0,
    first_reminded TEXT    NOT NULL DEFAULT '',
    acked_by       INTEGER NOT NULL DEFAULT 0,
    stuck          INTEGER NOT NULL DEFAULT 0,
    last_word      TEXT    NOT NULL DEFAULT '',
    done_on        TEXT    NOT NULL DEFAULT '',
    done_by        INTEGER NOT NULL DEFAULT 0,
    evidence       TEXT    NOT NULL DEFAULT '',
    verifier       INTEGER NOT NULL DEFAULT 0,
    verify_due     TEXT    NOT NULL DEFAULT '',
    version        INTEGER NOT NULL DEFAULT 1,
    imported       TEXT    NOT NULL DEFAULT '{}',
    PRIMARY KEY (kind, n)
) STRICT;
CREATE UNIQUE INDEX items_ref ON items (kind, ref) WHERE ref <> '';
CREATE INDEX items_import ON items (kind, import_key) WHERE import_key <> '';
-- What is late is found by the date and judged by the owner without touching the table.
CREATE INDEX items_due ON items (due, owner, kind, n) WHERE is_open = 1;
CREATE INDEX items_owner ON items (owner, due) WHERE is_open = 1;
CREATE INDEX items_deputy ON items (deputy) WHERE is_open = 1 AND deputy <> 0;
CREATE INDEX items_verifier ON items (verifier) WHERE status = 'done' AND verifier <> 0;
CREATE INDEX items_review ON items (verify_due) WHERE status = 'done' AND verify_due <> '';
CREATE INDEX items_handed ON items (hand_overs) WHERE is_open = 1 AND hand_overs > 0;

CREATE TABLE answers (
    id       INTEGER PRIMARY KEY,
    kind     TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    due      TEXT    NOT NULL, -- of the occurrence that was answered
    verb     TEXT    NOT NULL,
    person   INTEGER NOT NULL,
    behalf   INTEGER NOT NULL DEFAULT 0, -- of whom, where it was not their own
    at       INTEGER NOT NULL,
    detail   TEXT    NOT NULL DEFAULT '{}',
    before   TEXT    NOT NULL, -- the item as it was, for undo
    version  INTEGER NOT NULL, -- of the item after the answer
    undone   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX answers_item ON answers (kind, n, id);
CREATE INDEX answers_person ON answers (person, id);

CREATE TABLE requests (
    id         INTEGER PRIMARY KEY,
    kind       TEXT    NOT NULL,
    item_n     INTEGER NOT NULL,
    item_kind  TEXT    NOT NULL,
    due        TEXT    NOT NULL, -- as it stood when asked
    new_due    TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    asked_by   INTEGER NOT NULL,
    asked_at   INTEGER NOT NULL,
    approver   INTEGER NOT NULL,
    second     INTEGER NOT NULL DEFAULT 0, -- asked too when the approver stays silent
    state      TEXT    NOT NULL,           -- pending, approved, rejected, lapsed
    decided_by INTEGER NOT NULL DEFAULT 0,
    decided_at INTEGER NOT NULL DEFAULT 0,
    note       TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX requests_item ON requests (item_kind, item_n, id);
CREATE INDEX requests_pending ON requests (approver) WHERE state = 'pending';

CREATE TABLE snoozes (
    person INTEGER NOT NULL,
    kind   TEXT    NOT NULL,
    n      INTEGER NOT NULL,
    until  TEXT    NOT NULL,
    PRIMARY KEY (person, kind, n)
) STRICT;

CREATE TABLE reminders (
    person   INTEGER NOT NULL,
    kind     TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    due      TEXT    NOT NULL,
    stage    TEXT    NOT NULL,
    capacity TEXT    NOT NULL,
    state    TEXT    NOT NULL, -- told, superseded
    on_day   TEXT    NOT NULL, -- the stage's day
    delivery INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (person, kind, n, due, stage)
) STRICT;
CREATE INDEX reminders_delivery ON reminders (delivery);
CREATE INDEX reminders_item ON reminders (kind, n, due);

CREATE TABLE digests (
    person   INTEGER NOT NULL,
    day      TEXT    NOT NULL,
    delivery INTEGER NOT NULL,
    PRIMARY KEY (person, day)
) STRICT;

CREATE TABLE nudges (
    person INTEGER NOT NULL,
    day    TEXT    NOT NULL,
    by     INTEGER NOT NULL,
    PRIMARY KEY (person, day)
) STRICT;

-- The outbox. A row is queued in the transaction of the change it tells of.
CREATE TABLE deliveries (
    id         INTEGER PRIMARY KEY,
    key        TEXT    NOT NULL UNIQUE, -- what makes a repetition the same message
    class      TEXT    NOT NULL,        -- digest, request, answer, notice, update
    person     INTEGER NOT NULL DEFAULT 0,
    platform   TEXT    NOT NULL DEFAULT '',
    address    TEXT    NOT NULL DEFAULT '',
    content    TEXT    NOT NULL,        -- what to show: see bot.content
    target     INTEGER NOT NULL DEFAULT 0, -- the delivery that an update brings up to date
    state      TEXT    NOT NULL,        -- queued, sending, sent, dead, cancelled
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL,
    claim      TEXT    NOT NULL DEFAULT '',
    lease      INTEGER NOT NULL DEFAULT 0,
    sending_at INTEGER NOT NULL DEFAULT 0,
    sent_at    INTEGER NOT NULL DEFAULT 0,
    ref        TEXT    NOT NULL DEFAULT '', -- the platform's message id
    sha256     TEXT    NOT NULL DEFAULT '', -- of exactly what was shown
    error      TEXT    NOT NULL DEFAULT '',
    created    INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_queued ON deliveries (not_before, id) WHERE state = 'queued';
CREATE INDEX deliveries_sending ON deliveries (lease) WHERE state = 'sending';
CREATE INDEX deliveries_dead ON deliveries (id) WHERE state = 'dead';
CREATE INDEX deliveries_ref ON deliveries (platform, ref) WHERE ref <> '';

CREATE TABLE delivery_items (
    kind     TEXT    NOT NULL,
    n        INTEGER NOT NULL,
    delivery INTEGER NOT NULL,
    PRIMARY KEY (kind, n, delivery)
) STRICT, WITHOUT ROWID;

CREATE TABLE seen (
    platform TEXT    NOT NULL,
    event    TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (platform, event)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

-- Append-only; each row holds the hash of the one before.
CREATE TABLE journal (
    seq  INTEGER PRIMARY KEY,
    at   INTEGER,
    kind TEXT,
    data TEXT,
    prev TEXT,
    hash TEXT
) STRICT;

-- Where the journal ended at the last commit: a row cut off at the end is missed.
CREATE TABLE journal_head (
    one  INTEGER PRIMARY KEY CHECK (one = 1),
    seq  INTEGER NOT NULL,
    hash TEXT    NOT NULL
) STRICT;

-- Heads that somebody outside has seen.
CREATE TABLE anchors (
    seq   INTEGER NOT NULL,
    hash  TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    place TEXT    NOT NULL,
    PRIMARY KEY (seq, place)
) STRICT;

-- Which events an item's history is made of.
CREATE TABLE journal_items (
    kind TEXT    NOT NULL,
    n    INTEGER NOT NULL,
    seq  INTEGER NOT NULL,
    PRIMARY KEY (kind, n, seq)
) STRICT, WITHOUT ROWID;

-- Free text that events name by its SHA-256; it can be erased and the chain holds.
CREATE TABLE texts (
    sha256 TEXT PRIMARY KEY,
    text   TEXT NOT NULL
) STRICT;
