"""Questions and searches through HTTP: the answers of Python, and offsets for JavaScript."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from api_client import Serve
from api_server import QUESTION, SENTENCE, UNANSWERABLE, log_odds

from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.api.spans import Utf16Offsets, answer_to_dict, utf16_offset
from sourcebook.ui.api.streams import PING_SECONDS

STREAM = {"accept": "text/event-stream"}


def events_of(reply: httpx.Response) -> list[tuple[str, Any]]:
    """The server-sent events of a response."""
    assert reply.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n") for block in reply.text.split("\n\n") if "data: " in block]
    return [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: ")))
        for lines in blocks
    ]


def as_in_javascript(text: str, start: int, end: int) -> str:
    """``text.slice(start, end)`` of JavaScript, which counts UTF-16 code units."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def without_times(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key not in ("timings", "record")}


def test_an_answer_is_the_one_that_python_gives(serve_api: Serve, sample: Library) -> None:
    model = ScriptedModel(SENTENCE, log_odds=log_odds)
    client = serve_api(model)
    reply = client.post("/api/ask", json={"question": QUESTION})
    assert reply.status_code == 200
    chatbot = Chatbot(sample, model=ScriptedModel(SENTENCE, log_odds=log_odds), settings=Settings())
    expected = json.loads(json.dumps(answer_to_dict(chatbot.ask(QUESTION))))
    assert without_times(reply.json()) == without_times(expected)
    assert not expected["abstained"]


def test_a_stream_has_the_evidence_first_and_the_same_answer_last(serve_api: Serve) -> None:
    client = serve_api(ScriptedModel(SENTENCE, log_odds=log_odds))
    events = events_of(client.post("/api/ask", json={"question": QUESTION}, headers=STREAM))
    names = [name for name, _ in events]
    assert names[0] == "evidence"
    assert names[-1] == "answer"
    assert names.index("token") < names.index("sentence")
    assert "".join(data["text"] for name, data in events if name == "token").strip() == SENTENCE
    answer = client.post("/api/ask", json={"question": QUESTION}).json()
    assert without_times(events[-1][1]) == without_times(answer)
    assert [data for name, data in events if name == "sentence"] == answer["sentences"]


def test_a_refusal_is_an_answer(serve_api: Serve) -> None:
    client = serve_api(ScriptedModel(SENTENCE, log_odds=log_odds))
    answer = client.post("/api/ask", json={"question": UNANSWERABLE}).json()
    assert answer["abstained"]
    assert answer["reason"]


def test_the_conversation_and_the_filters_go_with_a_question(serve_api: Serve) -> None:
    model = ScriptedModel(SENTENCE, log_odds=log_odds)
    client = serve_api(model)
    asked = {
        "question": "How many hours did they take?",
        "history": [{"question": "What did Sherman and Ryabkov do in Geneva?", "answer": "Talk."}],
        "filters": {"sources": ["no such source"]},
    }
    answer = client.post("/api/ask", json=asked).json()
    assert answer["standalone_question"] != asked["question"]
    assert answer["abstained"]
    assert not answer["citations"]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"question": " "}, 422, "empty-question"),
        ({"question": "x" * 2001}, 422, "question-too-long"),
        ({"question": 5}, 422, "invalid-request"),
        ({"question": None}, 422, "invalid-request"),
        ({}, 422, "invalid-request"),
        ([], 422, "invalid-request"),
        ({"question": "x", "libary": "news"}, 422, "invalid-request"),
        ({"question": "x", "kind": "poem"}, 422, "invalid-request"),
        ({"question": "x", "filters": {"since": "yesterday"}}, 422, "invalid-request"),
        ({"question": "x", "history": [{"question": "x"}]}, 422, "invalid-request"),
        ({"question": "x", "library": "nowhere"}, 404, "library-not-found"),
        ({"question": "x", "library": "../etc"}, 404, "library-not-found"),
        ({"question": "x", "\ud800": 1}, 422, "invalid-request"),
    ],
)
@pytest.mark.parametrize("headers", [{}, STREAM], ids=["json", "stream"])
def test_a_wrong_question_is_a_problem_with_the_way_out(
    api: httpx.Client, body: Any, status: int, code: str, headers: dict[str, str]
) -> None:
    content = {"content-type": "application/json", **headers}
    reply = api.post("/api/ask", content=json.dumps(body), headers=content)
    assert reply.headers["content-type"] == "application/problem+json"
    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (status, f"urn:sourcebook:problem:{code}")
    assert problem["status"] == status
    assert problem["request_id"] == reply.headers["x-request-id"]
    assert problem["title"]
    assert problem["detail"]


