"""A language model on a server: what it is asked, and one clear line for every way it fails."""

from __future__ import annotations

import json
import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from model_servers import (
    MODEL,
    Answerer,
    Exchange,
    FakeServer,
    chunk,
    completion,
    fail_with,
    fake_server,
    free_port,
    reply_with,
)

from sourcebook.index import Library
from sourcebook.index.errors import ModelServerFailed, SettingsError
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.llm.base import Message
from sourcebook.rag.llm.server import ODDS_OF_A_WORD, ServerModel, log_odds_of
from sourcebook.rag.models import make_language_model

PROMPT = [Message("system", "Use the excerpts."), Message("user", "Is it so?")]
KEY = "sk-the-secret-0123456789"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server(reply_with("The bridge was built in 1873.")) as running:
        yield running


def write(model: ServerModel, cancel: threading.Event | None = None) -> str:
    return "".join(model.stream(PROMPT, max_tokens=20, cancel=cancel))


def test_a_reply_is_streamed_greedily_by_the_model_of_the_address(server: FakeServer) -> None:
    model = ServerModel(server.address)
    assert write(model).strip() == "The bridge was built in 1873."
    (asked,) = server.asked("/chat/completions")
    assert asked.body == {
        "model": MODEL,
        "messages": [{"role": m.role, "content": m.content} for m in PROMPT],
        "max_tokens": 20,
        "temperature": 0,
        "seed": 0,
        "stream": True,
    }


# --- odds ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("listed", "odds"),
    [
        ({"Yes": math.log(0.6), "No": math.log(0.2)}, math.log(3)),
        # All forms of a word count together: .5 + .1 against .2 + .1.
        (
            {" Yes": math.log(0.5), "yes": math.log(0.1), "no": math.log(0.2), "NO": math.log(0.1)},
            math.log(2),
        ),
        # No is not listed: at most the .2 that the least likely of the list has.
        ({"Yes": math.log(0.6), "It": math.log(0.2)}, math.log(3)),
        # Here the listed tokens leave .1 to all the others.
        ({"No": math.log(0.7), "It": math.log(0.2)}, -math.log(7)),
        ({"It": math.log(0.9)}, None),
        ({}, None),
    ],
)
def test_odds_are_those_of_the_listed_words(listed: dict[str, float], odds: float | None) -> None:
    assert log_odds_of(listed) == (None if odds is None else pytest.approx(odds))


def test_one_token_is_asked_for_where_the_server_tells_probabilities(server: FakeServer) -> None:
    server.answer = reply_with("Yes", [("Yes", math.log(0.8)), ("No", math.log(0.1))])
    model = ServerModel(server.address)
    assert model.yes_log_odds(PROMPT) == pytest.approx(math.log(8))
    (asked,) = server.asked("/chat/completions")
    assert (asked.body["max_tokens"], asked.body["top_logprobs"]) == (1, 20)
    assert model.abilities["odds"] == "logprobs"


@pytest.mark.parametrize(
    ("text", "odds"),
    [
        ("Yes, it is.", ODDS_OF_A_WORD),
        (" **No**", -ODDS_OF_A_WORD),
        ("Perhaps", 0.0),
        ("", 0.0),
    ],
)
def test_a_server_without_probabilities_is_asked_for_a_word(
    server: FakeServer, text: str, odds: float
) -> None:
    server.answer = reply_with(text, [])
    model = ServerModel(server.address)
    assert model.yes_log_odds(PROMPT) == odds
    assert model.yes_log_odds(PROMPT) == odds
    # Once to find out, then only for words.
    assert [r.body.get("logprobs") for r in server.asked("/chat/completions")] == [True, None, None]
    assert model.abilities["odds"] == "a short reply"


@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_server_that_refuses_probabilities_is_asked_for_a_word(
    server: FakeServer, status: int
) -> None:
    def answer(exchange: Exchange) -> None:
        if exchange.asked.body.get("logprobs"):
            exchange.json({"error": {"message": "no"}}, status, {"x-should-retry": "false"})
        else:
            exchange.json(completion("No."))

    server.answer = answer
    assert ServerModel(server.address).yes_log_odds(PROMPT) == -ODDS_OF_A_WORD


# --- tokens -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "reply"),
    [
        ("/tokenize", lambda text: {"tokens": text.split()}),
        ("/extras/tokenize/count", lambda text: {"count": len(text.split())}),
    ],
)
def test_tokens_are_counted_by_a_server_that_has_a_tokenizer(
    server: FakeServer, path: str, reply: Callable[[str], object]
) -> None:
    def answer(exchange: Exchange) -> None:
        body = exchange.asked.body
        if exchange.asked.path == path:
            exchange.json(reply(body.get("content") or body["input"]))
        else:
            exchange.json({"detail": "Not Found"}, 404)

    server.answer = answer
    model = ServerModel(server.address)
    assert [model.count_tokens("three little words") for _ in range(3)] == [3, 3, 3]
    assert model.abilities["tokens"] == "the server"
    assert [r.path for r in server.requests].count(path) == 2  # to find out, and to count once


