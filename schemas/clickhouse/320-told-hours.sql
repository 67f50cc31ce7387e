-- The hour that a partition had reached when it told a contribution. Of an earlier version: the hour of the contribution itself.
ALTER TABLE {{database}}.contribution {{onCluster}} ADD COLUMN IF NOT EXISTS told Int32 DEFAULT hour;
ALTER TABLE {{database}}.contribution {{onCluster}} ADD COLUMN IF NOT EXISTS partition UInt32 DEFAULT toUInt32OrZero(arrayElement(splitByChar('/', turn), -3));
ALTER TABLE {{database}}.contribution {{onCluster}} ADD INDEX IF NOT EXISTS by_told told TYPE minmax GRANULARITY 1;

-- How far partitions are: everything that their activities up to an offset told before an hour is stored.
CREATE TABLE IF NOT EXISTS {{database}}.reached {{onCluster}}
(
    topic LowCardinality(String),
    partition UInt32,
    offset Int64,
    hour Int32,
    told_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (topic, partition, offset, hour)
TTL told_at + toIntervalDay(7)
SETTINGS {{dedupWindow}};
