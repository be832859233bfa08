-- How much models may cost, or how many tokens they may use, in a day or a month.
CREATE TABLE budgets (
    id TEXT NOT NULL PRIMARY KEY,
    -- exactly one of these four
    application TEXT REFERENCES applications (id) ON DELETE CASCADE,
    team TEXT REFERENCES teams (id) ON DELETE CASCADE,
    api TEXT REFERENCES apis (id) ON DELETE CASCADE,
    provider TEXT REFERENCES providers (id) ON DELETE CASCADE,
    -- tokens, or nano: billionths of a US dollar
    unit TEXT NOT NULL,
    amount BIGINT NOT NULL,
    period TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX budgets_application_unit_period ON budgets (application, unit, period);
CREATE UNIQUE INDEX budgets_team_unit_period ON budgets (team, unit, period);
CREATE UNIQUE INDEX budgets_api_unit_period ON budgets (api, unit, period);
CREATE UNIQUE INDEX budgets_provider_unit_period ON budgets (provider, unit, period);
