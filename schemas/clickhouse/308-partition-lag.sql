-- How far each partition of a topic was behind when the worker that reads it last said so.
CREATE TABLE IF NOT EXISTS {{database}}.partition_lag {{onCluster}}
(
    role LowCardinality(String),
    topic String,
    partition UInt32,
    records Int64,
    told_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = {{replicated}}ReplacingMergeTree(told_at)
ORDER BY (role, topic, partition)
TTL toDateTime(told_at) + toIntervalDay(2)
SETTINGS {{dedupWindow}};
