-- Streams of security events that receivers made for themselves, in their last state; version is the wall time in ms of that state.
CREATE TABLE IF NOT EXISTS {{database}}.signal_stream {{onCluster}}
(
    tenant LowCardinality(String),
    owner String,
    id String,
    body String,
    deleted Bool,
    version Int64
)
ENGINE = {{replicated}}ReplacingMergeTree(version)
ORDER BY (tenant, owner, id)
SETTINGS {{dedupWindow}};

-- What a receiver took or turned down, so that it is not given again. Rows outlive what they are about.
CREATE TABLE IF NOT EXISTS {{database}}.signal_ack {{onCluster}}
(
    stream String,
    alert_id String,
    version UInt32,
    event LowCardinality(String),
    until DateTime64(3, 'UTC')
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (stream, alert_id, version, event)
TTL toDateTime(until)
SETTINGS {{dedupWindow}};
