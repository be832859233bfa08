-- Calls by the thousand: a row for each cost more than the call itself. Their roll-ups stay as they are.
DROP TABLE ai_calls;
DROP TABLE calls;

CREATE TABLE call_blocks (
    -- begins with the last of the ids of its calls
    id TEXT NOT NULL PRIMARY KEY,
    first_id TEXT NOT NULL,
    records BIGINT NOT NULL,
    data BLOB NOT NULL
);
-- which blocks may hold calls of a time, without reading them
CREATE INDEX call_blocks_spans ON call_blocks (id, first_id);
CREATE INDEX call_blocks_small ON call_blocks (id) WHERE records < 1024;

-- Which apis, applications, providers and models the calls of a block are about.
CREATE TABLE call_block_keys (
    about TEXT NOT NULL,
    block TEXT NOT NULL REFERENCES call_blocks (id) ON DELETE CASCADE,
    PRIMARY KEY (about, block)
) WITHOUT ROWID;
CREATE INDEX call_block_keys_by_block ON call_block_keys (block);
