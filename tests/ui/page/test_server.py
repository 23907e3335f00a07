"""The server behind the page, without a browser."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn

from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.page.server import Listener, Server, serve
from sourcebook.ui.serving.loopback import HostRefused


@pytest.mark.slow
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
        browser.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert browser.recv(12) == b"HTTP/1.1 200"
    with browser:
        try:
            while browser.recv(1 << 20):
                pass
        except ConnectionResetError:
            pass


@pytest.mark.parametrize("host", ["127.0.0.1", "127.3.2.1", "localhost"])
def test_the_page_listens_on_loopback(host: str) -> None:
    with Listener(host, 0) as listener:
        address, port = listener.socket.getsockname()
        assert address.startswith("127.")
        assert listener.url == f"http://{host}:{port}"
        socket.create_connection(("127.0.0.1" if host == "localhost" else host, port)).close()


def test_the_page_listens_on_the_loopback_of_ipv6() -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("this machine has no IPv6")
    with Listener("::1", 0) as listener:
        assert listener.socket.getsockname()[0] == "::1"
        assert listener.url == f"http://[::1]:{listener.port}"


ELSEWHERE = ("0.0.0.0", "::", "", "0", "192.168.1.5", "10.0.0.1", "fe80::1", "2001:db8::1", "::2")


@pytest.mark.parametrize("host", [*ELSEWHERE, "nowhere.invalid"])
def test_no_other_machine_reaches_the_page(host: str, library: Library) -> None:
    with pytest.raises(HostRefused, match=f"cannot listen on {host or 'every address'}: .*ssh -L"):
        Listener(host, 0)
    with pytest.raises(HostRefused, match="for this machine alone"):
        serve(library, Chatbot(library, model=ScriptedModel()), host, 0)


@pytest.mark.parametrize("addresses", [["192.168.1.5"], ["127.0.0.1", "192.168.1.5"], ["::2"]])
def test_a_name_that_resolves_elsewhere_is_refused(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", (address, 0)) for address in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(HostRefused, match="cannot listen on box:"):
        Listener("box", 0)


@pytest.mark.slow
def test_a_server_that_ended_leaves_no_setting_of_the_process(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GRADIO_TEMP_DIR", raising=False)
    with Server(library, Chatbot(library, model=ScriptedModel()), Listener(port=0)):
        assert Path(os.environ["GRADIO_TEMP_DIR"]).is_dir()
    assert "GRADIO_TEMP_DIR" not in os.environ
