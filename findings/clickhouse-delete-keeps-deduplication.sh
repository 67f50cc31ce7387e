#!/bin/sh
# ClickHouse 26.7 (chdb 3.4.0): what was deleted cannot be inserted again, and what was truncated can.
# A MergeTree table with non_replicated_deduplication_window keeps a log of the blocks that were inserted, and drops a block that comes again.
# Expected: the log has one rule for rows that are gone. Either they may be inserted again, or they may not.
# Seen: after ALTER TABLE ... DELETE and after a lightweight DELETE the same insert is taken with success and stores nothing; after
# TRUNCATE TABLE it stores its rows.
# What it means here: a row that was deleted does not come back by sending it again with its token. Tests empty tables by TRUNCATE.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact chdb@3.4.0
cat >run.cjs <<'END'
const { Session } = require('chdb');
const session = new Session('./store');
const run = (sql) => session.query(sql, 'TSV').trim();
const again = {};
for (const [name, remove] of Object.entries({
  nothing: undefined,
  mutation: 'ALTER TABLE t DELETE WHERE 1 SETTINGS mutations_sync = 2',
  lightweight: 'DELETE FROM t WHERE 1',
  truncate: 'TRUNCATE TABLE t SYNC',
})) {
  run('DROP TABLE IF EXISTS t SYNC');
  run('CREATE TABLE t (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100');
  const insert = () => run("INSERT INTO t SETTINGS insert_deduplication_token = 'one' VALUES (1), (2)");
  insert();
  if (remove) run(remove);
  const before = Number(run('SELECT count() FROM t'));
  insert();
  again[name] = Number(run('SELECT count() FROM t')) - before;
}
console.log(JSON.stringify(again));
END
seen=$(node run.cjs)
expected='{"nothing":0,"mutation":0,"lightweight":0,"truncate":2}'
echo "rows stored by the second insert, chdb 3.4.0: $seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }
