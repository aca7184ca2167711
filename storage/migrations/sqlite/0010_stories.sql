-- +goose Up

-- Broadcasts that tell of something that was noticed and stopped, and of which
-- closed event, 0 for none. Drafts that stood beside the event are gone: nothing
-- was ever made of them, and the event proposes its story anew.
CREATE TABLE stories (
    broadcast INTEGER PRIMARY KEY,
    event     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX stories_event ON stories (event) WHERE event > 0;

DROP TABLE win_consents;
DROP TABLE win_drafts;
