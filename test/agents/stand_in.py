"""Stands in on loopback for the APIs of models (OpenAI chat and responses, Anthropic, Gemini), and takes what programs export as OTLP.

Usage: stand_in.py FOLDER   It prints its port, and writes each export below /NAME/v1/... as a line of OTLP/JSON to FOLDER/NAME.ndjson.
"""

import base64
import gzip
import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

FOLDER = Path(sys.argv[1])
LOCK = threading.Lock()
MODEL = "stand-in-1"
SIGNALS = {"traces": ExportTraceServiceRequest, "logs": ExportLogsServiceRequest}

# What the model wants done, in this order, as far as it was given the tools.
PLAN = {"search_tickets": {"account": "acct-7"}, "send_payment": {"recipient": "till-99", "amount": 5}}
# The same for coding agents, which bring tools of their own.
CODING = {
    "Bash": {"command": "cat notes.txt", "description": "Show the notes"},
    "Read": {"file_path": "notes.txt"},
    "exec_command": {"cmd": "cat notes.txt"},
    "shell_command": {"command": "cat notes.txt"},
    "shell": {"command": ["cat", "notes.txt"]},
    "run_shell_command": {"command": "cat notes.txt", "description": "Show the notes"},
    "read_file": {"file_path": "notes.txt"},
}

# Tools that hand work over and do not name to whom.
DELEGATES = ("handoff", "handoff_to_agent", "transfer_to_agent", "delegate_task", "delegate_task_to_member", "delegate_work_to_coworker")


def arguments_for(name, schema):
    """Arguments that fit the schema of a tool that is not in the plan."""
    found = {}
    for key, told in (schema.get("properties") or {}).items():
        if key not in schema.get("required", []):
            continue
        kind = told.get("type")
        if told.get("enum"):
            found[key] = told["enum"][0]
        elif kind in ("number", "integer"):
            found[key] = 1
        elif kind == "boolean":
            found[key] = False
        elif kind == "array":
            found[key] = []
        elif kind == "object":
            found[key] = {}
        else:
            found[key] = "desk-agent" if any(part in key for part in ("agent", "worker", "member")) else "Pay what ticket 7 asks for."
    return found


def decide(tools, called):
    """The next tool call as (name, arguments), or None where all is done. `tools`: schemas by name."""
    for wanted, arguments in PLAN.items():
        for name in tools:
            if name.endswith(wanted) and not any(done.endswith(wanted) for done in called):
                return name, arguments
    if not any(name.endswith("send_payment") for name in tools):
        for name in tools:
            if name in CODING and name not in called:
                return name, CODING[name]
    if not any(done.endswith("send_payment") for done in called):
        for name, schema in tools.items():
            if ("desk" in name.lower() or name in DELEGATES) and name not in called:
                return name, arguments_for(name, schema)
    for name, schema in tools.items():
        if name in ("final_answer", "finish") and name not in called:
            return name, arguments_for(name, schema) or {"answer": "It is done."}
    return None


def text_of(content):
    if isinstance(content, str):
        return content
    return " ".join(part.get("text", "") for part in content or [] if isinstance(part, dict))


def written(prompt):
    """What models without tool calling write, for libraries that ask in text; None where no such form is known."""
    if "[[ ## next_tool_name ## ]]" not in prompt:
        return "It is done."
    done = [name for name in PLAN if f'"{name}"' in prompt.split("[[ ## trajectory ## ]]")[-1] or f"tool_name_0 ## ]]\n{name}" in prompt or f"tool_name_1 ## ]]\n{name}" in prompt]
    name = next((name for name in PLAN if name not in done), "finish")
    return (
        f"[[ ## next_thought ## ]]\nNext.\n\n[[ ## next_tool_name ## ]]\n{name}\n\n"
        f"[[ ## next_tool_args ## ]]\n{json.dumps(PLAN.get(name, {}))}\n\n[[ ## completed ## ]]"
    )


class Answers:
    """One number a process, so that ids differ from run to run and stay the same from start to start."""

    count = 0

    @classmethod
    def next(cls):
        with LOCK:
            cls.count += 1
            return f"{cls.count:06d}"


