-- How many records of a source a format left out on purpose, by reason and day of arrival. Rows of one key are added up.
CREATE TABLE IF NOT EXISTS {{database}}.skipped {{onCluster}}
(
    tenant LowCardinality(String),
    kind LowCardinality(String),
    name String,
    format LowCardinality(String),
    reason String,
    day UInt32,
    records SimpleAggregateFunction(sum, Int64),
    last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
    example SimpleAggregateFunction(anyLast, String)
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY (tenant, day, kind, name, format, reason)
TTL toDateTime(day * 86400) + toIntervalDay(36)
SETTINGS {{dedupWindow}};
