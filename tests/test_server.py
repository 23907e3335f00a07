"""The server behind the page, without a browser."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
import uvicorn

from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.server import Listener, Server


def test_who_comes_in_while_it_ends_is_not_left_hanging(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def too_early(*_: object, **__: object) -> None:
        """As if all who came in did so after what was open had been closed."""

    monkeypatch.setattr(uvicorn.Server, "shutdown", too_early)
    chatbot = Chatbot(library, model=ScriptedModel())
    with Server(library, chatbot, Listener(port=0)) as server:
        port = urlsplit(server.url).port or 0
        browser = socket.create_connection(("127.0.0.1", port), timeout=20)
        browser.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert browser.recv(12) == b"HTTP/1.1 200"
    with browser:
        try:
            while browser.recv(1 << 20):
                pass
        except ConnectionResetError:
            pass
