"""`POST /api/verify`: verdicts with both kinds of offsets, and errors in a line."""

from __future__ import annotations

import httpx

TEXT = "😀 Their discussions in Geneva took about eight hours. Is that so?"


def test_each_statement_has_its_verdict_and_its_place_in_text_and_source(
    api: httpx.Client,
) -> None:
    data = api.post("/api/verify", json={"text": TEXT}).json()
    stated, question = data["statements"]
    assert (stated["verdict"], question["verdict"]) == ("supported", "unchecked")
    assert TEXT[stated["start"] : stated["end"]] == stated["text"]
    utf16 = TEXT.encode("utf-16-le")[2 * stated["start_utf16"] : 2 * stated["end_utf16"]]
    assert utf16.decode("utf-16-le") == stated["text"]
    (quote, *_) = [data["citations"][number - 1] for number in stated["citations"]]
    assert quote["quote"] == "Their discussions took about eight hours."


def test_what_articles_deny_is_contradicted(api: httpx.Client) -> None:
    data = api.post("/api/verify", json={"text": "Their discussions took about two hours."}).json()
    (statement,) = data["statements"]
    assert statement["verdict"] == "contradicted"
    assert not data["supported"]


def test_a_text_that_is_empty_or_too_long_is_refused(api: httpx.Client) -> None:
    for text, code in (("", "empty-question"), ("a" * 1_000_000, "question-too-long")):
        reply = api.post("/api/verify", json={"text": text})
        assert reply.status_code == 422
        assert reply.json()["type"].endswith(code)


def test_a_library_that_is_not_there_is_not_found(api: httpx.Client) -> None:
    reply = api.post("/api/verify", json={"text": TEXT, "library": "nothing"})
    assert reply.status_code == 404


def test_an_article_that_is_not_there_cannot_be_read(api: httpx.Client) -> None:
    assert api.get("/api/read", params={"document": "nothing"}).status_code == 404
    assert api.get("/api/read").status_code == 422
