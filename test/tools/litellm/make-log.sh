#!/usr/bin/env bash
# Runs a real LiteLLM proxy against a stand-in for a model on loopback, and prints what its log holds: one StandardLoggingPayload a line.
# Usage: test/tools/litellm/make-log.sh [VENV]   (VENV: a folder for the Python packages; it is made where it is missing)
set -euo pipefail
VERSION=1.105.7
HERE=$(cd "$(dirname "$0")" && pwd)
WORK=$(mktemp -d)
VENV=${1:-$WORK/venv}
PROXY= MODEL=
trap 'kill $PROXY $MODEL 2>/dev/null || true; rm -rf "$WORK"' EXIT

[ -x "$VENV/bin/litellm" ] || { python3 -m venv "$VENV" && "$VENV/bin/pip" install -q "litellm[proxy]==$VERSION" >&2; }
cp "$HERE"/*.py "$WORK"
cat > "$WORK/config.yaml" <<YAML
model_list:
  - model_name: support-model
    litellm_params: {model: openai/stand-in-1, api_base: 'http://127.0.0.1:18911/v1', api_key: not-a-key}
litellm_settings:
  callbacks: ndjson_logger.logger
  num_retries: 0
general_settings:
  custom_auth: custom_auth.who
YAML
cd "$WORK"
# The proxy does not start without one; no call uses it.
LITELLM_MASTER_KEY=sk-$("$VENV/bin/python" -c 'import secrets; print(secrets.token_hex(32))')
export LITELLM_MASTER_KEY TIDEMARK_LITELLM_LOG=$WORK/log.ndjson LITELLM_LOCAL_MODEL_COST_MAP=True LITELLM_TELEMETRY=False PYTHONPATH=$WORK
"$VENV/bin/python" stand_in.py > model.log 2>&1 & MODEL=$!
"$VENV/bin/litellm" --config config.yaml --host 127.0.0.1 --port 18912 > proxy.log 2>&1 & PROXY=$!
for _ in $(seq 240); do curl -sf -o /dev/null http://127.0.0.1:18912/health/liveliness && break; sleep 0.5; done
curl -sf -o /dev/null http://127.0.0.1:18912/health/liveliness || { tail -20 proxy.log >&2; exit 1; }

call() { # key, path, body
  curl -s -o /dev/null -A "billing-agent/2.1" -H "Authorization: Bearer $1" -H 'Content-Type: application/json' -d "$3" "http://127.0.0.1:18912$2"
}
CHAT='"messages":[{"role":"user","content":"How much is invoice 7?"}]'
TOOL='"tools":[{"type":"function","function":{"name":"pay_invoice","parameters":{"type":"object","properties":{}}}}]'
call sk-desk-1 /v1/chat/completions "{\"model\":\"support-model\",$CHAT,\"user\":\"customer-7\"}"
call sk-payer-1 /v1/chat/completions "{\"model\":\"support-model\",$CHAT,$TOOL,\"metadata\":{\"trace_id\":\"run-1\"}}"
call sk-payer-1 /v1/embeddings '{"model":"support-model","input":"invoice 7"}'
call sk-desk-1 /v1/chat/completions "{\"model\":\"no-such-model\",$CHAT}"
call sk-desk-1 /v1/chat/completions "{\"model\":\"support-model\",$CHAT,\"max_tokens\":13}"
call sk-nobody /v1/chat/completions "{\"model\":\"support-model\",$CHAT}"
sleep 6
kill $PROXY && wait $PROXY 2>/dev/null || true
PROXY=
cat "$WORK/log.ndjson" || { tail -50 "$WORK/proxy.log" >&2; exit 1; }
