#!/bin/sh
# @openai/codex 0.171.0: the event name of its OpenTelemetry log records is a line of its source code.
# Expected: `eventName` of a log record, the field that OpenTelemetry has for it, tells what sort of event it is: codex.conversation_starts.
# Seen: "event otel/src/events/session_telemetry.rs:737", another one in the next version. The name stands in the attribute `event.name`. `timeUnixNano`
# is 0, and there is no body.
# What it means here: events are known by the attribute first, and their time is that of observation (`src/formats/otel-coding-agents.ts`).
set -eu
folder=$(mktemp -d)
receiver=
trap '[ -z "$receiver" ] || kill "$receiver" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --save-exact @openai/codex@0.171.0
# It takes what is exported, and refuses the model call: the first event comes before that.
cat >receiver.mjs <<'END'
import { writeFileSync, appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    const isExport = request.url === '/v1/logs';
    if (isExport) appendFileSync('logs.ndjson', `${JSON.stringify(JSON.parse(body))}\n`);
    response.writeHead(isExport ? 200 : 400, { 'content-type': 'application/json' });
    response.end('{}');
  });
});
server.listen(0, '127.0.0.1', () => writeFileSync('port', String(server.address().port)));
END
node receiver.mjs & receiver=$!
while [ ! -s port ]; do sleep 0.1; done
port=$(cat port)
mkdir -p home/.codex
cat >home/.codex/config.toml <<END
model = "a-model"
model_provider = "local"
[model_providers.local]
name = "local"
base_url = "http://127.0.0.1:$port/v1"
env_key = "KEY_OF_NOBODY"
wire_api = "responses"
[otel]
exporter = { otlp-http = { endpoint = "http://127.0.0.1:$port/v1/logs", protocol = "json" } }
END
HOME=$folder/home KEY_OF_NOBODY=x timeout 120 node_modules/.bin/codex exec --skip-git-repo-check "Say hello." >/dev/null 2>&1 </dev/null || true
cat >read.mjs <<'END'
import { readFileSync } from 'node:fs';
const records = readFileSync('logs.ndjson', 'utf8').trim().split('\n').flatMap((line) => JSON.parse(line).resourceLogs)
  .flatMap(({ scopeLogs }) => scopeLogs).flatMap(({ logRecords }) => logRecords);
const nameOf = ({ attributes }) => attributes?.find(({ key }) => key === 'event.name')?.value.stringValue;
const first = records.find((record) => nameOf(record) === 'codex.conversation_starts');
console.log(`event.name ${nameOf(first)}; eventName ${first.eventName}; timeUnixNano ${first.timeUnixNano ?? 'absent'}; body ${JSON.stringify(first.body ?? 'absent')}`);
END
seen=$(node read.mjs)
echo "$seen"
case $seen in
  'event.name codex.conversation_starts; eventName event otel/src/'*'.rs:'*) ;;
  *) echo 'changed; it was: event.name codex.conversation_starts; eventName event otel/src/events/session_telemetry.rs:737' >&2; exit 1 ;;
esac
