#!/bin/sh
# zod 4.6.7: a record with a key `__proto__` is parsed with success, and the key is gone.
# Expected: the key is kept as any other, or the input is refused. `__proto__` is a valid key of JSON, and JSON.parse keeps it as an own one.
# Seen: success is true, and the key is missing from the data.
# What it means here: whoever counts on a parsed record being complete must compare the number of keys.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact zod@4.6.7
cat >run.mjs <<'END'
import { z } from 'zod';
const input = JSON.parse('{"__proto__":1,"other":2}');
const { success, data } = z.record(z.string(), z.number()).safeParse(input);
console.log(JSON.stringify({ keysIn: Object.keys(input), success, keysOut: Object.keys(data ?? {}) }));
END
seen=$(node run.mjs)
expected='{"keysIn":["__proto__","other"],"success":true,"keysOut":["other"]}'
echo "zod 4.6.7: $seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }
