-- What identities were newly seen to do, in the fixed order populations are computed in, and the populations themselves for people and the console.
-- turn and ordinal make a row one and the same across retries; they come last so that the order does not hang on the batching.
CREATE TABLE IF NOT EXISTS {{database}}.contribution {{onCluster}}
(
    hour Int32,
    tenant LowCardinality(String),
    peers LowCardinality(String),
    dimension LowCardinality(String),
    value UInt32,
    identity UInt32,
    amount Float64,
    turn LowCardinality(String),
    ordinal UInt32,
    stored_at DateTime DEFAULT now()
)
ENGINE = {{replicated}}ReplacingMergeTree
ORDER BY (hour, tenant, peers, dimension, value, identity, amount, turn, ordinal)
TTL stored_at + toIntervalDay({{alertTtlDays}})
SETTINGS {{dedupWindow}};

-- Unions and extremes only: they stay right when a contribution arrives twice, sums would not.
CREATE TABLE IF NOT EXISTS {{database}}.population_class {{onCluster}}
(
    tenant LowCardinality(String),
    peers LowCardinality(String),
    dimension LowCardinality(String),
    value UInt32,
    identities AggregateFunction(uniqCombined, UInt32),
    first_hour SimpleAggregateFunction(min, Int32),
    last_hour SimpleAggregateFunction(max, Int32)
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY (tenant, peers, dimension, value)
SETTINGS {{dedupWindow}};

CREATE TABLE IF NOT EXISTS {{database}}.population_tenant {{onCluster}}
(
    tenant LowCardinality(String),
    dimension LowCardinality(String),
    value UInt32,
    identities AggregateFunction(uniqCombined, UInt32),
    first_hour SimpleAggregateFunction(min, Int32),
    last_hour SimpleAggregateFunction(max, Int32)
)
ENGINE = {{replicated}}AggregatingMergeTree
ORDER BY (tenant, dimension, value)
SETTINGS {{dedupWindow}};

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.contribution_to_class {{onCluster}} TO {{database}}.population_class AS
SELECT tenant, peers, dimension, value, uniqCombinedState(identity) AS identities, min(hour) AS first_hour, max(hour) AS last_hour
FROM {{database}}.contribution
GROUP BY tenant, peers, dimension, value;

CREATE MATERIALIZED VIEW IF NOT EXISTS {{database}}.contribution_to_tenant {{onCluster}} TO {{database}}.population_tenant AS
SELECT tenant, dimension, value, uniqCombinedState(identity) AS identities, min(hour) AS first_hour, max(hour) AS last_hour
FROM {{database}}.contribution
GROUP BY tenant, dimension, value;
