-- People who can sign in, their sessions and tokens, and what the platform remembers about itself.
-- A unique index is named {table}_{column}[_{column}]: a refused row is reported by that name.

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_sign_in_at BIGINT,
    password_hash TEXT NOT NULL
);
-- addresses are in lower case already
CREATE UNIQUE INDEX accounts_email ON accounts (email);
CREATE INDEX accounts_by_role ON accounts (role, status);

CREATE TABLE sessions (
    key TEXT NOT NULL PRIMARY KEY,
    account TEXT REFERENCES accounts (id) ON DELETE CASCADE,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE tokens (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    secret_hash TEXT NOT NULL
);
CREATE UNIQUE INDEX tokens_secret_hash ON tokens (secret_hash);
CREATE INDEX tokens_by_account ON tokens (account, id);

CREATE TABLE sign_in_attempts (
    subject TEXT NOT NULL PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failed_at BIGINT NOT NULL,
    blocked_until BIGINT
);
CREATE INDEX sign_in_attempts_by_time ON sign_in_attempts (last_failed_at);

CREATE TABLE settings (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- one row: how many changes the gateway was to hear of
CREATE TABLE changes (
    sequence BIGINT NOT NULL
);
INSERT INTO changes (sequence) VALUES (0);
