-- The mark that ends a commit: which offsets were processed as one step, and with which population epoch.
CREATE TABLE IF NOT EXISTS {{database}}.turn {{onCluster}}
(
    topic LowCardinality(String),
    partition UInt32,
    first Int64,
    last Int64,
    epoch Int64,
    id String,
    state String CODEC(ZSTD(1)),
    committed_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (topic, partition, last, first, id)
TTL committed_at + toIntervalDay({{activityTtlDays}})
SETTINGS {{dedupWindow}};
