"""Who is answered: hosts, origins, keys, rates and sizes, before any handler."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterator

import httpx
import pytest
from api_client import Serve
from starlette.routing import Route

from sourcebook.index import Library
from sourcebook.index.libraries.catalogue import Libraries
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.api.application import api_routes
from sourcebook.ui.api.limits import ServerLimits
from sourcebook.ui.api.security.gate import is_guarded, is_open
from sourcebook.ui.api.security.keys import Keys, KeysUnusable
from sourcebook.ui.api.server import check_exposure
from sourcebook.ui.api.service import Service
from sourcebook.ui.page.server import Server
from sourcebook.ui.serving import Access, HostRefused, Listener, check_origin
from sourcebook.ui.state import OpenLibraries

QUESTION = {"question": "How long did the talks between Sherman and Ryabkov in Geneva last?"}
FREE = {"/health", "/ready"}


def every_route(sample: Library) -> list[tuple[str, str]]:
    """Method and path of every route, with a word in the place of each parameter."""
    service = Service(OpenLibraries(sample, Chatbot(sample, model=ScriptedModel())))
    return [
        (method, route.path.replace("{", "").replace("}", ""))
        for router in api_routes(service)
        for route in router.routes
        if isinstance(route, Route)
        for method in sorted(route.methods or ())
    ]


def test_every_route_needs_a_key_but_those_that_are_named_here(sample: Library) -> None:
    routes = every_route(sample)
    assert ("POST", "/api/ask") in routes
    assert {path for _, path in routes if not is_guarded(path) and not is_open(path)} == FREE


def test_no_route_answers_without_the_right_key(
    serve_api: Serve, keys: Keys, sample: Library
) -> None:
    client = serve_api(limits=ServerLimits(wrong_keys="1000/minute"))
    keys.create("news", ["ask"], None)
    for method, path in every_route(sample):
        if not is_guarded(path):
            continue
        for headers in ({}, {"authorization": "Bearer sb_wrong"}, {"x-api-key": "sb_wrong"}):
            reply = client.request(method, path, headers=headers)
            assert (reply.status_code, path) == (401, path)
            assert reply.headers["www-authenticate"].startswith("Bearer")


def test_no_route_answers_to_a_foreign_host(api: httpx.Client, sample: Library) -> None:
    for method, path in [*every_route(sample), ("GET", "/"), ("GET", "/health")]:
        reply = api.request(method, path, headers={"host": "evil.example"})
        assert (reply.status_code, path) == (421, path)


@pytest.mark.parametrize("name", ["localhost.evil.example", "10.1.2.3", "", "a b", "localhost:x"])
def test_a_host_that_is_not_this_machine_is_foreign(api: httpx.Client, name: str) -> None:
    reply = api.get("/health", headers={"host": name})
    assert reply.status_code in (400, 421)  # 400: not even the server of HTTP takes it


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1:1", "[::1]:80", "LOCALHOST:9"])
def test_this_machine_is_answered_by_all_its_names(api: httpx.Client, name: str) -> None:
    assert api.get("/health", headers={"host": name}).status_code == 200


def test_no_route_answers_to_a_foreign_page(api: httpx.Client, sample: Library) -> None:
    for method, path in [*every_route(sample), ("GET", "/health"), ("OPTIONS", "/api/ask")]:
        reply = api.request(method, path, headers={"origin": "https://evil.example"})
        assert (reply.status_code, path) == (403, path)
        assert "access-control-allow-origin" not in reply.headers


@pytest.mark.parametrize("origin", ["null", "http://localhost:1", "http://127.0.0.1", "x", "file:"])
def test_a_page_of_another_port_or_of_none_is_foreign(api: httpx.Client, origin: str) -> None:
    assert api.post("/api/ask", json=QUESTION, headers={"origin": origin}).status_code == 403


def test_a_foreign_page_cannot_load_anything_either(api: httpx.Client) -> None:
    for site in ("cross-site", "same-site"):
        headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
        assert api.get("/api/libraries", headers=headers).status_code == 403
    link = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    assert api.get("/health", headers=link).status_code == 200


def test_the_own_page_and_a_page_that_was_named_are_answered(serve_api: Serve, keys: Keys) -> None:
    client = serve_api(access=Access(origins=frozenset({"https://example.org"})))
    own = str(client.base_url).rstrip("/")
    assert client.post("/api/ask", json=QUESTION, headers={"origin": own}).status_code == 200
    there = {"origin": "https://example.org"}
    key = {"authorization": f"Bearer {keys.create('page', ['ask'], None)}"}
    reply = client.post("/api/ask", json=QUESTION, headers={**there, **key})
    assert reply.status_code == 200
    assert reply.headers["access-control-allow-origin"] == "https://example.org"
    asked = {**there, "access-control-request-method": "POST"}
    assert client.options("/api/ask", headers=asked).status_code == 200
    assert client.get("/health", headers=there).status_code == 403  # the API alone, no other path


@pytest.mark.slow
def test_the_page_of_gradio_stands_behind_the_same_checks(sample: Library) -> None:
    chatbot = Chatbot(sample, model=ScriptedModel())
    with Server(sample, chatbot, Listener(port=0)) as server, httpx.Client() as client:
        for path in ("/", "/gradio_api/info", "/original?document=x", "/api/ask"):
            foreign = client.get(server.url + path, headers={"host": "evil.example"})
            assert foreign.status_code == 421
            page = client.get(server.url + path, headers={"origin": "https://evil.example"})
            assert page.status_code == 403
        assert client.get(server.url).status_code == 200
        assert client.post(f"{server.url}/api/ask", json=QUESTION).status_code == 200


def test_a_key_opens_what_it_is_for_and_nothing_else(serve_api: Serve, keys: Keys) -> None:
    client = serve_api()
    asks = {"authorization": f"Bearer {keys.create('asks', ['ask'], None)}"}
    reads = {"x-api-key": keys.create("reads", ["read"], None)}
    elsewhere = {"authorization": f"Bearer {keys.create('other', ['ask', 'read'], ['other'])}"}
    assert client.post("/api/ask", json=QUESTION, headers=asks).status_code == 200
    refused = client.post("/api/ask", json=QUESTION, headers=reads)
    assert refused.status_code == 403
    assert "does not allow to ask" in refused.json()["detail"]
    assert client.get("/metrics", headers=reads).status_code == 200
    assert client.get("/metrics", headers=asks).status_code == 403
    foreign = client.post("/api/ask", json={**QUESTION, "library": "test"}, headers=elsewhere)
    assert foreign.status_code == 403
    assert foreign.headers["content-type"] == "application/problem+json"


def test_a_key_is_stored_as_its_hash_for_its_owner_alone(keys: Keys) -> None:
    token = keys.create("news app", ["read", "ask"], ["news"])
    assert len(token.removeprefix("sb_")) * 6 >= 256
    assert stat.S_IMODE(keys.file.stat().st_mode) == 0o600
    text = keys.file.read_text("utf-8")
    assert token not in text
    assert json.loads(text)["keys"][0]["sha256"] == hashlib.sha256(token.encode()).hexdigest()
    found = keys.find(token)
    assert found is not None
    assert (found.scopes, found.libraries) == (("ask", "read"), ("news",))
    assert keys.find(token[:-1]) is None


def test_a_key_that_was_revoked_is_refused_by_a_server_that_runs(
    serve_api: Serve, keys: Keys
) -> None:
    client = serve_api()
    first = {"authorization": f"Bearer {keys.create('first', ['ask'], None)}"}
    keys.create("second", ["ask"], None)
    assert client.post("/api/ask", json=QUESTION, headers=first).status_code == 200
    Keys().revoke("first")  # as another process does
    assert client.post("/api/ask", json=QUESTION, headers=first).status_code == 401


def test_a_damaged_file_of_keys_lets_nobody_in(serve_api: Serve, keys: Keys) -> None:
    client = serve_api()
    keys.create("first", ["ask"], None)
    keys.file.write_text("{", "utf-8")
    reply = client.post("/api/ask", json=QUESTION)
    assert reply.status_code == 500
    assert "make the keys anew" in reply.json()["detail"]


def test_a_name_of_a_key_is_there_once(keys: Keys) -> None:
    keys.create("app", ["ask"], None)
    with pytest.raises(KeysUnusable, match="is named 'app' already"):
        keys.create(" app ", ["ask"], None)
    with pytest.raises(KeysUnusable, match="no key is named 'x'"):
        keys.revoke("x")


def test_other_machines_are_served_with_a_key_alone(keys: Keys) -> None:
    with Listener("0.0.0.0", 0, is_public=True) as everywhere:
        with pytest.raises(HostRefused, match=r"without a key: .*sourcebook keys create"):
            check_exposure(everywhere, Access(), keys)
        keys.create("app", ["ask"], None)
        check_exposure(everywhere, Access(), keys)


def test_a_server_with_a_name_of_its_own_needs_a_key(serve_api: Serve, keys: Keys) -> None:
    access = Access(hosts=frozenset({"Books.example."}))
    with Listener(port=0) as here, pytest.raises(HostRefused, match=r"as Books\.example"):
        check_exposure(here, access, keys)
    client = serve_api(access=access)
    assert client.get("/health", headers={"host": "books.example:8080"}).status_code == 200
    assert client.post("/api/ask", json=QUESTION).status_code == 401  # though there is none


def test_who_asks_too_often_waits(serve_api: Serve) -> None:
    client = serve_api(limits=ServerLimits(rate="3/minute"))
    replies = [client.get("/metrics") for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert 1 <= int(replies[3].headers["retry-after"]) <= 60
    assert client.get("/health").status_code == 200


def test_who_tries_keys_is_stopped(serve_api: Serve, keys: Keys) -> None:
    client = serve_api(limits=ServerLimits(wrong_keys="2/minute"))
    keys.create("app", ["ask"], None)
    tries = [client.get("/metrics", headers={"x-api-key": f"sb_{n}"}) for n in range(3)]
    assert [reply.status_code for reply in tries] == [401, 401, 429]


def test_a_body_that_is_too_large_is_refused_whatever_its_header_says(serve_api: Serve) -> None:
    client = serve_api(limits=ServerLimits(body=1000))

    def pieces() -> Iterator[bytes]:
        yield b'{"question": "'
        for _ in range(100):
            yield b"x" * 100
        yield b'"}'

    for reply in (
        client.post("/api/ask", json={"question": "x" * 2000}),
        client.post("/api/ask", content=pieces(), headers={"content-type": "application/json"}),
    ):
        assert reply.status_code == 413
        assert "more than 1,000 bytes" in reply.json()["detail"]


def test_every_response_has_an_id_and_the_headers_of_a_browser(api: httpx.Client) -> None:
    ids = set()
    for reply in (
        api.get("/health"),
        api.get("/nowhere"),
        api.get("/health", headers={"host": "x"}),
    ):
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        ids.add(reply.headers["x-request-id"])
    assert len(ids) == 3


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Example.org/", "https://example.org"),
        ("https://example.org:443", "https://example.org"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("example.org", None),
        ("https://example.org/page", None),
        ("ftp://example.org", None),
        ("http://example.org:x", None),
    ],
)
def test_an_origin_is_written_as_browsers_do(text: str, origin: str | None) -> None:
    assert check_origin(text) == origin


def test_the_library_of_a_key_is_the_one_it_asks(serve_api: Serve, keys: Keys) -> None:
    client = serve_api()
    key = {"authorization": f"Bearer {keys.create('one', ['ask'], ['test.library'])}"}
    assert client.post("/api/ask", json=QUESTION, headers=key).status_code == 200


def test_an_error_names_only_the_libraries_that_the_key_is_for(
    serve_api: Serve, keys: Keys
) -> None:
    for name in ("merger", "news"):
        Libraries().create(name)
    client = serve_api()
    limited = {"x-api-key": keys.create("one", ["ask", "read"], ["news", "moved"])}
    everything = {"x-api-key": keys.create("all", ["ask", "read"], None)}
    chat = {"model": "sourcebook/moved", "messages": [{"role": "user", "content": "Who?"}]}
    for path, body in (
        ("/api/ask", {**QUESTION, "library": "moved"}),
        ("/v1/chat/completions", chat),
    ):
        reply = client.post(path, json=body, headers=limited)
        assert reply.status_code == 404
        assert "no library is named 'moved' (there are: news)" in reply.text
    unnamed = client.post("/api/ask", json=QUESTION, headers=limited)
    assert (unnamed.status_code, unnamed.json()["detail"]) == (
        403,
        "name the library: this key is for moved, news",
    )
    reply = client.get("/api/documents", params={"library": "moved"}, headers=everything)
    assert "(there are: test.library, merger, news)" in reply.json()["detail"]
