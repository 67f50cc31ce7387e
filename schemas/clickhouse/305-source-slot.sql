-- Slots of five minutes of arrival time in which a source was heard: a topic, a sender, an account. What a source's usual silence is follows from them.
CREATE TABLE IF NOT EXISTS {{database}}.source_slot {{onCluster}}
(
    tenant LowCardinality(String),
    kind LowCardinality(String),
    name String,
    slot UInt32,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (tenant, kind, name, slot)
TTL toDateTime(slot * 300) + toIntervalDay(36)
SETTINGS {{dedupWindow}};
