-- Ids of calls begin with their time, so they alone put calls in order.
DROP INDEX calls_by_time;
DROP INDEX calls_by_api;
DROP INDEX calls_by_application;
CREATE INDEX calls_by_api ON calls (api, id);
CREATE INDEX calls_by_application ON calls (application, id);
