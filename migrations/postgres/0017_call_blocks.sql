-- Calls by the thousand: a row for each cost more than the call itself. Their roll-ups stay as they are.
DROP TABLE ai_calls;
DROP TABLE calls;

CREATE TABLE call_blocks (
    -- begins with the last of the ids of its calls
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    first_id TEXT COLLATE "C" NOT NULL,
    records BIGINT NOT NULL,
    data BYTEA NOT NULL
);
-- it is compressed already
ALTER TABLE call_blocks ALTER COLUMN data SET STORAGE EXTERNAL;
-- which blocks may hold calls of a time, without reading them
CREATE INDEX call_blocks_spans ON call_blocks (id, first_id);
CREATE INDEX call_blocks_small ON call_blocks (id) WHERE records < 1024;

-- Which apis, applications, providers and models the calls of a block are about.
CREATE TABLE call_block_keys (
    about TEXT NOT NULL,
    block TEXT COLLATE "C" NOT NULL REFERENCES call_blocks (id) ON DELETE CASCADE,
    PRIMARY KEY (about, block)
);
CREATE INDEX call_block_keys_by_block ON call_block_keys (block);
