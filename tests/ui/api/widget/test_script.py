"""The script and its tokens: small, of one origin, of one library, for minutes."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from api_server import QUESTION, SENTENCE, RunningApi, sample_server
from starlette.requests import Request

from sourcebook.ui.api.widget.script import script
from sourcebook.ui.api.widget.tokens import SECONDS, Tokens
from sourcebook.ui.serving import Access

PAGE = "https://news.example"
MOST_BYTES = 15_000


@pytest.fixture(scope="module")
def server(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    """A server that pages of one origin may ask, and that has a key."""
    place = tmp_path_factory.mktemp("server")
    with sample_server(sample_folder, place, access=Access(origins=frozenset({PAGE}))) as running:
        running.keys.create("owner", ["ask", "read", "write"], None)
        yield running


def new_token(server: RunningApi, **body: str) -> httpx.Response:
    return httpx.post(f"{server.url}/api/widget/token", json=body, headers={"origin": PAGE})


def ask(server: RunningApi, token: str, origin: str = PAGE, **more: str) -> httpx.Response:
    headers = {"authorization": f"Bearer {token}", "origin": origin}
    body = {"question": QUESTION, **more}
    return httpx.post(f"{server.url}/api/ask", json=body, headers=headers, timeout=60)


def test_the_script_is_small_and_whole() -> None:
    text = script()
    assert len(gzip.compress(text.encode())) <= MOST_BYTES
    assert set(re.findall(r"https?://[^\"'`\s)]+", text)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"\b(?:eval|innerHTML|insertAdjacentHTML|document\.write)\b", text)


def test_any_page_may_load_the_script_and_a_browser_keeps_it(server: RunningApi) -> None:
    url = f"{server.url}/api/widget/chat.js"
    foreign = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    response = httpx.get(url, headers=foreign)
    assert (response.status_code, response.text) == (200, script())
    assert response.headers["content-type"].startswith("text/javascript")
    again = httpx.get(url, headers={"if-none-match": response.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")


def test_a_page_asks_with_a_token_and_has_no_key(server: RunningApi) -> None:
    response = new_token(server)
    assert response.json()["expires_in"] == SECONDS == 600
    assert response.headers["access-control-allow-origin"] == PAGE
    assert response.headers["cache-control"] == "no-store"
    answer = ask(server, response.json()["token"])
    assert answer.json()["text"] == f"{SENTENCE} [1]"


def test_a_token_holds_for_its_origin_alone(server: RunningApi) -> None:
    token = new_token(server).json()["token"]
    assert ask(server, token, origin="https://other.example").status_code == 403
    assert ask(server, token, origin=server.url).status_code == 401


def test_a_token_asks_its_library_and_does_nothing_else(server: RunningApi) -> None:
    token = new_token(server, library="sample.library").json()["token"]
    headers = {"authorization": f"Bearer {token}", "origin": PAGE}
    document = next(iter(server.library.documents())).id
    for method, path in (
        ("GET", "/api/documents"),
        ("GET", f"/api/documents/{document}"),
        ("DELETE", f"/api/documents/{document}"),
        ("POST", "/api/libraries"),
    ):
        response = httpx.request(method, f"{server.url}{path}", headers=headers, json={"name": "x"})
        assert response.status_code == 403, path
    assert ask(server, token, library="news").status_code == 403
    assert document in {each.id for each in server.library.documents()}


@pytest.mark.parametrize("origin", [None, "null", "https://other.example", "javascript:1"])
def test_no_token_is_given_to_pages_of_other_origins(
    server: RunningApi, origin: str | None
) -> None:
    headers = {"origin": origin} if origin else {}
    response = httpx.post(f"{server.url}/api/widget/token", json={}, headers=headers)
    assert response.status_code == 403
    assert "token" not in response.json()


def test_a_token_is_for_the_library_of_the_server(server: RunningApi) -> None:
    response = new_token(server, library="private")
    assert response.status_code == 403
    assert "sourcebook serve --library private" in response.json()["detail"]


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: token.replace("sbw_", "sbw_A"),
        lambda token: token.partition(".")[0],
        lambda token: "sbw_",
        lambda token: "sbw_é.x",
        lambda token: token + "x" * 4000,
    ],
)
def test_a_token_that_was_changed_is_none(server: RunningApi, change: Callable[[str], str]) -> None:
    token = change(new_token(server).json()["token"]).encode("utf-8")
    headers = {b"authorization": b"Bearer " + token, b"origin": PAGE.encode()}
    response = httpx.post(
        f"{server.url}/api/ask", json={"question": QUESTION}, headers=list(headers.items())
    )
    assert response.status_code == 401


def test_a_token_ends_by_a_clock_that_nobody_sets() -> None:
    now = [1000.0]
    tokens = Tokens(lambda: now[0])
    scope = {"type": "http", "headers": [(b"origin", PAGE.encode())], "client": ("192.0.2.1", 1)}
    token = tokens.create(PAGE, "news")
    now[0] += SECONDS
    caller = tokens.caller(Request(scope), token)
    assert caller is not None
    assert caller.scopes == frozenset({"ask"})
    assert caller.libraries == frozenset({"news"})
    now[0] += 0.1
    assert tokens.caller(Request(scope), token) is None
    assert Tokens(lambda: 0.0).caller(Request(scope), token) is None  # of another process