def chat(body):
    tools = {t["function"]["name"]: t["function"].get("parameters") or {} for t in body.get("tools") or [] if "function" in t}
    called = [c["function"]["name"] for m in body["messages"] for c in m.get("tool_calls") or []]
    # Some libraries hand former calls back as text.
    texts = [text_of(m.get("content")) for m in body["messages"] if m["role"] == "assistant"]
    called += [name for name in tools if any(f"'{name}'" in text or f'"{name}"' in text for text in texts)]
    call = decide(tools, called) if body.get("tool_choice") != "none" else None
    n = Answers.next()
    message = {"role": "assistant", "content": None}
    if call is None:
        message["content"] = written("\n".join(text_of(m.get("content")) for m in body["messages"]))
        if (body.get("response_format") or {}).get("type", "text") != "text":
            message["content"] = "{}"
    else:
        message["tool_calls"] = [{"id": f"call_{n}", "type": "function", "function": {"name": call[0], "arguments": json.dumps(call[1])}}]
    usage = {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25}
    reason = "stop" if call is None else "tool_calls"
    whole = {"id": f"chatcmpl-{n}", "object": "chat.completion", "created": 1, "model": body.get("model", MODEL), "usage": usage,
             "choices": [{"index": 0, "message": message, "finish_reason": reason}]}
    if not body.get("stream"):
        return whole
    delta = dict(message)
    for i, one in enumerate(delta.get("tool_calls") or []):
        one["index"] = i
    chunk = {**whole, "object": "chat.completion.chunk"}
    del chunk["usage"]
    chunks = [
        {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
        {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]},
        {**chunk, "choices": [], "usage": usage},
    ]
    return [("", one) for one in chunks] + [("", "[DONE]")]


def responses(body):
    tools = {t["name"]: t.get("parameters") or {} for t in body.get("tools") or [] if t.get("type") == "function"}
    given = body.get("input")
    items = given if isinstance(given, list) else []
    called = [i["name"] for i in items if i.get("type") == "function_call"]
    call = decide(tools, called)
    n = Answers.next()
    if call is None:
        item = {"id": f"msg_{n}", "type": "message", "role": "assistant", "status": "completed",
                "content": [{"type": "output_text", "text": "It is done.", "annotations": []}]}
    else:
        item = {"id": f"fc_{n}", "type": "function_call", "status": "completed", "call_id": f"call_{n}", "name": call[0], "arguments": json.dumps(call[1])}
    usage = {"input_tokens": 20, "output_tokens": 5, "total_tokens": 25, "input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
    whole = {"id": f"resp_{n}", "object": "response", "created_at": 1, "status": "completed", "model": body.get("model", MODEL), "output": [item],
             "usage": usage, "parallel_tool_calls": True, "tool_choice": "auto", "tools": body.get("tools") or [], "error": None,
             "incomplete_details": None, "instructions": None, "metadata": {}, "temperature": 1.0, "top_p": 1.0}
    if not body.get("stream"):
        return whole
    begun = {**whole, "status": "in_progress", "output": []}
    events = [
        {"type": "response.created", "response": begun},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "status": "in_progress"}},
    ]
    if call is None:
        events.append({"type": "response.content_part.added", "item_id": item["id"], "output_index": 0, "content_index": 0, "part": {"type": "output_text", "text": "", "annotations": []}})
        events.append({"type": "response.output_text.delta", "item_id": item["id"], "output_index": 0, "content_index": 0, "delta": "It is done.", "logprobs": []})
    else:
        events.append({"type": "response.function_call_arguments.done", "item_id": item["id"], "output_index": 0, "arguments": item["arguments"], "name": item["name"]})
    events += [{"type": "response.output_item.done", "output_index": 0, "item": item}, {"type": "response.completed", "response": whole}]
    return [(one["type"], {**one, "sequence_number": i}) for i, one in enumerate(events)]


