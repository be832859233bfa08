-- Ids of calls begin with their time, so they alone put calls in order: rows stand in it, and are found by it.
CREATE TABLE calls_by_id (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    api TEXT,
    version TEXT,
    route TEXT,
    application TEXT,
    credential TEXT,
    subscription TEXT,
    plan TEXT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    duration_us BIGINT NOT NULL,
    upstream_us BIGINT,
    request_bytes BIGINT NOT NULL,
    response_bytes BIGINT NOT NULL,
    client_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    attempts BIGINT NOT NULL
) WITHOUT ROWID;
INSERT INTO calls_by_id SELECT * FROM calls;
DROP TABLE calls;
ALTER TABLE calls_by_id RENAME TO calls;
CREATE INDEX calls_by_api ON calls (api, id);
CREATE INDEX calls_by_application ON calls (application, id);
