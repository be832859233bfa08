-- Client certificates of teams, shown to backends that ask who calls.
CREATE TABLE certificates (
    id TEXT NOT NULL PRIMARY KEY,
    team TEXT NOT NULL REFERENCES teams (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    -- what the first certificate of the chain says of itself
    subject TEXT NOT NULL,
    issuer TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    not_after BIGINT NOT NULL,
    fingerprint TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- PEM
    chain TEXT NOT NULL,
    -- PEM, sealed for this column of this row
    private_key TEXT NOT NULL
);
CREATE UNIQUE INDEX certificates_team_name ON certificates (team, name);
