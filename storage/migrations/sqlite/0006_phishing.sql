-- +goose Up

-- What is between its owner and the bot: nobody else sees it, hears of it when
-- it is late, or finds it in a list.
ALTER TABLE items ADD COLUMN private INTEGER NOT NULL DEFAULT 0;
DROP INDEX items_due;
CREATE INDEX items_due ON items (due, owner, kind, n) WHERE is_open = 1 AND private = 0;
DROP INDEX items_owner;
CREATE INDEX items_owner ON items (owner, due, private) WHERE is_open = 1;

-- Phishing tests that another program sent and counted.
CREATE TABLE campaigns (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL,
    sent_on   TEXT    NOT NULL,
    source    TEXT    NOT NULL,           -- the format of the file
    sent      INTEGER NOT NULL,
    reported  INTEGER NOT NULL,
    clicked   INTEGER NOT NULL,
    submitted INTEGER NOT NULL,
    not_sent  INTEGER NOT NULL DEFAULT 0,
    unknown   INTEGER NOT NULL DEFAULT 0, -- of those sent, nobody in the people file
    named     INTEGER NOT NULL DEFAULT 0, -- clicks are kept by person
    follow    TEXT    NOT NULL DEFAULT '', -- due, done; empty: nobody is written to
    file      TEXT    NOT NULL,           -- SHA-256
    at        INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX campaigns_name ON campaigns (sent_on, name);

-- Figures of departments; none of fewer than five people is ever kept.
CREATE TABLE campaign_groups (
    campaign   INTEGER NOT NULL,
    department TEXT    NOT NULL, -- empty for all others together
    sent       INTEGER NOT NULL,
    reported   INTEGER NOT NULL,
    clicked    INTEGER NOT NULL,
    submitted  INTEGER NOT NULL,
    PRIMARY KEY (campaign, department)
) STRICT;

-- Whom to thank and whom to train. Who clicked is kept only where the
-- configuration allows figures by person.
CREATE TABLE campaign_people (
    campaign  INTEGER NOT NULL,
    person    INTEGER NOT NULL,
    reported  INTEGER NOT NULL,
    clicked   INTEGER NOT NULL DEFAULT 0,
    submitted INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (campaign, person)
) STRICT, WITHOUT ROWID;

-- What followed for a person, once.
CREATE TABLE campaign_told (
    campaign INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    thanked  INTEGER NOT NULL,
    task     INTEGER NOT NULL DEFAULT 0, -- the training's number, 0 for none
    PRIMARY KEY (campaign, person)
) STRICT, WITHOUT ROWID;
