-- Connections to AI vendors, each with a pool of keys.
CREATE TABLE providers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- a vendor's id
    kind TEXT NOT NULL,
    -- absent: the vendor's own
    base_url TEXT,
    -- JSON: what the vendor's form asks besides keys
    settings TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX providers_name ON providers (name);

CREATE TABLE provider_keys (
    id TEXT NOT NULL PRIMARY KEY,
    provider TEXT NOT NULL REFERENCES providers (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- the last characters of the secret
    hint TEXT NOT NULL,
    weight BIGINT NOT NULL,
    -- from 1
    position BIGINT NOT NULL,
    enabled BOOLEAN NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    -- sealed for this column of this row
    secret TEXT NOT NULL
);
CREATE UNIQUE INDEX provider_keys_provider_name ON provider_keys (provider, name);
