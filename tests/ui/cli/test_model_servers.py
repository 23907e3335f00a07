"""Model servers, named in the settings: on the command line, through the API, under the doctor."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from api_server import QUESTION, SENTENCE, sample_server
from command_line import Run
from model_servers import Exchange, FakeServer, fail_with, fake_server, free_port, reply_with

from sourcebook.rag.llm.server import ServerModel


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    with fake_server(reply_with(SENTENCE)) as running:
        monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", running.address)
        monkeypatch.setenv("SOURCEBOOK_EMBEDDER", running.address)
        yield running


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "talks.md"
    path.write_text("# The talks\n\nThe talks in Geneva lasted eight hours in all.\n", "utf-8")
    return path


def checks(run: Run) -> dict[str, tuple[bool, str]]:
    rows = json.loads(run("doctor", "--json").out)["checks"]
    return {row["name"]: (row["ok"], row["detail"]) for row in rows}


@pytest.mark.slow
def test_a_question_is_answered_by_both_servers(
    run: Run, server: FakeServer, article: Path
) -> None:
    assert run("add", str(article)).status == 0
    server.answer = reply_with("The talks in Geneva lasted eight hours.")
    result = run("ask", "How long did the talks in Geneva last?")
    assert "eight hours" in result.out
    assert server.asked("/embeddings")
    assert server.asked("/chat/completions")


def test_a_server_that_fails_is_one_line_on_the_command_line(
    run: Run, server: FakeServer, article: Path
) -> None:
    run("add", str(article))
    server.answer = fail_with(500, "out of memory", x_should_retry="false")
    result = run("ask", "How long did the talks in Geneva last?")
    assert result.status == 1
    assert result.err.startswith(f"sourcebook: the model server {server.address} failed (500")
    assert result.err.count("\n") == 1


@pytest.mark.slow
def test_the_doctor_looks_at_the_servers(
    run: Run, server: FakeServer, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("add", str(article))
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER_KEY", "a-secret")
    found = checks(run)
    assert found["language_model"] == (True, f"{server.address}, without a key")
    assert found["embedder"] == (True, f"{server.address}, with a key")
    assert found["library"][0]
    other = server.address.replace("a-model", "another")
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", other)
    nowhere = f"http://127.0.0.1:{free_port()}/v1#m"
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", nowhere)
    found = checks(run)
    assert found["language_model"][1].endswith("it lists a-model, not another")
    is_fine, detail = found["embedder"]
    assert not is_fine
    assert detail.startswith(f"the model server {nowhere} cannot be reached")


def test_offline_refuses_a_server_elsewhere_before_anything_is_sent(
    run: Run, article: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", "scripted")
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "http://models.invalid/v1#m")
    result = run("add", "--offline", str(article))
    assert result.status == 1
    assert "offline allows model servers on this machine alone" in result.err
    monkeypatch.setenv("SOURCEBOOK_OFFLINE", "true")
    result = run("list")
    assert "offline allows model servers on this machine alone" in result.err
    assert result.err.count("\n") == 1


@pytest.mark.slow
def test_the_api_asks_a_server_several_questions_at_once(
    sample_folder: Path, tmp_path: Path
) -> None:
    everybody = threading.Barrier(3, timeout=20)

    def answer(exchange: Exchange) -> None:
        if exchange.asked.body.get("stream"):
            everybody.wait()  # broken after 20 s, where they come one after the other
        reply_with(SENTENCE, [("Yes", -0.01), ("No", -5.0)])(exchange)

    with fake_server(answer) as fake:
        model = ServerModel(fake.address, parallel=3)
        with sample_server(sample_folder, tmp_path, model=model) as api:  # type: ignore[arg-type]
            answers: list[str] = []

            def ask(number: int) -> None:
                body = {"question": QUESTION}
                reply = httpx.post(f"{api.url}/api/ask", json=body, timeout=60)
                answers.append(reply.json()["text"])

            threads = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
            start = time.monotonic()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert answers == [f"{SENTENCE} [1]"] * 3
            assert time.monotonic() - start < 20