def messages(body):
    tools = {t["name"]: t.get("input_schema") or {} for t in body.get("tools") or []}
    called = [part["name"] for m in body["messages"] for part in (m["content"] if isinstance(m["content"], list) else []) if part.get("type") == "tool_use"]
    call = decide(tools, called)
    n = Answers.next()
    content = {"type": "text", "text": "It is done."} if call is None else {"type": "tool_use", "id": f"toolu_{n}", "name": call[0], "input": call[1]}
    reason = "end_turn" if call is None else "tool_use"
    usage = {"input_tokens": 20, "output_tokens": 5, "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
    whole = {"id": f"msg_{n}", "type": "message", "role": "assistant", "model": body.get("model", MODEL), "content": [content], "stop_reason": reason, "stop_sequence": None, "usage": usage}
    if not body.get("stream"):
        return whole
    start = {**content, "input": {}} if call else {**content, "text": ""}
    delta = {"type": "input_json_delta", "partial_json": json.dumps(content["input"])} if call else {"type": "text_delta", "text": content["text"]}
    events = [
        {"type": "message_start", "message": {**whole, "content": [], "stop_reason": None}},
        {"type": "content_block_start", "index": 0, "content_block": start},
        {"type": "content_block_delta", "index": 0, "delta": delta},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": None}, "usage": {"output_tokens": 5}},
        {"type": "message_stop"},
    ]
    return [(one["type"], one) for one in events]


def gemini(body, streams):
    tools = {d["name"]: d.get("parametersJsonSchema") or d.get("parameters") or {} for t in body.get("tools") or [] for d in t.get("functionDeclarations") or []}
    called = [p["functionCall"]["name"] for c in body.get("contents") or [] for p in c.get("parts") or [] if "functionCall" in p]
    call = decide(tools, called)
    part = {"text": "It is done."} if call is None else {"functionCall": {"name": call[0], "args": call[1]}}
    if call is None and (body.get("generationConfig") or {}).get("responseMimeType") == "application/json":
        part = {"text": "{}"}
    whole = {"candidates": [{"content": {"role": "model", "parts": [part]}, "finishReason": "STOP", "index": 0}], "modelVersion": MODEL,
             "responseId": f"resp-{Answers.next()}", "usageMetadata": {"promptTokenCount": 20, "candidatesTokenCount": 5, "totalTokenCount": 25}}
    return [("", whole)] if streams else whole


def hexed(value):
    """Ids of spans as OTLP/JSON writes them: in hexadecimal digits, not in base64."""
    if isinstance(value, list):
        return [hexed(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: base64.b64decode(item).hex() if key in ("traceId", "spanId", "parentSpanId") and isinstance(item, str) else hexed(item) for key, item in value.items()}


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """Programs that end drop their connections."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, body, status=200):
        if isinstance(body, list):
            lines = []
            for event, data in body:
                lines.append((f"event: {event}\n" if event else "") + f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n")
            raw, kind = "".join(lines).encode(), "text/event-stream"
        else:
            raw, kind = json.dumps(body).encode(), "application/json"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def do_GET(self):
        self.answer({"object": "list", "data": [{"id": MODEL, "object": "model", "created": 1, "owned_by": "stand-in"}]})

    def do_HEAD(self):
        self.answer({})

    def do_POST(self):
        if self.headers.get("Transfer-Encoding") == "chunked":
            raw = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.headers.get("Content-Encoding") == "gzip":
            raw = gzip.decompress(raw)
        path = self.path.split("?")[0]
        signal = path.rsplit("/", 1)[-1]
        if signal in SIGNALS or signal == "metrics":
            if signal in SIGNALS:
                self.keep(path, signal, raw)
            return self.answer({})
        body = json.loads(raw or b"{}")
        if path.endswith("/chat/completions"):
            return self.answer(chat(body))
        if path.endswith("/responses"):
            return self.answer(responses(body))
        if path.endswith("/messages"):
            return self.answer(messages(body))
        if path.endswith("/count_tokens") or path.endswith(":countTokens"):
            return self.answer({"input_tokens": 20, "totalTokens": 20})
        if "enerateContent" in path:
            return self.answer(gemini(body, "stream" in path))
        return self.answer({"error": {"message": f"nothing stands in for {path}", "type": "not_found"}}, 404)

    def keep(self, path, signal, raw):
        if "json" in (self.headers.get("Content-Type") or ""):
            line = json.loads(raw)
        else:
            message = SIGNALS[signal]()
            message.ParseFromString(raw)
            line = hexed(MessageToDict(message, use_integers_for_enums=True))
        name = path.strip("/").split("/")[0]
        with LOCK, open(FOLDER / f"{name}.ndjson", "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    server = Server(("127.0.0.1", 0), Handler)
    print(server.server_port, flush=True)
    server.serve_forever()
