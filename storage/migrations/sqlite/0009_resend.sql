-- +goose Up

-- From which person on those whom no message has reached are still to be asked
-- once more; 0 for none.
ALTER TABLE broadcasts ADD COLUMN resend INTEGER NOT NULL DEFAULT 0;