def test_tokens_are_estimated_elsewhere_and_rather_too_many(server: FakeServer) -> None:
    model = ServerModel(server.address)
    assert model.count_tokens("The bridge over the river.") == 9  # 26 bytes
    assert model.count_tokens("") == 0
    assert model.abilities["tokens"] == "estimated"


# --- every way to fail --------------------------------------------------------------------


def half(exchange: Exchange) -> None:
    exchange.head(200, "text/event-stream")
    exchange.events(chunk("The bridge "))


def silent(exchange: Exchange) -> None:
    exchange.wait_for_the_end()


def silent_in_the_middle(exchange: Exchange) -> None:
    exchange.head(200, "text/event-stream")
    exchange.events(chunk("The bridge "))
    exchange.wait_for_the_end()


def error_in_the_middle(exchange: Exchange) -> None:
    exchange.head(200, "text/event-stream")
    exchange.events(chunk("The "), json.dumps({"error": {"message": "out of memory"}}))


def broken_events(exchange: Exchange) -> None:
    exchange.head(200, "text/event-stream")
    exchange.events(chunk("The "), '{"choices": [')


def cut_body(exchange: Exchange) -> None:
    exchange.raw(b'{"choices"', headers={"Content-Length": "500"})


FAILURES: dict[str, tuple[Answerer, str]] = {
    "silence": (silent, r"did not answer within 1 s: .*server_timeout"),
    "silence in the middle": (silent_in_the_middle, r"did not answer within 1 s"),
    "half a stream": (half, r"broke off in the middle of its reply"),
    "an error in the middle": (error_in_the_middle, r"failed \(out of memory\): see its log"),
    "events that are no JSON": (broken_events, r"not of OpenAI's protocol \(it is not JSON\)"),
    "a cut body": (cut_body, r"cannot be reached|gave no reply"),
    "a page": (lambda e: e.raw(b"<html>", media_type="text/html"), r"gave no reply|protocol"),
    "too many": (
        fail_with(429, "slow down", retry_after="300"),
        r"too much to do \(429\), for 300 s",
    ),
    "an error": (
        fail_with(500, "no\nmemory", x_should_retry="false"),
        r"failed \(500: no memory\): see its log",
    ),
    "not ready": (fail_with(503, "loading", x_should_retry="false"), r"failed \(503: loading\)"),
    "refused": (fail_with(400, "the prompt is too long"), r"refuses the request \(400: the prompt"),
    "no key": (
        fail_with(401, f"bad key {KEY}"),
        r"refuses the key of SOURCEBOOK_LANGUAGE_MODEL_KEY",
    ),
    "not allowed": (fail_with(403, "no"), r"refuses the key of .* \(403\)"),
    "no such model": (fail_with(404, "model not found"), r"does not know the model.*/v1"),
    "elsewhere": (
        lambda e: e.raw(b"", 307, headers={"Location": "http://example.com/v1"}),
        r"sends elsewhere \(307\)",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FAILURES)
def test_each_failure_is_one_clear_line_without_the_key(
    server: FakeServer,
    name: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    server.answer, line = FAILURES[name]
    model = ServerModel(server.address, silence=1)
    start = time.monotonic()
    with pytest.raises(ModelServerFailed, match=line) as caught:
        write(model)
    assert time.monotonic() - start < 8
    message = str(caught.value)
    assert "\n" not in message
    assert server.address in message
    assert KEY not in message
    assert KEY not in caplog.text
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"nonsense", r"it is not JSON"),
        (b"[]", r"it holds no message"),
        (b'{"choices": []}', r"it holds no message"),
        (b'{"choices": null}', r"it holds no message"),
        (b'{"choices": [{"index": 0}]}', r"it holds no message"),
        (b'"Yes"', r"it holds no message"),
    ],
)
def test_a_reply_of_another_shape_is_a_failure(server: FakeServer, body: bytes, line: str) -> None:
    server.answer = lambda exchange: exchange.raw(body)
    with pytest.raises(ModelServerFailed, match=line):
        ServerModel(server.address).yes_log_odds(PROMPT)


def test_a_server_that_is_not_there_is_named() -> None:
    model = ServerModel(f"http://127.0.0.1:{free_port()}/v1#{MODEL}", silence=5)
    with pytest.raises(ModelServerFailed, match=r"cannot be reached \(.*\): start it, or correct"):
        model.load()


@pytest.mark.slow
def test_a_busy_server_is_asked_again_when_it_says(server: FakeServer) -> None:
    server.script = [fail_with(429, retry_after="0.6"), fail_with(503, retry_after="0.1")]
    start = time.monotonic()
    assert write(ServerModel(server.address)).strip() == "The bridge was built in 1873."
    assert 0.7 <= time.monotonic() - start < 5
    assert len(server.requests) == 3


# --- stopping and asking at once ----------------------------------------------------------


