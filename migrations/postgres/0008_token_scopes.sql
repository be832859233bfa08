-- What a token may be used for. Those made before scopes were known keep what they could do.

ALTER TABLE tokens ADD COLUMN scope TEXT NOT NULL DEFAULT 'all';
