-- What the engine remembers, one row a key, newest offset wins; the snapshot row is written after its memories and makes them complete.
CREATE TABLE IF NOT EXISTS {{database}}.memory {{onCluster}}
(
    topic LowCardinality(String),
    partition UInt32,
    key String,
    offset Int64,
    bytes String CODEC(ZSTD(1)),
    saved_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX by_key key TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{replicated}}ReplacingMergeTree(offset)
ORDER BY (topic, partition, key)
SETTINGS {{dedupWindow}};

CREATE TABLE IF NOT EXISTS {{database}}.snapshot {{onCluster}}
(
    topic LowCardinality(String),
    partition UInt32,
    offset Int64,
    memories UInt64,
    saved_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{replicated}}ReplacingMergeTree(offset)
ORDER BY (topic, partition)
SETTINGS {{dedupWindow}};
