-- Changes that are made once however often they are sent: under which key, what was sent, and what was answered.

CREATE TABLE idempotency_keys (
    -- a keyed hash of account, operation and key
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    -- a keyed hash of what was sent
    fingerprint TEXT NOT NULL,
    begun_at BIGINT NOT NULL,
    -- sealed; absent until the change is made
    answer TEXT
);
CREATE INDEX idempotency_keys_by_time ON idempotency_keys (begun_at);
CREATE INDEX idempotency_keys_by_account ON idempotency_keys (account);
