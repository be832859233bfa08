-- The audit trail. No foreign keys: a row outlives what it speaks of. Rows are added, never changed or removed.

CREATE TABLE audit (
    sequence BIGINT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    account TEXT,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    object_name TEXT NOT NULL,
    team TEXT,
    before_json TEXT,
    after_json TEXT,
    hash TEXT NOT NULL
);
CREATE UNIQUE INDEX audit_sequence ON audit (sequence);
CREATE INDEX audit_by_object ON audit (object_id, sequence);
CREATE INDEX audit_by_account ON audit (account, sequence);
CREATE INDEX audit_by_team ON audit (team, sequence);
CREATE INDEX audit_by_action ON audit (action, sequence);

CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail only grows';
END;
$$;

CREATE TRIGGER audit_keep_update BEFORE UPDATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();

CREATE TRIGGER audit_keep_delete BEFORE DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows();
