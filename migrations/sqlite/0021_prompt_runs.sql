-- Runs of the playground: which prompts and models were put side by side, with what, and what they answered.
CREATE TABLE prompt_runs (
    id TEXT NOT NULL PRIMARY KEY,
    api TEXT NOT NULL REFERENCES apis (id) ON DELETE CASCADE,
    -- who started it
    account TEXT REFERENCES accounts (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    -- sealed JSON
    content TEXT NOT NULL
);
CREATE INDEX prompt_runs_by_api ON prompt_runs (api, id);
CREATE INDEX prompt_runs_by_account ON prompt_runs (account);
CREATE INDEX prompt_runs_by_time ON prompt_runs (created_at);