def test_stopping_closes_the_stream(server: FakeServer) -> None:
    server.answer = silent_in_the_middle
    cancel = threading.Event()
    stream = ServerModel(server.address).stream(PROMPT, max_tokens=20, cancel=cancel)
    assert next(stream) == "The bridge "
    cancel.set()
    assert list(stream) == []
    assert server.ended.wait(5)


def test_a_stream_that_nobody_reads_on_is_closed(server: FakeServer) -> None:
    server.answer = silent_in_the_middle
    stream = ServerModel(server.address).stream(PROMPT, max_tokens=20)
    assert next(stream) == "The bridge "
    stream.close()  # type: ignore[attr-defined]
    assert server.ended.wait(5)


@pytest.mark.parametrize("way", ["stream", "odds"])
def test_stopping_ends_the_wait_for_the_first_word(server: FakeServer, way: str) -> None:
    server.answer = silent
    model, cancel = ServerModel(server.address), threading.Event()

    def stop_soon() -> None:
        while not server.requests:
            time.sleep(0.02)
        cancel.set()

    threading.Thread(target=stop_soon, daemon=True).start()
    start = time.monotonic()
    if way == "stream":
        assert write(model, cancel) == ""
    else:
        assert model.yes_log_odds(PROMPT, cancel=cancel) == 0.0
    assert time.monotonic() - start < 3
    assert server.ended.wait(5)


def test_as_many_questions_as_set_are_asked_at_once(server: FakeServer) -> None:
    def answer(exchange: Exchange) -> None:
        time.sleep(0.1)
        reply_with("Yes")(exchange)

    server.answer = answer
    model = ServerModel(server.address, parallel=3)
    with ThreadPoolExecutor(9) as pool:
        assert len(list(pool.map(lambda _: model.yes_log_odds(PROMPT), range(9)))) == 9
    assert server.most_at_once == 3


def test_a_question_that_waits_for_its_place_can_be_stopped(server: FakeServer) -> None:
    server.answer = silent_in_the_middle
    model, cancel = ServerModel(server.address), threading.Event()
    first = model.stream(PROMPT, max_tokens=20)
    next(first)
    threading.Timer(0.1, cancel.set).start()
    assert write(model, cancel) == ""
    assert len(server.requests) == 1
    first.close()  # type: ignore[attr-defined]


# --- what is sent, and where --------------------------------------------------------------


def test_only_the_key_of_this_server_is_sent(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {"OPENAI_API_KEY": "a", "OPENAI_ORG_ID": "b", "OPENAI_PROJECT_ID": "c"}
    for name, value in {
        **secrets,
        "OPENAI_ADMIN_KEY": "d",
        "HTTP_PROXY": "http://127.0.0.1:9",
    }.items():
        monkeypatch.setenv(name, value)
    write(ServerModel(server.address))
    headers = server.requests[0].headers
    assert headers["authorization"] == "Bearer none"
    assert not {"openai-organization", "openai-project"} & headers.keys()


@pytest.mark.parametrize("key", ["language_model", "embedder"])
def test_offline_allows_servers_of_this_machine_alone(key: str) -> None:
    for place in ("127.0.0.1:8000", "localhost:8000", "[::1]:8000"):
        assert Settings.model_validate({key: f"http://{place}/v1#m", "offline": True}).offline
    for place in ("10.0.0.1", "models.example", "127.0.0.1.example", "localhost.example"):
        with pytest.raises(ValueError, match="offline allows model servers on this machine alone"):
            Settings.model_validate({key: f"http://{place}/v1#m", "offline": True})
    running = Settings.model_validate({key: "http://10.0.0.1/v1#m"})
    if key == "language_model":
        with pytest.raises(SettingsError, match="offline"):
            make_language_model(running.model_copy(update={"offline": True}))


@pytest.mark.parametrize(
    "address",
    [
        "http://user:secret@h/v1#m",
        "http://secret@h/v1#m",
        "http://h/v1?key=secret#m",
        "http://h:port/v1#m",
        "http:///v1#m",
        "http://h/v1",
        "http://h/v1#",
    ],
)
def test_an_address_without_a_model_or_with_a_secret_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"#name-of-the-model|cannot be read") as caught:
        Settings(language_model=address)
    assert "secret" not in str(caught.value).split("[type")[0]


def test_an_answer_tells_the_server_and_not_the_key(
    server: FakeServer, sample: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL_KEY", KEY)
    server.answer = reply_with("The discussions took about eight hours.")
    settings = Settings(language_model=server.address)
    with Chatbot(sample, settings=settings) as chatbot:
        answer = chatbot.ask("About how many hours did the discussions in Geneva take?")
    assert answer.text.startswith("The discussions took about eight hours")
    assert answer.citations[0].quote == "Their discussions took about eight hours."
    assert answer.record["language_model"] == server.address
    assert answer.record["model_server"] == {"odds": "logprobs", "tokens": "estimated"}
    assert KEY not in json.dumps(answer.to_dict())
    assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"
