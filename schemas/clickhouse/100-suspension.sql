-- The audit chain of suspensions: rows are only ever added, and never expire. The last row of a suspension is its state.
-- Every insert carries the token suspension/<tenant>/<seq>: of two writers that claim one place in the chain the engine keeps the
-- first and drops the other, for which the table must not be partitioned. See docs/decisions/0030-audit-chain.md.
CREATE TABLE IF NOT EXISTS {{database}}.suspension {{onCluster}}
(
    tenant LowCardinality(String),
    seq Int64,
    suspension String,
    event LowCardinality(String),
    state_before LowCardinality(String),
    state LowCardinality(String),
    by_kind LowCardinality(String),
    by_id String,
    why String,
    at DateTime64(3, 'UTC'),
    writer String,
    content String CODEC(ZSTD(1)),
    previous String,
    hash String,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX by_time at TYPE minmax GRANULARITY 1,
    INDEX by_suspension suspension TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{replicated}}MergeTree
ORDER BY (tenant, seq, hash)
SETTINGS {{dedupWindow}};
