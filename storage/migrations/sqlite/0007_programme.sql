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

-- The training that a task is somebody's part in; 0 for other tasks.
ALTER TABLE items ADD COLUMN training INTEGER NOT NULL DEFAULT 0;

CREATE TABLE trainings (
    id        INTEGER PRIMARY KEY,
    title     TEXT    NOT NULL,
    link      TEXT    NOT NULL DEFAULT '',
    audience  TEXT    NOT NULL,            -- everyone, a department or a role
    repeat    TEXT    NOT NULL DEFAULT '',
    questions TEXT    NOT NULL DEFAULT '[]', -- JSON
    pass_mark INTEGER NOT NULL DEFAULT 0,
    effect    TEXT    NOT NULL DEFAULT ''  -- whether it helped (7.2 c)
) STRICT;

-- Who has a training, and who is through with it; no score of anybody.
CREATE TABLE training_people (
    training INTEGER NOT NULL,
    person   INTEGER NOT NULL,
    task     INTEGER NOT NULL DEFAULT 0,
    last_on  TEXT    NOT NULL DEFAULT '', -- when it was last finished
    how      TEXT    NOT NULL DEFAULT '', -- quiz, done, attendance
    noted_by INTEGER NOT NULL DEFAULT 0,  -- who recorded an attendance
    PRIMARY KEY (training, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX training_task ON training_people (task) WHERE task > 0;
