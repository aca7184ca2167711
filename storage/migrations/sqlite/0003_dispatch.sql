-- +goose Up

-- A dispatch is one message to many: what is queued together under one name is
-- stopped, resumed and counted together.
CREATE TABLE dispatches (
    id    INTEGER PRIMARY KEY,
    name  TEXT    NOT NULL UNIQUE, -- what the keys of its messages begin with: broadcast/5/1/
    state TEXT    NOT NULL         -- running, paused, cancelled
) STRICT;

-- 0 for a message that is part of none. States of deliveries are from now on
-- queued, sending, sent, held, unreachable, dead, cancelled.
ALTER TABLE deliveries ADD COLUMN dispatch INTEGER NOT NULL DEFAULT 0;

-- What is not part of a dispatch is claimed without a look at what is.
DROP INDEX deliveries_queued;
CREATE INDEX deliveries_queued ON deliveries (platform, not_before) WHERE state = 'queued' AND dispatch = 0;
-- Claims from one dispatch, and its count without touching the table.
CREATE INDEX deliveries_dispatch ON deliveries (dispatch, state, platform, not_before) WHERE dispatch <> 0;
-- What waits for one person, when that person is to be reached elsewhere.
CREATE INDEX deliveries_waiting ON deliveries (person) WHERE state = 'queued';
CREATE INDEX deliveries_requests ON deliveries (person, not_before) WHERE class = 'request';
CREATE INDEX deliveries_held ON deliveries (id) WHERE state = 'held';
