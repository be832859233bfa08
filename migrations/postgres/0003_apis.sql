-- Catalogue entries, their versions with drafts and revisions, and their plans.

CREATE TABLE apis (
    id TEXT NOT NULL PRIMARY KEY,
    team TEXT NOT NULL REFERENCES teams (id),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    -- JSON array; api_tags has one row for each
    tags TEXT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    default_version TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    -- slug, name, description, category and tags in lower case
    search TEXT NOT NULL
);
CREATE UNIQUE INDEX apis_slug ON apis (slug);
CREATE INDEX apis_by_name ON apis (name, id);
CREATE INDEX apis_by_team ON apis (team);

CREATE TABLE api_tags (
    api TEXT NOT NULL REFERENCES apis (id) ON DELETE CASCADE,
    tag TEXT NOT NULL
);
CREATE UNIQUE INDEX api_tags_api_tag ON api_tags (api, tag);
CREATE INDEX api_tags_by_tag ON api_tags (tag);

CREATE TABLE versions (
    id TEXT NOT NULL PRIMARY KEY,
    api TEXT NOT NULL REFERENCES apis (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    state TEXT NOT NULL,
    live_revision BIGINT,
    lifecycle TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    draft TEXT NOT NULL
);
CREATE UNIQUE INDEX versions_api_name ON versions (api, name);

CREATE TABLE revisions (
    version TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    number BIGINT NOT NULL,
    note TEXT NOT NULL,
    published_by TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    config TEXT NOT NULL
);
CREATE UNIQUE INDEX revisions_version_number ON revisions (version, number);

-- OpenAPI documents, in a table of their own because of their size; revision 0 is the draft's
CREATE TABLE documents (
    version TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    revision BIGINT NOT NULL,
    content TEXT NOT NULL
);
CREATE UNIQUE INDEX documents_version_revision ON documents (version, revision);

-- host names at whose root the live revision of a version answers
CREATE TABLE live_hosts (
    version TEXT NOT NULL REFERENCES versions (id) ON DELETE CASCADE,
    host TEXT NOT NULL
);
CREATE UNIQUE INDEX live_hosts_version_host ON live_hosts (version, host);
CREATE INDEX live_hosts_by_host ON live_hosts (host);

CREATE TABLE plans (
    id TEXT NOT NULL PRIMARY KEY,
    api TEXT NOT NULL REFERENCES apis (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    approval TEXT NOT NULL,
    limits TEXT NOT NULL,
    terms TEXT NOT NULL,
    closed BOOLEAN NOT NULL
);
CREATE UNIQUE INDEX plans_api_name ON plans (api, name);
