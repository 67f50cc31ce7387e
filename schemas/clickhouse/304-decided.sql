-- What was decided about alerts, in the order in which it reached the engines; recovery gives it back to them.
CREATE TABLE IF NOT EXISTS {{database}}.decided {{onCluster}}
(
    topic LowCardinality(String),
    partition UInt32,
    offset Int64,
    tenant LowCardinality(String),
    alert_id String,
    decided String CODEC(ZSTD(1)),
    stored_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree(stored_at)
ORDER BY (topic, partition, offset)
TTL stored_at + toIntervalDay({{alertTtlDays}})
SETTINGS {{dedupWindow}};

ALTER TABLE {{database}}.outbox {{onCluster}} ADD INDEX IF NOT EXISTS by_alert alert_id TYPE bloom_filter(0.01) GRANULARITY 1;
