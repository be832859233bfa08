-- Calls as the gateway recorded them, and usage: calls rolled up. On SQLite in a file of their own.

CREATE TABLE calls (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
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
);
CREATE INDEX calls_by_time ON calls (at, id);
CREATE INDEX calls_by_api ON calls (api, at, id);
CREATE INDEX calls_by_application ON calls (application, at, id);

-- '' where a call had no api, version, route, application or subscription: a key has no holes
CREATE TABLE usage (
    grain TEXT NOT NULL,
    at BIGINT NOT NULL,
    api TEXT NOT NULL,
    version TEXT NOT NULL,
    route TEXT NOT NULL,
    application TEXT NOT NULL,
    subscription TEXT NOT NULL,
    status TEXT NOT NULL,
    calls BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    request_bytes BIGINT NOT NULL,
    response_bytes BIGINT NOT NULL,
    duration_us BIGINT NOT NULL,
    -- calls by duration; the bounds are those of the domain's histogram
    latency_00 BIGINT NOT NULL,
    latency_01 BIGINT NOT NULL,
    latency_02 BIGINT NOT NULL,
    latency_03 BIGINT NOT NULL,
    latency_04 BIGINT NOT NULL,
    latency_05 BIGINT NOT NULL,
    latency_06 BIGINT NOT NULL,
    latency_07 BIGINT NOT NULL,
    latency_08 BIGINT NOT NULL,
    latency_09 BIGINT NOT NULL,
    latency_10 BIGINT NOT NULL,
    latency_11 BIGINT NOT NULL,
    latency_12 BIGINT NOT NULL,
    latency_13 BIGINT NOT NULL,
    latency_14 BIGINT NOT NULL,
    latency_15 BIGINT NOT NULL,
    latency_16 BIGINT NOT NULL,
    latency_17 BIGINT NOT NULL,
    latency_18 BIGINT NOT NULL,
    latency_19 BIGINT NOT NULL,
    latency_20 BIGINT NOT NULL,
    latency_21 BIGINT NOT NULL,
    latency_22 BIGINT NOT NULL,
    latency_23 BIGINT NOT NULL,
    latency_24 BIGINT NOT NULL,
    latency_25 BIGINT NOT NULL,
    latency_26 BIGINT NOT NULL,
    latency_27 BIGINT NOT NULL,
    latency_28 BIGINT NOT NULL,
    latency_29 BIGINT NOT NULL,
    latency_30 BIGINT NOT NULL,
    latency_31 BIGINT NOT NULL,
    PRIMARY KEY (grain, at, api, version, route, application, subscription, status)
);
CREATE INDEX usage_by_api ON usage (api, grain, at);
CREATE INDEX usage_by_application ON usage (application, grain, at);
