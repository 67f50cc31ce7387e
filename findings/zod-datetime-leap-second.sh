#!/bin/sh
# zod 4.6.7: `z.iso.datetime` refuses a leap second.
# Expected: 2016-12-31T23:59:60Z is accepted. RFC 3339, section 5.7, allows :60 when a leap second is inserted, and gives such a time as an example in 5.8.
# Seen: it is refused; the second before and the one after are accepted. (JavaScript's Date.parse answers NaN as well.)
# What it means here: a time with a leap second has to be moved by a second before it is checked.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact zod@4.6.7
cat >run.mjs <<'END'
import { z } from 'zod';
const accepts = (time) => z.iso.datetime().safeParse(time).success;
console.log(['2016-12-31T23:59:59Z', '2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'].map(accepts).join(' '));
END
seen=$(node run.mjs)
expected='true false true'
echo "zod 4.6.7: $seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }
