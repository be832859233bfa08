-- What models did in calls, beside the calls, and rolled up. Calls without a model have no row here.
CREATE TABLE ai_calls (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY REFERENCES calls (id) ON DELETE CASCADE,
    provider TEXT NOT NULL,
    vendor TEXT NOT NULL,
    model TEXT NOT NULL,
    asked TEXT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cache_read_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    estimated BOOLEAN NOT NULL,
    -- absent where the price is not known
    cost_nano BIGINT,
    price TEXT NOT NULL,
    finish TEXT NOT NULL,
    first_token_us BIGINT,
    dropped TEXT NOT NULL
);
CREATE INDEX ai_calls_by_model ON ai_calls (model, id);
CREATE INDEX ai_calls_by_provider ON ai_calls (provider, id);

-- '' where a call had no api, version, route or application, or its provider is not known: a key has no holes
CREATE TABLE ai_usage (
    grain TEXT NOT NULL,
    at BIGINT NOT NULL,
    api TEXT NOT NULL,
    version TEXT NOT NULL,
    route TEXT NOT NULL,
    application TEXT NOT NULL,
    status TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    calls BIGINT NOT NULL,
    errors BIGINT NOT NULL,
    input_tokens BIGINT NOT NULL,
    output_tokens BIGINT NOT NULL,
    cache_read_tokens BIGINT NOT NULL,
    cache_write_tokens BIGINT NOT NULL,
    reasoning_tokens BIGINT NOT NULL,
    cost_nano BIGINT NOT NULL,
    -- calls whose cost is not known
    unpriced BIGINT NOT NULL,
    -- calls whose tokens the gateway counted
    estimated BIGINT NOT NULL,
    PRIMARY KEY (grain, at, api, version, route, application, status, provider, model)
);
CREATE INDEX ai_usage_by_api ON ai_usage (api, grain, at);
CREATE INDEX ai_usage_by_application ON ai_usage (application, grain, at);
