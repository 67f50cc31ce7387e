-- Canonical activities. Sorted so that one identity's life lies together; the same record read twice has the same key and merges into one.
-- Absent text is '' (the schema forbids empty text); `present` keeps apart what '' and [] cannot: see activity-columns.ts.
-- LowCardinality only where a column is dense and has few values: mostly empty ones are stored sparse as plain text,
-- and every dictionary costs the insert more than the text would (2.2 us a row for all of them).
-- Kept by the day it was stored, not by its event time: a replay of last year's log must not vanish at once.
-- The partition is a month between 2015 and 2040 with one edge each side, so that junk dates cannot make parts without end.
CREATE TABLE IF NOT EXISTS {{database}}.activity {{onCluster}}
(
    tenant LowCardinality(String),
    id String,
    at DateTime64(3, 'UTC'),
    identity_id LowCardinality(String),
    identity_kind LowCardinality(String),
    identity_provider LowCardinality(String),
    identity_name String,
    identity_account String,
    identity_environment String,
    credential_id String,
    credential_kind String,
    credential_issued_at Nullable(DateTime64(3, 'UTC')),
    credential_expires_at Nullable(DateTime64(3, 'UTC')),
    credential_long_lived Nullable(Bool),
    actor_id String,
    actor_kind String,
    actor_version String,
    actor_model String,
    on_behalf_of_id Array(String),
    on_behalf_of_kind Array(String),
    action_name LowCardinality(String),
    action_service LowCardinality(String),
    action_access LowCardinality(String),
    resource_id String,
    resource_type String,
    resource_account String,
    source_ip String,
    source_asn Nullable(UInt32),
    source_org String,
    source_country String,
    source_region String,
    source_user_agent LowCardinality(String),
    source_workload String,
    source_vpc_endpoint String,
    outcome LowCardinality(String),
    error_code String,
    scopes Array(String),
    run_id String,
    run_declared Array(String),
    amount_bytes Nullable(Float64),
    amount_records Nullable(Float64),
    present UInt8,
    topic LowCardinality(String),
    partition UInt32,
    offset Int64,
    stored_at DateTime DEFAULT now(),
    INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 1,
    INDEX by_offset offset TYPE minmax GRANULARITY 1
)
ENGINE = {{replicated}}ReplacingMergeTree
PARTITION BY toYYYYMM(least(greatest(at, toDateTime64('2015-01-01 00:00:00', 3, 'UTC')), toDateTime64('2040-12-31 00:00:00', 3, 'UTC')))
ORDER BY (tenant, identity_id, at, id)
TTL stored_at + toIntervalDay({{activityTtlDays}})
SETTINGS {{dedupWindow}};
