-- Calls that were sent on to a backend: what quotas are counted by.
ALTER TABLE usage ADD COLUMN sent BIGINT NOT NULL DEFAULT 0;
-- of what was rolled up before, this is known: no fewer than were sent
UPDATE usage SET sent = calls - refused;
