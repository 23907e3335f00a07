"""The pipe, loaded as Open WebUI loads it: the text of one file, run as a module of its own."""

from __future__ import annotations

import asyncio
import inspect
import re
import sys
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from api_server import QUESTION, QUOTE, SENTENCE, UNANSWERABLE, RunningApi, sample_server

from sourcebook.ui.frameworks import open_webui


@pytest.fixture(scope="module")
def server(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    with sample_server(sample_folder, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def pipe(server: RunningApi) -> Iterator[Any]:
    module = ModuleType("function_sourcebook")
    sys.modules[module.__name__] = module
    exec(compile(inspect.getsource(open_webui), "function", "exec"), module.__dict__)
    made = module.__dict__["Pipe"]()
    made.valves = made.Valves(url=server.url)
    yield made
    del sys.modules[module.__name__]


def ask(pipe: Any, question: str, **body: Any) -> tuple[str, list[dict[str, Any]]]:
    events: list[dict[str, Any]] = []

    async def emit(event: dict[str, Any]) -> None:
        events.append(event)

    async def collect() -> str:
        messages = [{"role": "user", "content": question}]
        result = pipe.pipe({"messages": messages, **body}, __event_emitter__=emit)
        assert isinstance(result, AsyncGenerator)
        return "".join([piece async for piece in result])

    return asyncio.run(collect()), events


def test_each_quote_becomes_a_source(pipe: Any, server: RunningApi) -> None:
    text, events = ask(pipe, QUESTION)
    assert text == f"{SENTENCE} [1]"
    sources = [event["data"] for event in events if event["type"] == "source"]
    assert [source["document"] for source in sources] == [[QUOTE]]
    metadata = sources[0]["metadata"][0]
    document = server.library.document(metadata["document_id"])
    assert document.text[metadata["start"] : metadata["end"]] == QUOTE
    assert sources[0]["source"]["name"] == document.title
    assert events[-1] == {"type": "status", "data": {"description": "Checked", "done": True}}


def test_a_refusal_has_no_source_and_says_why(pipe: Any) -> None:
    text, events = ask(pipe, UNANSWERABLE)
    assert text.startswith("Your articles do not answer this.\n\n")
    assert [event for event in events if event["type"] == "source"] == []


def test_a_model_is_a_library(pipe: Any) -> None:
    assert [each["id"] for each in pipe.pipes()] == ["sourcebook"]
    pipe.valves.libraries = "sample.library, news"
    assert [each["id"] for each in pipe.pipes()] == ["sample.library", "news"]
    text, _ = ask(pipe, QUESTION, model="function.news")
    assert "no library is named 'news'" in text


def test_what_is_wrong_is_said_in_the_chat(pipe: Any, server: RunningApi) -> None:
    assert "empty" in ask(pipe, " ")[0]
    pipe.valves.url = "http://127.0.0.1:9"
    assert ask(pipe, QUESTION)[0].endswith("is it running?")
    assert server.url


def test_the_head_of_the_file_is_what_open_webui_reads() -> None:
    lines = inspect.getsource(open_webui).splitlines()
    assert lines[0] == '"""'
    head = lines[1 : lines.index('"""', 1)]
    found = {line.partition(": ")[0] for line in head if re.match(r"[a-z_]+: .", line)}
    assert found >= {"title", "description", "requirements", "version"}
    imported = re.findall(r"^(?:from|import) ([\w.]+)", inspect.getsource(open_webui), re.M)
    assert not any(name.startswith("sourcebook") for name in imported)
