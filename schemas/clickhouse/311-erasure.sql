-- Requests to forget a tenant, an identity or a person while workers run: asked, sent to every partition, done in each, finished. The row
-- that was asked for holds the name, and is deleted when it is finished; the others hold none.
CREATE TABLE IF NOT EXISTS {{database}}.erasure {{onCluster}}
(
    id String,
    event LowCardinality(String),
    tenant LowCardinality(String),
    round UInt8,
    place String,
    body String,
    at DateTime64(3, 'UTC')
)
ENGINE = {{replicated}}MergeTree
ORDER BY (id, at, event)
TTL toDateTime(at) + toIntervalDay(30)
SETTINGS {{dedupWindow}};
