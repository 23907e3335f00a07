"""The examples of the README, at most ten lines each: they run as they are written."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_server import QUOTE, SENTENCE, RunningApi, sample_server

from sourcebook.index import Library
from sourcebook.rag.testing import HashEmbedder, ScriptedModel

EXAMPLES = Path(__file__).resolve().parents[1] / "data" / "examples"
NAMES = sorted(path.name for path in EXAMPLES.iterdir())
ADDRESS = "http://127.0.0.1:7861"


@pytest.fixture(scope="module")
def server(sample_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApi]:
    with sample_server(sample_folder, tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def news(sample_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library ``news.library`` in the folder where the example runs, and models without files."""
    shutil.copytree(sample_folder, tmp_path / "news.library")
    monkeypatch.chdir(tmp_path)
    opened = Library.open

    def open_with(folder: str, **more: Any) -> Library:
        return opened(folder, embedder=HashEmbedder(), **more)

    monkeypatch.setattr(Library, "open", open_with)
    monkeypatch.setattr(
        "sourcebook.rag.chatbot.make_language_model", lambda _: ScriptedModel(SENTENCE)
    )


@pytest.mark.parametrize("name", NAMES)
def test_an_example_has_at_most_ten_lines(name: str) -> None:
    rows = (EXAMPLES / name).read_text("utf-8").splitlines()
    assert 2 < len([row for row in rows if row.strip()]) <= 10


@pytest.mark.parametrize("name", NAMES)
def test_an_example_stands_in_the_readme(name: str) -> None:
    text = (EXAMPLES / name).read_text("utf-8")
    assert text in (EXAMPLES.parents[2] / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".py")])
def test_an_example_prints_the_quote(
    name: str, server: RunningApi, news: None, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (EXAMPLES / name).read_text("utf-8").replace(ADDRESS, server.url)
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), names)
    assert QUOTE in capsys.readouterr().out
    if library := names.get("library"):
        library.close()


def test_the_page_names_the_element_and_its_script(server: RunningApi) -> None:
    """In a browser: tests/browser/test_element.py."""
    text = (EXAMPLES / "widget.html").read_text("utf-8")
    assert f'<script src="{ADDRESS}/api/widget/chat.js" defer></script>' in text
    assert "<sourcebook-chat library=" in text


def test_a_host_is_told_a_command_that_there_is() -> None:
    """Run as hosts run it: tests/ui/api/mcp/test_stdio.py."""
    from sourcebook.ui.cli.app import app

    told = json.loads((EXAMPLES / "mcp_host.json").read_text("utf-8"))
    command = told["mcpServers"]["sourcebook"]
    assert command["command"] == "sourcebook"
    assert command["args"][0] in {each.name for each in app.registered_commands}
