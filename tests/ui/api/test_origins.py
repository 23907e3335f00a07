"""What a page of another origin may do where it was named: ask with a key, or get a token."""

from __future__ import annotations

import httpx
import pytest
from api_client import Serve
from starlette.datastructures import Headers

from sourcebook.index import Library
from sourcebook.ui.api.security.keys import Keys
from sourcebook.ui.serving import Access, is_from_elsewhere

QUESTION = {"question": "How long did the talks between Sherman and Ryabkov in Geneva last?"}
PAGE = "https://example.org"
THERE = {"origin": PAGE}


@pytest.fixture
def client(serve_api: Serve) -> httpx.Client:
    """A server without keys that was told of PAGE."""
    return serve_api(access=Access(origins=frozenset({PAGE})))


def test_a_page_that_was_named_changes_and_reads_nothing_without_a_key(
    client: httpx.Client, sample: Library
) -> None:
    documents = [document.id for document in sample.documents()]
    for method, path in (
        ("GET", "/api/libraries"),
        ("GET", "/api/documents"),
        ("GET", f"/api/documents/{documents[0]}"),
        ("GET", f"/api/read?document={documents[0]}"),
        ("DELETE", f"/api/documents/{documents[0]}"),
        ("POST", "/api/documents"),
        ("POST", "/api/libraries"),
        ("POST", "/api/evaluations"),
        ("POST", "/api/ask"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/mcp/write"),
        ("GET", "/metrics"),
    ):
        body = {"name": "x"} if method == "POST" else None
        reply = client.request(method, path, json=body, headers=THERE)
        assert (reply.status_code, path) == (401, path)
        assert "/api/widget/token" in reply.text  # the way out, which the page can read:
        assert reply.headers["access-control-allow-origin"] == PAGE
    assert [document.id for document in sample.documents()] == documents
    assert client.get("/api/libraries").json()["libraries"][1:] == []


def test_the_own_page_and_programs_of_this_machine_need_no_key(client: httpx.Client) -> None:
    own = str(client.base_url).rstrip("/")
    for headers in ({}, {"origin": own}):
        assert client.post("/api/ask", json=QUESTION, headers=headers).status_code == 200


def test_a_page_that_was_named_asks_with_a_key_or_a_token(client: httpx.Client, keys: Keys) -> None:
    token = client.post("/api/widget/token", json={}, headers=THERE).json()["token"]
    for key in (token, keys.create("page", ["ask"], None)):
        headers = {**THERE, "authorization": f"Bearer {key}"}
        reply = client.post("/api/ask", json=QUESTION, headers=headers)
        assert reply.status_code == 200
        assert reply.headers["access-control-allow-origin"] == PAGE
        assert client.get("/api/documents", headers=headers).status_code == 403


def test_a_wrong_key_of_a_page_is_none(client: httpx.Client) -> None:
    for key in ("none", "sb_wrong", "sbw_x.y"):
        headers = {**THERE, "authorization": f"Bearer {key}"}
        assert client.post("/api/ask", json=QUESTION, headers=headers).status_code == 401


@pytest.mark.parametrize(
    ("origin", "site", "expected"),
    [
        (None, None, False),
        ("http://localhost:7860", None, False),
        ("http://localhost:7861", None, True),
        ("https://localhost:7860", None, False),  # behind a proxy that ends TLS
        (PAGE, None, True),
        ("null", "same-origin", False),
        ("null", "cross-site", True),
        ("null", None, True),
        ("x", None, True),
    ],
)
def test_a_page_is_from_elsewhere_unless_its_origin_is_that_of_the_server(
    origin: str | None, site: str | None, expected: bool
) -> None:
    headers = {"host": "localhost:7860", "origin": origin, "sec-fetch-site": site}
    present = {name: value for name, value in headers.items() if value is not None}
    assert is_from_elsewhere(Headers(present)) is expected
