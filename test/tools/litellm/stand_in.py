"""A stand-in for a model's API on loopback: answers chat completions and embeddings as OpenAI's does. 13 tokens at the most is refused."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Model(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status, answer = 200, {
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1700000000, "model": "stand-in-1",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "It is 12 euros."}}],
            "usage": {"prompt_tokens": 9, "completion_tokens": 5, "total_tokens": 14},
        }
        if body.get("tools"):
            call = {"id": "call_1", "type": "function", "function": {"name": "pay_invoice", "arguments": "{}"}}
            answer["choices"][0] = {"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": None, "tool_calls": [call]}}
        if self.path.endswith("/embeddings"):
            answer = {"object": "list", "model": "stand-in-1", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 0.5]}],
                      "usage": {"prompt_tokens": 3, "total_tokens": 3}}
        if body.get("max_tokens") == 13:
            status, answer = 403, {"error": {"message": "this key may not use the model", "type": "permission_error", "code": "forbidden"}}
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", 18911), Model).serve_forever()
