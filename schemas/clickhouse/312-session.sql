-- Sessions of people who signed in, as rows that are only ever added: begun, its cookie renewed, used, ended. No cookie is in it, only
-- hashes of them; what only its browser may know is sealed under a key made of the cookie. Rows go when no session of theirs can count.
CREATE TABLE IF NOT EXISTS {{database}}.session {{onCluster}}
(
    id String,
    event LowCardinality(String),
    at DateTime64(3, 'UTC'),
    until DateTime64(3, 'UTC'),
    cookie String,
    former String,
    person String,
    body String,
    sealed String,
    INDEX by_cookie cookie TYPE bloom_filter(0.01) GRANULARITY 1
)
ENGINE = {{replicated}}MergeTree
ORDER BY (id, at, event)
TTL toDateTime(until)
SETTINGS {{dedupWindow}};