@pytest.mark.parametrize(
    "content", [b"{", b"\xff\xfe", b"", b"nul", b'{"question": "x"', b"[" * 9999]
)
def test_what_is_no_json_is_a_problem(api: httpx.Client, content: bytes) -> None:
    reply = api.post("/api/ask", content=content, headers={"content-type": "application/json"})
    assert reply.status_code in (400, 422)
    assert reply.json()["detail"]


def test_what_is_not_sent_as_json_is_told_how_to_be_sent(api: httpx.Client) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    for headers in (form, {"content-type": "text/plain"}):
        reply = api.post("/api/ask", content='{"question": "x"}', headers=headers)
        assert reply.status_code == 422
        assert "Content-Type: application/json" in reply.json()["detail"]
    assert "Content-Type: application/json" in api.post("/api/ask").json()["detail"]
    body, json_type = '{"question": }', {"content-type": "application/json"}
    reply = api.post("/api/ask", content=body, headers=json_type)
    assert reply.json()["detail"] == "body: is no JSON at character 13: Expecting value"


@pytest.mark.parametrize("headers", [{}, STREAM], ids=["json", "stream"])
def test_half_a_letter_in_a_question_stops_nothing(
    api: httpx.Client, headers: dict[str, str]
) -> None:
    content = {"content-type": "application/json", **headers}
    body = json.dumps({"question": "Did \ud83d Sherman meet Ryabkov?"})
    reply = api.post("/api/ask", content=body, headers=content)
    assert reply.status_code == 200
    assert "event: error" not in reply.text


def test_a_question_of_ten_megabytes_is_refused(api: httpx.Client) -> None:
    assert api.post("/api/ask", json={"question": "x" * 10_000_000}).status_code == 413


def test_an_address_or_a_method_that_is_not_there_is_a_problem(api: httpx.Client) -> None:
    for reply, status in ((api.get("/api/nothing"), 404), (api.put("/api/ask"), 405)):
        assert reply.status_code == status
        assert "/api/openapi.json" in reply.json()["detail"]


TEXT = (
    "🌍🌍 The harbour of Aden took 412 ships in May. "
    "قال المدير إن الميناء استقبل 412 سفينة 🚢 في مايو. The last ship left on Monday 👩‍👩‍👧."
)


def test_every_span_has_offsets_for_javascript(serve_api: Serve, sample: Library) -> None:
    report = sample.add_documents([make_document(TEXT, title="Harbour 🚢", language="en")])
    client = serve_api(ScriptedModel("🚢 The harbour of Aden took 412 ships in May."))
    answer = client.post("/api/ask", json={"question": "How many ships did Aden take?"}).json()
    document = client.get(f"/api/documents/{report.added[0]}").json()
    assert not answer["abstained"]
    for sentence in answer["sentences"]:
        span = sentence["start_utf16"], sentence["end_utf16"]
        assert as_in_javascript(answer["text"], *span) == sentence["text"]
        assert answer["text"][sentence["start"] : sentence["end"]] == sentence["text"]
    cited = [c for c in answer["citations"] if c["document"]["id"] == document["id"]]
    assert cited
    for citation in cited:
        span = citation["start_utf16"], citation["end_utf16"]
        assert as_in_javascript(document["text"], *span) == citation["quote"]
        assert document["text"][citation["start"] : citation["end"]] == citation["quote"]
        assert citation["end_utf16"] > citation["end"]
    hits = client.post("/api/search", json={"query": "مايو السفينة ships", "k": 50}).json()["hits"]
    passages = [hit["passage"] for hit in hits if hit["document"]["id"] == document["id"]]
    assert passages
    for passage in passages:
        span = passage["start_utf16"], passage["end_utf16"]
        assert as_in_javascript(document["text"], *span) == passage["text"]
    for block in document["blocks"]:
        assert as_in_javascript(document["text"], block["start_utf16"], block["end_utf16"])


@pytest.mark.parametrize("text", ["", "plain", "é", "عربي", "a🚢b", "🚢🚢", "👩‍👩‍👧 x"])
def test_an_offset_in_utf16_is_the_length_of_what_stands_before(text: str) -> None:
    many = Utf16Offsets(text)
    for offset in range(len(text) + 1):
        units = len(text[:offset].encode("utf-16-le")) // 2
        assert utf16_offset(text, offset) == units
        assert many(offset) == units


def test_a_search_finds_the_passages_that_python_finds(api: httpx.Client, sample: Library) -> None:
    reply = api.post("/api/search", json={"query": "talks in Geneva", "k": 3})
    expected = [hit.passage.id for hit in sample.search("talks in Geneva", 3)]
    assert [hit["passage"]["id"] for hit in reply.json()["hits"]] == expected
    assert api.post("/api/search", json={"query": " "}).json() == {"hits": []}
    assert api.post("/api/search", json={"query": "x", "k": 0}).status_code == 422


def test_a_stream_that_waits_is_kept_alive() -> None:
    assert PING_SECONDS < 30  # proxies close a silent connection after a minute, many after half
