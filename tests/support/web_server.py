"""A real web server on this machine for tests, and the fetcher that may reach it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sourcebook.index.fetching.fetcher import Fetcher


@dataclass
class Reply:
    """What the server answers at one path."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Page = Reply | Callable[[BaseHTTPRequestHandler], None]


class Site:
    """A server at 127.0.0.1: ``pages`` by path, ``requested_paths`` in their order."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.pages: dict[str, Page] = {}
        self.requested_paths: list[str] = []
        self.agents: set[str] = set()
        self.scheme = "http"
        self.address = ("127.0.0.1", int(server.server_address[1]))

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://127.0.0.1:{self.address[1]}{path}"

    def html(self, path: str, title: str, *sentences: str) -> str:
        """Put a page with an article there; its URL."""
        body = "".join(f"<p>{sentence}</p>" for sentence in sentences)
        self.pages[path] = Reply(
            f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}"
            "</article></body></html>".encode()
        )
        return self.url(path)

    def fetcher(self, **limits: Any) -> Fetcher:
        return Fetcher(allowlist={self.address}, **{"pause": 0.0, **limits})


@contextmanager
def serving(certificate: Path | None = None) -> Iterator[Site]:
    """A site while the block runs; over TLS with the key and certificate in a PEM file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.requested_paths.append(self.path)
            site.agents.add(self.headers.get("User-Agent", ""))
            page = site.pages.get(self.path, Reply(b"no", status=404))
            if not isinstance(page, Reply):
                page(self)
                return
            etag = page.headers.get("ETag")
            same = etag is not None and self.headers.get("If-None-Match") == etag
            self.send_response(304 if same else page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", page.media_type)
            if not same:
                self.send_header("Content-Length", str(len(page.body)))
            self.end_headers()
            self.wfile.write(b"" if same else page.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        site = Site(server)
        if certificate:
            tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            tls.load_cert_chain(certificate)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
            server.handle_error = lambda *_: None  # type: ignore[method-assign]
            site.scheme = "https"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
