-- What one installation has for itself, each under its name and written once: the key of the value hashes. A secret: grant no one else.
CREATE TABLE IF NOT EXISTS {{database}}.installation {{onCluster}}
(
    name LowCardinality(String),
    value String,
    created_at DateTime64(3, 'UTC')
)
ENGINE = {{replicated}}MergeTree
ORDER BY (name, created_at, value)
SETTINGS {{dedupWindow}};
