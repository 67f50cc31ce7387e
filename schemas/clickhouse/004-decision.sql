-- Every version of every alert (the last one counts), the observe feed and the outbox.
-- One insert into `decision`, which keeps nothing, fills all three: an alert is never stored without its deliveries.
CREATE TABLE IF NOT EXISTS {{database}}.alert {{onCluster}}
(
    tenant LowCardinality(String),
    id String,
    version UInt32,
    status LowCardinality(String),
    identity_id String,
    identity_kind LowCardinality(String),
    kinds Array(LowCardinality(String)),
    detectors Array(LowCardinality(String)),
    severity LowCardinality(String),
    score Float64,
    p Float64,
    title String,
    owner LowCardinality(String),
    incident LowCardinality(String),
    first_at DateTime64(3, 'UTC'),
    last_at DateTime64(3, 'UTC'),
    raised_at DateTime64(3, 'UTC'),
    body String CODEC(ZSTD(1)),
    stored_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (tenant, id, version)
TTL stored_at + toIntervalDay({{alertTtlDays}})
SETTINGS {{dedupWindow}};

CREATE TABLE IF NOT EXISTS {{database}}.observe {{onCluster}}
(
    tenant LowCardinality(String),
    id String,
    version UInt32,
    status LowCardinality(String),
    identity_id String,
    identity_kind LowCardinality(String),
    kinds Array(LowCardinality(String)),
    detectors Array(LowCardinality(String)),
    severity LowCardinality(String),
    score Float64,
    p Float64,
    title String,
    owner LowCardinality(String),
    incident LowCardinality(String),
    first_at DateTime64(3, 'UTC'),
    last_at DateTime64(3, 'UTC'),
    raised_at DateTime64(3, 'UTC'),
    body String CODEC(ZSTD(1)),
    stored_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (tenant, id, version)
TTL stored_at + toIntervalDay({{activityTtlDays}})
SETTINGS {{dedupWindow}};

-- version grows with every attempt, so the state of a delivery never goes back.
CREATE TABLE IF NOT EXISTS {{database}}.outbox {{onCluster}}
(
    id String,
    tenant LowCardinality(String),
    sink LowCardinality(String),
    alert_id String,
    alert_version UInt32,
    partition UInt32,
    body String CODEC(ZSTD(1)),
    created_at DateTime64(3, 'UTC'),
    status LowCardinality(String) DEFAULT 'pending',
    attempts UInt32 DEFAULT 0,
    not_before Int64 DEFAULT 0,
    reason String DEFAULT '',
    version UInt32 DEFAULT 0,
    stored_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree(version)
ORDER BY id
TTL stored_at + toIntervalDay({{alertTtlDays}})
SETTINGS {{dedupWindow}};

CREATE TABLE IF NOT EXISTS {{database}}.decision {{onCluster}}
(
    row LowCardinality(String),
    tenant LowCardinality(String),
    id String,
    version UInt32,
    status LowCardinality(String),
    identity_id String,
    identity_kind LowCardinality(String),
    kinds Array(LowCardinality(String)),
    detectors Array(LowCardinality(String)),
    severity LowCardinality(String),
    score Float64,
    p Float64,
    title String,
    owner LowCardinality(String),
    incident LowCardinality(String),
    first_at DateTime64(3, 'UTC'),
    last_at DateTime64(3, 'UTC'),
    raised_at DateTime64(3, 'UTC'),
    body String,
    sink LowCardinality(String),
    alert_id String,
    partition UInt32
)
ENGINE = Null;

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.decision_to_alert {{onCluster}} TO {{database}}.alert AS
SELECT tenant, id, version, status, identity_id, identity_kind, kinds, detectors, severity, score, p, title, owner, incident, first_at, last_at, raised_at, body
FROM {{database}}.decision WHERE row = 'alert';

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.decision_to_observe {{onCluster}} TO {{database}}.observe AS
SELECT tenant, id, version, status, identity_id, identity_kind, kinds, detectors, severity, score, p, title, owner, incident, first_at, last_at, raised_at, body
FROM {{database}}.decision WHERE row = 'observe';

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.decision_to_outbox {{onCluster}} TO {{database}}.outbox AS
SELECT id, tenant, sink, alert_id, version AS alert_version, partition, body, raised_at AS created_at
FROM {{database}}.decision WHERE row = 'delivery';
