-- Records nobody could read or store, with their bytes. version is the wall time in ms at which a letter was buried or exhumed:
-- a letter that dies again after it was put back is listed again.
CREATE TABLE IF NOT EXISTS {{database}}.dead_letter {{onCluster}}
(
    id String,
    topic LowCardinality(String),
    partition UInt32,
    offset Int64,
    format LowCardinality(String),
    reason String,
    bytes String CODEC(ZSTD(1)),
    truncated Bool,
    at DateTime64(3, 'UTC'),
    exhumed Bool DEFAULT false,
    version Int64,
    stored_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree(version)
ORDER BY id
TTL stored_at + toIntervalDay({{alertTtlDays}})
SETTINGS {{dedupWindow}};
