-- What was erased or looked up about people, identities and tenants: rows are only ever added, never expire, and never hold a name
-- that was erased. Inserts carry the token privacy/<seq>, so that of two writers the first has the place.
CREATE TABLE IF NOT EXISTS {{database}}.privacy {{onCluster}}
(
    seq Int64,
    tenant LowCardinality(String),
    event LowCardinality(String),
    kind LowCardinality(String),
    subject String,
    by String,
    why String,
    at String,
    detail String,
    writer String,
    previous String,
    hash String,
    stored_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = {{replicated}}MergeTree
ORDER BY (seq, hash)
SETTINGS {{dedupWindow}};
