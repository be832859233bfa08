-- Applications, their credentials and subscriptions, and requests that wait for a decision.

CREATE TABLE applications (
    id TEXT NOT NULL PRIMARY KEY,
    team TEXT NOT NULL REFERENCES teams (id),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX applications_by_name ON applications (name, id);
CREATE INDEX applications_by_team ON applications (team);

CREATE TABLE credentials (
    id TEXT NOT NULL PRIMARY KEY,
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    last_used_at BIGINT,
    hash TEXT NOT NULL
);
CREATE UNIQUE INDEX credentials_hash ON credentials (hash);
CREATE INDEX credentials_by_application ON credentials (application, id);

CREATE TABLE subscriptions (
    id TEXT NOT NULL PRIMARY KEY,
    application TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
    api TEXT NOT NULL REFERENCES apis (id) ON DELETE CASCADE,
    plan TEXT NOT NULL REFERENCES plans (id),
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    paused_by TEXT,
    decision TEXT NOT NULL,
    expires_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
-- at most one live subscription of an application to an api
CREATE UNIQUE INDEX subscriptions_application_api ON subscriptions (application, api)
    WHERE state IN ('pending', 'active', 'paused', 'expired');
CREATE INDEX subscriptions_by_application ON subscriptions (application, id);
CREATE INDEX subscriptions_by_api ON subscriptions (api, id);
CREATE INDEX subscriptions_by_plan ON subscriptions (plan);
CREATE INDEX subscriptions_by_expiry ON subscriptions (expires_at) WHERE state = 'active';

CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    team TEXT REFERENCES teams (id) ON DELETE CASCADE,
    subscription TEXT REFERENCES subscriptions (id) ON DELETE CASCADE,
    api TEXT REFERENCES apis (id) ON DELETE CASCADE,
    account TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_by TEXT,
    decided_at BIGINT,
    decision TEXT NOT NULL
);
CREATE INDEX requests_by_team ON requests (team, state, id);
CREATE INDEX requests_by_state ON requests (state, id);
CREATE INDEX requests_by_account ON requests (account, id);
CREATE INDEX requests_by_subscription ON requests (subscription);
CREATE INDEX requests_by_api ON requests (api);
