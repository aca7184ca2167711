-- +goose Up

-- For which occurrence of a planned communication a broadcast was written, and
-- whether that occurrence was closed by it.
CREATE TABLE comms_plan_broadcasts (
    broadcast INTEGER PRIMARY KEY,
    task      INTEGER NOT NULL,
    due       TEXT    NOT NULL, -- as first promised
    done      INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX comms_plan_broadcasts_task ON comms_plan_broadcasts (task, broadcast);
CREATE INDEX comms_plan_broadcasts_open ON comms_plan_broadcasts (broadcast) WHERE done = 0;

-- The due date of which those who look after communication know that it is late.
ALTER TABLE comms_plan ADD COLUMN late_told TEXT NOT NULL DEFAULT '';

-- The look at last month's communication is a session and no broadcast.
UPDATE items SET source = 'comms_review' WHERE kind = 'task' AND source = 'comms_plan' AND n IN (SELECT task FROM comms_plan WHERE kind = 'review');
