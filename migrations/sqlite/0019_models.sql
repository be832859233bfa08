-- What the operators of a connection say of its models: own ones, and those that are not called.
CREATE TABLE provider_models (
    provider TEXT NOT NULL REFERENCES providers (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    -- JSON: what is known of one of their own; absent for one of the catalogue
    facts TEXT,
    enabled BOOLEAN NOT NULL,
    PRIMARY KEY (provider, model)
);

-- Prices in the place of the catalogue's, for calls that begin then or later.
CREATE TABLE model_prices (
    provider TEXT NOT NULL REFERENCES providers (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    -- JSON: nano-dollars for a million, by service and length of input
    prices TEXT NOT NULL,
    note TEXT NOT NULL,
    -- a name
    set_by TEXT NOT NULL,
    set_at BIGINT NOT NULL,
    PRIMARY KEY (provider, model, starts_at)
);

-- Catalogues that were imported; of each vendor the newest is in effect.
CREATE TABLE model_imports (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    -- a name
    imported_by TEXT NOT NULL,
    new_models BIGINT NOT NULL,
    changed_models BIGINT NOT NULL,
    gone_models BIGINT NOT NULL
);

CREATE TABLE model_catalogues (
    import TEXT NOT NULL REFERENCES model_imports (id) ON DELETE CASCADE,
    vendor TEXT NOT NULL,
    -- JSON: all models of the vendor
    models TEXT NOT NULL,
    PRIMARY KEY (vendor, import)
);

-- Catalogues that somebody looks at before importing them; the newest few.
CREATE TABLE model_uploads (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    -- a name
    uploaded_by TEXT NOT NULL,
    -- as it was given
    catalogue TEXT NOT NULL
);
