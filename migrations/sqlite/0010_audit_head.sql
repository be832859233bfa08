-- Where the audit trail ends: one row, moved on with each row of the trail. Rows that were taken from the end of the
-- trail are missed by it.

CREATE TABLE audit_head (
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);

INSERT INTO audit_head (sequence, hash)
SELECT
    coalesce(max(sequence), 0),
    coalesce(
        (SELECT hash FROM audit ORDER BY sequence DESC LIMIT 1),
        '0000000000000000000000000000000000000000000000000000000000000000'
    )
FROM audit;

CREATE TRIGGER audit_head_keep_update BEFORE UPDATE ON audit_head WHEN NEW.sequence <> OLD.sequence + 1
BEGIN
    SELECT RAISE(ABORT, 'the audit trail only grows');
END;

CREATE TRIGGER audit_head_keep_delete BEFORE DELETE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'the audit trail only grows');
END;
