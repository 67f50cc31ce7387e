-- What may count only once, such as the id of a signed request: the first row for a key counts, and its writer had it.
-- Every insert carries a token that names the key and not the writer, so that of two writers at once the engine keeps the first;
-- for that the table must not be partitioned. Rows go when what they guard against would be refused as too old anyhow.
CREATE TABLE IF NOT EXISTS {{database}}.received {{onCluster}}
(
    kind LowCardinality(String),
    key String,
    writer String,
    until DateTime64(3, 'UTC')
)
ENGINE = {{replicated}}MergeTree
ORDER BY (kind, key)
TTL toDateTime(until)
SETTINGS {{dedupWindow}};
