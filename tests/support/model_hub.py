"""A server on this machine that behaves as the Hugging Face Hub does: redirects, hashes, ranges."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """Files by "OWNER/REPO/PATH". ``breaks_after`` ends the next download after so many bytes;
    ``announced`` are hashes that are named in the place of the true ones; ``errors`` are statuses
    and codes of what is refused."""

    address: str
    files: dict[str, bytes] = field(default_factory=dict)
    licences: dict[str, str] = field(default_factory=dict)
    announced: dict[str, str] = field(default_factory=dict)
    errors: dict[str, tuple[int, str]] = field(default_factory=dict)
    breaks_after: int | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, str]] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    bytes_sent: int = 0

    def sha256(self, name: str) -> str:
        return self.announced.get(name) or hashlib.sha256(self.files[name]).hexdigest()


@contextmanager
def model_hub() -> Iterator[Hub]:
    """Run a hub."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, *, with_body: bool) -> None:
            path = self.path.split("?")[0].lstrip("/")
            hub.requests.append((self.command, path))
            if path.startswith("api/models/"):
                repository = "/".join(path.split("/")[2:4])
                card = {"license": hub.licences.get(repository)}
                self._json({"id": repository, "sha": COMMIT, "cardData": card, "siblings": []})
            elif path.startswith("cdn/"):
                self._file(path.removeprefix("cdn/"), with_body=with_body)
            elif "/resolve/" in path:
                self._resolve(path)
            else:
                self._head(404, {"Content-Length": "0"})

        def _resolve(self, path: str) -> None:
            owner, repository, _, _, *rest = path.split("/")
            name = "/".join((owner, repository, *rest))
            refusal = hub.errors.get(name) or hub.errors.get(f"{owner}/{repository}")
            if refusal or name not in hub.files:
                status, code = refusal or (404, "EntryNotFound")
                self._head(status, {"X-Error-Code": code, "Content-Length": "0"})
                return
            headers = {
                "X-Repo-Commit": COMMIT,
                "X-Linked-Etag": f'"{hub.sha256(name)}"',
                "X-Linked-Size": str(hub.sizes.get(name, len(hub.files[name]))),
                "ETag": '"of-the-pointer"',
                # Elsewhere, as the hub's: its client follows no further for what the hub says.
                "Location": f"{hub.address.replace('127.0.0.1', 'localhost')}/cdn/{name}?signed=1",
                "Content-Length": "0",
            }
            self._head(302, headers)

        def _file(self, name: str, *, with_body: bool) -> None:
            data, start = hub.files[name], 0
            if wanted := self.headers.get("Range"):
                hub.ranges.append(wanted)
                start = int(wanted.removeprefix("bytes=").split("-")[0])
            headers = {"Content-Length": str(len(data) - start), "Accept-Ranges": "bytes"}
            if wanted:
                headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
            self._head(206 if wanted else 200, headers)
            if not with_body:
                return
            part = data[start:]
            if hub.breaks_after is not None:
                part, hub.breaks_after = part[: hub.breaks_after], None
                self.close_connection = True
            hub.bytes_sent += len(part)
            self.wfile.write(part)

        def _json(self, body: object) -> None:
            data = json.dumps(body).encode()
            headers = {"Content-Type": "application/json", "Content-Length": str(len(data))}
            self._head(200, headers)
            self.wfile.write(data)

        def _head(self, status: int, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign]  # it went away
        hub = Hub(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            # A model that an earlier test loaded keeps its client offline in this process.
            with patch("huggingface_hub.constants.HF_HUB_OFFLINE", new=False):
                yield hub
        finally:
            server.shutdown()
            thread.join()
