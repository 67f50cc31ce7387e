-- What people did about alerts: one row an action, never changed. The last verdict on an alert counts.
-- counts_from is event time; until is 1970-01-01 where there is no end.
CREATE TABLE IF NOT EXISTS {{database}}.triage {{onCluster}}
(
    tenant LowCardinality(String),
    alert_id String,
    id String,
    identity_id String,
    action LowCardinality(String),
    actor String,
    at DateTime64(3, 'UTC'),
    counts_from DateTime64(3, 'UTC'),
    because String,
    until DateTime64(3, 'UTC'),
    scope Array(String),
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (tenant, alert_id, at, id)
TTL toDateTime(stored_at) + toIntervalDay({{alertTtlDays}})
SETTINGS {{dedupWindow}};

-- Suppressions in their last state; version is the wall time in ms of that state.
CREATE TABLE IF NOT EXISTS {{database}}.suppression {{onCluster}}
(
    tenant LowCardinality(String),
    id String,
    owner String,
    actor String,
    valid_from DateTime64(3, 'UTC'),
    until DateTime64(3, 'UTC'),
    because String,
    match String,
    lifted Bool,
    version Int64,
    stored_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree(version)
ORDER BY (tenant, id)
TTL stored_at + toIntervalDay({{alertTtlDays}})
SETTINGS {{dedupWindow}};
