-- +goose Up

-- What a planned communication says beside its task, which has what, when and
-- who: with whom and how (7.4).
CREATE TABLE comms_plan (
    task     INTEGER PRIMARY KEY,
    audience TEXT NOT NULL,
    channel  TEXT NOT NULL,
    kind     TEXT NOT NULL DEFAULT '' -- of the built-in year; empty for one's own
) STRICT;
CREATE UNIQUE INDEX comms_plan_kind ON comms_plan (kind) WHERE kind <> '';
