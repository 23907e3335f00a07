"""`sourcebook mcp`, started as a host starts it, with the protocol's own client."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from api_server import QUESTION

from sourcebook.ui.cli.app import main

if TYPE_CHECKING:
    from mcp_types import CallToolResult

COMMAND = [sys.executable, "-c", "from sourcebook.ui.cli import main; main()", "mcp"]


@pytest.fixture
def environment(sample_folder: Path, tmp_path: Path) -> dict[str, str]:
    """The variables of a host that names a library and models that need no files."""
    return {
        **os.environ,
        "SOURCEBOOK_LIBRARY": str(sample_folder),
        "SOURCEBOOK_EMBEDDER": "hash",
        "SOURCEBOOK_LANGUAGE_MODEL": "scripted",
    }


async def talk(
    environment: dict[str, str], calls: list[tuple[str, dict[str, Any]]], *more: str
) -> AsyncIterator[Any]:
    """Yield the result of each call, in one process."""
    from mcp.client.client import Client
    from mcp.client.stdio import StdioServerParameters

    parameters = StdioServerParameters(
        command=COMMAND[0], args=[*COMMAND[1:], *more], env=environment
    )
    async with Client(parameters) as client:
        for name, arguments in calls:
            yield await client.call_tool(name, arguments)


@pytest.mark.slow
def test_an_agent_asks_over_standard_input_and_output(
    environment: dict[str, str], tmp_path: Path
) -> None:
    from mcp_types import TextContent

    article = tmp_path / "bridge.txt"
    article.write_text("The bridge over the Elm was opened in 1873.\n")
    environment["SOURCEBOOK_LIBRARY"] = str(tmp_path / "own.library")
    calls: list[tuple[str, dict[str, Any]]] = [
        ("add", {"sources": [str(article)]}),
        ("ask", {"question": "When was the bridge over the Elm opened?"}),
    ]
    subprocess.run(
        [*COMMAND[:-1], "add", str(article)], env=environment, check=True, capture_output=True
    )

    async def collect() -> list[CallToolResult]:
        return [result async for result in talk(environment, calls, "--write")]

    added, answered = asyncio.run(asyncio.wait_for(collect(), 120))
    assert added.structured_content["counts"]["unchanged"] == 1
    data = answered.structured_content
    assert data["text"] == "The bridge over the Elm was opened in 1873. [1]"
    assert data["citations"][0]["quote"] == "The bridge over the Elm was opened in 1873."
    assert isinstance(answered.content[0], TextContent)


@pytest.mark.slow
def test_nothing_but_the_protocol_is_on_standard_output(environment: dict[str, str]) -> None:
    """A peer of last year, written by hand; whatever is printed would be a line that is no JSON."""
    messages: list[dict[str, Any]] = [
        {
            "id": 1,
            "method": "initialize",
            "params": {
                "protocolVersion": "2025-06-18",
                "capabilities": {},
                "clientInfo": {"name": "test", "version": "1"},
            },
        },
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/list"},
        {
            "id": 3,
            "method": "tools/call",
            "params": {"name": "ask", "arguments": {"question": QUESTION}},
        },
    ]
    process = subprocess.Popen(
        COMMAND,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    with process:
        lines: list[dict[str, Any]] = []
        for message in messages:
            process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        process.stdin.flush()
        while not any(line.get("id") == 3 for line in lines):
            lines.append(json.loads(process.stdout.readline()))
        process.stdin.close()
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest == ""
    by_id = {line["id"]: line["result"] for line in lines if "id" in line}
    assert [tool["name"] for tool in by_id[2]["tools"]] == [
        "ask",
        "search",
        "read",
        "list",
        "verify",
    ]
    assert by_id[3]["structuredContent"]["citations"]


def test_without_the_extra_one_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr("sys.argv", ["sourcebook", "mcp"])
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 1
    assert capsys.readouterr().err == (
        "sourcebook: the package mcp is missing: pip install 'sourcebook[mcp]'\n"
    )
