-- What became different for the gateway with each of the last change marks: an api, an application, a credential or a
-- plan by its id, or the subscription of the application `id` to the api `beside`.
CREATE TABLE gateway_changes (
    sequence BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    beside TEXT NOT NULL,
    PRIMARY KEY (sequence, kind, id, beside)
);
