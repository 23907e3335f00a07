"""Links to quotes: signed, they open that one article in a browser, and nothing else."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest
from api_server import QUESTION, QUOTE, RunningApi, sample_server

from sourcebook.ui.api.security.links import Links
from sourcebook.ui.api.security.secret_file import SecretFile
from sourcebook.ui.serving import Access

PAGE = "https://news.example"


@pytest.fixture(scope="module")
def server(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    """A server that has a key, and that pages of one origin may ask."""
    place = tmp_path_factory.mktemp("server")
    with sample_server(sample_folder, place, access=Access(origins=frozenset({PAGE}))) as running:
        running.keys.create("owner", ["ask", "read", "write"], None)
        yield running


@pytest.fixture(scope="module")
def link(server: RunningApi) -> str:
    """The link of a citation, as a program with a key gets it."""
    return chat_link(server, server.keys.create("app", ["ask", "read"], None))


def chat_link(server: RunningApi, key: str, **headers: str) -> str:
    body = {"model": "sourcebook", "messages": [{"role": "user", "content": QUESTION}]}
    reply = httpx.post(
        f"{server.url}/v1/chat/completions",
        json=body,
        headers={"authorization": f"Bearer {key}", **headers},
        timeout=60,
    )
    (annotation, *_) = reply.json()["choices"][0]["message"]["annotations"]
    return str(annotation["url_citation"]["url"])


def response_link(server: RunningApi, key: str) -> str:
    reply = httpx.post(
        f"{server.url}/v1/responses",
        json={"model": "sourcebook", "input": QUESTION},
        headers={"authorization": f"Bearer {key}"},
        timeout=60,
    )
    return str(reply.json()["output"][-1]["content"][0]["annotations"][0]["url"])


def query_of(link: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(link).query))


def changed(link: str, **values: str) -> str:
    """The link with other values in its query; "" leaves one out."""
    query = {name: text for name, text in {**query_of(link), **values}.items() if text}
    return urlsplit(link)._replace(query=urlencode(query)).geturl()


def test_a_signed_link_opens_its_article_at_the_quote_without_a_key(
    server: RunningApi, link: str
) -> None:
    navigation = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    page = httpx.get(link, headers=navigation)  # as from a chat in another page
    assert page.status_code == 200
    assert re.findall(r'<mark class="[^"]*sb-here">([^<]*)</mark>', page.text) == [QUOTE]
    other = response_link(server, server.keys.create("responses", ["ask", "read"], None))
    assert httpx.get(other, headers=navigation).text == page.text


@pytest.mark.parametrize(
    "values",
    [
        {"sig": ""},
        {"sig": "0" * 64},
        {"sig": "é"},
        {"start": "0"},
        {"end": "9999"},
        {"library": "other"},
        {"library": ""},
        {"document": "other"},
    ],
)
def test_a_link_that_is_altered_or_not_signed_needs_a_key(
    server: RunningApi, link: str, values: dict[str, str]
) -> None:
    assert httpx.get(changed(link, **values)).status_code == 401


def test_a_signature_is_for_one_article_and_one_place(server: RunningApi, link: str) -> None:
    other = next(
        document.id
        for document in server.library.documents()
        if document.id != query_of(link)["document"]
    )
    assert httpx.get(changed(link, document=other)).status_code == 401
    start = int(query_of(link)["start"])
    assert httpx.get(changed(link, start=f"0{start}")).status_code == 401
    plain = link.partition("#")[0]
    for twice in (f"document={other}", "start=0", "library=other", "sig=x"):
        assert httpx.get(f"{plain}&{twice}").status_code == 401
        assert httpx.get(plain.replace("?", f"?{twice}&")).status_code == 401


def test_a_signature_opens_no_other_address_and_changes_nothing(
    server: RunningApi, link: str
) -> None:
    query = urlsplit(link).query
    document = query_of(link)["document"]
    for method, path in (
        ("POST", "/api/read"),
        ("DELETE", "/api/read"),
        ("HEAD", "/api/read"),
        ("GET", "/api/read/"),
        ("GET", "/api/documents"),
        ("GET", f"/api/documents/{document}"),
        ("DELETE", f"/api/documents/{document}"),
        ("GET", "/metrics"),
    ):
        reply = httpx.request(method, f"{server.url}{path}?{query}")
        assert (reply.status_code, method, path) == (401, method, path)
    assert document in {each.id for each in server.library.documents()}


def test_a_link_opens_for_the_names_and_pages_of_the_server_alone(link: str) -> None:
    assert httpx.get(link, headers={"host": "evil.example"}).status_code == 421
    assert httpx.get(link, headers={"origin": "https://evil.example"}).status_code == 403
    assert httpx.get(link, headers={"origin": PAGE}).status_code == 401
    embedded = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}
    assert httpx.get(link, headers=embedded).status_code == 403


def test_who_may_not_read_gets_links_that_are_not_signed(server: RunningApi) -> None:
    token = httpx.post(f"{server.url}/api/widget/token", json={}, headers={"origin": PAGE})
    for link in (
        chat_link(server, server.keys.create("asks", ["ask"], None)),
        chat_link(server, token.json()["token"], origin=PAGE),
    ):
        assert "sig" not in query_of(link)
        assert httpx.get(link).status_code == 401


def test_links_that_were_revoked_need_a_key_and_new_ones_open(
    sample_folder: Path, tmp_path: Path
) -> None:
    with sample_server(sample_folder, tmp_path) as server:
        key = server.keys.create("app", ["ask", "read"], None)
        old = chat_link(server, key)
        assert httpx.get(old).status_code == 200
        Links(server.keys.file).revoke()  # as another process does
        assert httpx.get(old).status_code == 401
        assert httpx.get(old, headers={"x-api-key": key}).status_code == 200
        assert httpx.get(chat_link(server, key)).status_code == 200


def test_the_secret_lies_beside_the_keys_for_its_owner_alone(server: RunningApi, link: str) -> None:
    file = server.keys.file.with_name("link_secret")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(bytes.fromhex(file.read_text("utf-8"))) * 8 == 256
    again = {name: value for name, value in query_of(link).items() if name != "sig"}
    assert Links(server.keys.file).sign(again) == query_of(link)  # as after a new start
    assert [path.name for path in file.parent.glob("link_secret*")] == ["link_secret"]


def test_processes_that_begin_at_once_have_one_secret(tmp_path: Path) -> None:
    files = [SecretFile(tmp_path / "made" / "secret") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        values = set(pool.map(SecretFile.value, files))
    assert len(values) == 1


@pytest.mark.parametrize("text", ["", "00", "x" * 64, "0" * 63, "é"])
def test_a_damaged_secret_signs_nothing_and_is_told_once(
    tmp_path: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    file = SecretFile(tmp_path / "secret")
    file.file.write_bytes(text.encode("latin-1"))
    values = {file.value(), file.value()}
    assert len(values) == 1
    assert values != {SecretFile(file.file).value()}  # of each process: nobody can guess it
    assert [len(value) for value in values] == [32]
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == 2  # once by each
    assert "sourcebook keys revoke --links" in lines[0]
    file.renew()
    assert file.value() == SecretFile(file.file).value()


def test_where_no_secret_can_be_kept_links_hold_as_long_as_the_server(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    file = SecretFile(tmp_path / "file" / "secret")  # no folder can be made there
    assert file.value() == file.value() != SecretFile(file.file).value()
