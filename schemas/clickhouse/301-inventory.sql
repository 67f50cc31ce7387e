-- What the inventory said of an identity while workers ran: the record in force from its offset on. Only changes are written, and
-- none expires, for a record that nobody changes stays in force.
CREATE TABLE IF NOT EXISTS {{database}}.inventory {{onCluster}}
(
    topic LowCardinality(String),
    partition UInt32,
    offset Int64,
    tenant LowCardinality(String),
    identity_id String,
    record String CODEC(ZSTD(1)),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3),
    INDEX by_identity identity_id TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{replicated}}ReplacingMergeTree(stored_at)
ORDER BY (topic, partition, tenant, identity_id, offset)
SETTINGS {{dedupWindow}};
