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

-- Whether those get a training who join the people whom it is for: '' no, soon,
-- first (before they get access); whether it was given to people: '', due
-- (it is being given), done, ends (it is being taken away), over; and the version of people at which was looked.
ALTER TABLE trainings ADD COLUMN joiners TEXT NOT NULL DEFAULT '';
ALTER TABLE trainings ADD COLUMN given TEXT NOT NULL DEFAULT '';
ALTER TABLE trainings ADD COLUMN crowd TEXT NOT NULL DEFAULT '';
UPDATE trainings SET joiners = 'soon' WHERE repeat <> '';
UPDATE trainings SET given = 'done' WHERE id IN (SELECT training FROM training_people WHERE task > 0);

-- When somebody was there, by an imported attendance list; empty once that is settled.
ALTER TABLE training_people ADD COLUMN attended TEXT NOT NULL DEFAULT '';
CREATE INDEX training_attended ON training_people (training, person) WHERE attended <> '';
