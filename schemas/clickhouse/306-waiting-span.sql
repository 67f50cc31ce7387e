-- Spans that were taken over HTTP or syslog and wait for the rest of their trace. A row with done replaces the one with the body.
CREATE TABLE IF NOT EXISTS {{database}}.waiting_span {{onCluster}}
(
    id String,
    tenant LowCardinality(String),
    sender LowCardinality(String),
    format LowCardinality(String),
    arrived DateTime64(3, 'UTC'),
    body String CODEC(ZSTD(1)),
    done UInt8
)
ENGINE = {{replicated}}ReplacingMergeTree(done)
ORDER BY id
TTL toDateTime(arrived) + toIntervalDay(30)
SETTINGS {{dedupWindow}};
