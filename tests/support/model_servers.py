"""Model servers for tests: one that fails in every way, and llama-cpp-python's own."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from typing import Any

from sourcebook.rag.testing import HashEmbedder

MODEL = "a-model"


@dataclass(frozen=True)
class Asked:
    """One request: its path, its headers in lower case, and its JSON."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


Answerer = Callable[["Exchange"], None]


@dataclass
class FakeServer:
    """A server that speaks OpenAI's protocol. ``script`` answers the next requests, one each; then
    ``answer`` does all."""

    port: int
    script: list[Answerer] = field(default_factory=list)
    answer: Answerer | None = None
    requests: list[Asked] = field(default_factory=list)
    now: int = 0
    most_at_once: int = 0
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1#{MODEL}"

    def asked(self, path: str) -> list[Asked]:
        """The requests to one path of the API."""
        return [request for request in self.requests if request.path == f"/v1{path}"]


class Exchange:
    """One request, and the means to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, asked: Asked, server: FakeServer) -> None:
        self.asked, self.server = asked, server
        self._handler = handler

    def head(self, status: int, media_type: str, headers: dict[str, str] | None = None) -> None:
        self._handler.send_response(status)
        for name, value in {"Content-Type": media_type, **(headers or {})}.items():
            self._handler.send_header(name, value)
        self._handler.end_headers()

    def json(self, body: object, status: int = 200, headers: dict[str, str] | None = None) -> None:
        self.raw(json.dumps(body).encode(), status, headers=headers)

    def raw(
        self,
        data: bytes,
        status: int = 200,
        media_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        self.head(status, media_type, {"Content-Length": str(len(data)), **(headers or {})})
        self._handler.wfile.write(data)

    def events(self, *events: str) -> None:
        for event in events:
            self._handler.wfile.write(f"data: {event}\n\n".encode())
            self._handler.wfile.flush()

    def wait_for_the_end(self, seconds: float = 10) -> None:
        """Return when the other side has gone, or after some seconds."""
        connection = self._handler.connection
        connection.settimeout(seconds)
        try:
            if not connection.recv(1):
                self.server.ended.set()
        except OSError:
            self.server.ended.set()


def chunk(text: str, finish: str | None = None) -> str:
    """One piece of a streamed reply."""
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": finish}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]})


def completion(text: str, listed: Sequence[tuple[str, float]] = ()) -> dict[str, Any]:
    """A whole reply; ``listed`` are the likeliest first tokens with their log-probabilities."""
    top = [{"token": token, "logprob": value, "bytes": None} for token, value in listed]
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": "stop",
        "logprobs": {"content": [{**top[0], "top_logprobs": top}]} if top else None,
    }
    return {"id": "1", "object": "chat.completion", "choices": [choice]}


def reply_with(
    text: str, listed: Sequence[tuple[str, float]] = (("Yes", -0.1), ("No", -2.4))
) -> Answerer:
    """Answer each chat with ``text``, and each text that is to be embedded with a bag of words."""

    def answer(exchange: Exchange) -> None:
        path, body = exchange.asked.path, exchange.asked.body
        if path == "/v1/models":
            exchange.json({"object": "list", "data": [{"id": MODEL, "object": "model"}]})
        elif path == "/v1/embeddings":
            vectors = HashEmbedder(16).embed(body["input"])
            rows = [{"index": n, "embedding": row.tolist()} for n, row in enumerate(vectors)]
            exchange.json({"object": "list", "data": rows})
        elif path != "/v1/chat/completions":
            exchange.json({"error": {"message": "no such route"}}, 404)
        elif body.get("stream"):
            exchange.head(200, "text/event-stream")
            exchange.events(*(chunk(f"{word} ") for word in text.split()), chunk("", "stop"))
            exchange.events("[DONE]")
        else:
            exchange.json(completion(text, listed if body.get("logprobs") else ()))

    return answer


def fail_with(status: int, message: str = "", **headers: str) -> Answerer:
    """Answer with an error; ``retry_after`` is the header of that name."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda exchange: exchange.json({"error": {"message": message}}, status, named)


@contextmanager
def fake_server(answer: Answerer | None = None) -> Iterator[FakeServer]:
    """Run a fake server; by default it answers every chat with one word."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._take({})

        def do_POST(self) -> None:
            self._take(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _take(self, body: dict[str, Any]) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.path, headers, body)
            with fake.lock:
                fake.requests.append(asked)
                scripted = fake.script.pop(0) if fake.script else None
                fake.now += 1
                fake.most_at_once = max(fake.most_at_once, fake.now)
            try:
                (scripted or fake.answer or reply_with("Yes."))(Exchange(self, asked, fake))
            except OSError:
                fake.ended.set()
            finally:
                with fake.lock:
                    fake.now -= 1

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        fake = FakeServer(int(server.server_address[1]), answer=answer)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def llama_server(model: Path, *options: str, context_size: int = 512) -> Iterator[str]:
    """Run llama-cpp-python's own server in another process; its address."""
    port = free_port()
    command = [sys.executable, "-m", "llama_cpp.server", "--model", str(model)]
    command += ["--host", "127.0.0.1", "--port", str(port), "--model_alias", MODEL]
    command += ["--n_ctx", str(context_size), "--interrupt_requests", "false", *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=5):
                    break
            except OSError:
                assert process.poll() is None, "llama-cpp-python's server has ended"
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1#{MODEL}"
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """A port of this machine at which nothing listens."""
    with closing(socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
