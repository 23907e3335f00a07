"""The tools over streamable HTTP, with the protocol's own client, of this year and of last year."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import httpx2
import pytest
from api_server import QUESTION, QUOTE, SENTENCE, UNANSWERABLE, RunningApi, sample_server
from jsonschema import Draft202012Validator
from late import late_import

if TYPE_CHECKING:
    import mcp_types
    from mcp.client.client import Client
    from mcp_types import CallToolResult
else:
    mcp_types = late_import("mcp_types")

from sourcebook.index import make_document

T = TypeVar("T")
READS = ["ask", "search", "read", "list", "verify"]


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, 60))


@asynccontextmanager
async def client(
    server: RunningApi, path: str = "/mcp", *, key: str = "", mode: str = "auto"
) -> AsyncIterator[Client]:
    from mcp.client.client import Client
    from mcp.client.streamable_http import streamable_http_client

    headers = {"authorization": f"Bearer {key}"} if key else {}
    async with httpx2.AsyncClient(headers=headers, timeout=60) as http:
        transport = streamable_http_client(f"{server.url}{path}", http_client=http)
        async with Client(transport, mode=mode) as connected:
            yield connected


async def call(server: RunningApi, tool: str, **arguments: Any) -> CallToolResult:
    async with client(server) as connected:
        return await connected.call_tool(tool, arguments)


def text(result: CallToolResult) -> str:
    block = result.content[0]
    assert isinstance(block, mcp_types.TextContent)
    return block.text


@pytest.mark.parametrize("mode", ["auto", "legacy", "2026-07-28"])
def test_an_agent_gets_the_answer_with_every_citation(server: RunningApi, mode: str) -> None:
    async def ask() -> CallToolResult:
        async with client(server, mode=mode) as connected:
            return await connected.call_tool("ask", {"question": QUESTION})

    result = run(ask())
    answer = server.chatbot.ask(QUESTION).to_dict()
    data = result.structured_content
    assert data["text"] == answer["text"] == f"{SENTENCE} [1]"
    assert not result.is_error
    for given, known in zip(data["citations"], answer["citations"], strict=True):
        assert {key: given[key] for key in known if key != "also"} == {
            key: value for key, value in known.items() if key != "also"
        }
        document = server.library.document(given["document"]["id"])
        assert document.text[given["start"] : given["end"]] == given["quote"] == QUOTE


def test_the_text_has_the_marks_and_links_lead_to_the_quotes(server: RunningApi) -> None:
    async def ask() -> tuple[CallToolResult, str]:
        async with client(server) as connected:
            result = await connected.call_tool("ask", {"question": QUESTION})
            link = next(each for each in result.content if isinstance(each, mcp_types.ResourceLink))
            address, _, fragment = link.uri.partition("#char=")
            contents = (await connected.read_resource(link.uri)).contents[0]
            assert isinstance(contents, mcp_types.TextResourceContents)
            start, end = map(int, fragment.split(","))
            assert (await connected.read_resource(address)).contents[0].mime_type == "text/plain"
            return result, contents.text[start:end]

    result, quoted = run(ask())
    assert f"{SENTENCE} [1]" in text(result)
    assert QUOTE in text(result)
    assert quoted == QUOTE


def test_a_refusal_is_no_error_and_says_why(server: RunningApi) -> None:
    result = run(call(server, "ask", question=UNANSWERABLE))
    assert not result.is_error
    assert result.structured_content["abstained"]
    assert result.structured_content["reason"] in text(result)


def test_every_result_is_what_its_schema_says(server: RunningApi) -> None:
    document = next(iter(server.library.documents())).id
    calls: list[tuple[str, dict[str, Any]]] = [
        ("ask", {"question": QUESTION}),
        ("ask", {"question": UNANSWERABLE}),
        ("ask", {"question": "How many articles are there?"}),
        ("ask", {"question": "Hello"}),
        ("ask", {"question": "Summarise the talks in Geneva.", "kind": "summary"}),
        ("ask", {"question": "Which countries are mentioned?", "kind": "list"}),
        ("ask", {"question": "Compare NATO and the OSCE.", "kind": "comparison"}),
        ("search", {"words": "talks in Geneva", "limit": 3}),
        ("search", {"words": "talks in Geneva", "distinct": True, "neighbours": 1}),
        ("read", {"document": document, "start": 5, "length": 40}),
        ("list", {"words": "geneva"}),
        ("verify", {"text": f"{QUOTE} They took eleven hours. Nobody was there."}),
    ]

    async def check() -> None:
        async with client(server) as connected:
            tools = {tool.name: tool for tool in (await connected.list_tools()).tools}
            for name, arguments in calls:
                result = await connected.call_tool(name, arguments)
                assert not result.is_error, result.content
                schema = tools[name].output_schema
                assert schema is not None
                Draft202012Validator(schema).validate(result.structured_content)

    run(check())


def test_passages_are_told_once_and_shown_with_their_neighbours(
    sample_folder: Path, tmp_path: Path
) -> None:
    with sample_server(sample_folder, tmp_path) as own:
        library = own.library
        article = next(iter(library.documents())).text
        again = make_document(f"{article} So it was.", title="The same once more", url="x:1")
        library.add_documents([again])
        words = article[:80]
        both, once = (
            run(call(own, "search", words=words, distinct=distinct, neighbours=1, limit=2))
            for distinct in (False, True)
        )
        first, second = both.structured_content["hits"]
        assert first["passage"]["text"] == second["passage"]["text"]
        hit, other = once.structured_content["hits"]
        assert hit["passage"]["text"] == first["passage"]["text"] != other["passage"]["text"]
        assert {hit["document"]["id"], hit["twins"][0]["document"]} == {
            first["document"]["id"],
            second["document"]["id"],
        }
        passages = list(library.passages(hit["document"]["id"]))
        place = [passage.id for passage in passages].index(hit["passage"]["id"])
        for name, beside in (
            ("before", passages[:place][-1:]),
            ("after", passages[place + 1 :][:1]),
        ):
            assert [each["text"] for each in hit[name]] == [passage.text for passage in beside]
            for passage in beside:
                assert " ".join(passage.text.split()) in text(once)


def test_reading_tools_alone_are_offered_and_say_so(server: RunningApi) -> None:
    async def names(path: str) -> dict[str, bool | None]:
        async with client(server, path) as connected:
            tools = (await connected.list_tools()).tools
            return {
                tool.name: tool.annotations.read_only_hint for tool in tools if tool.annotations
            }

    assert run(names("/mcp")) == dict.fromkeys(READS, True)
    assert run(names("/mcp/write")) == {**dict.fromkeys(READS, True), "add": False, "remove": False}
    refused = run(call(server, "remove", document="x"))
    assert refused.is_error
    assert "there is no tool 'remove'" in text(refused)


def test_the_app_shows_an_answer_and_needs_no_server(server: RunningApi) -> None:
    async def read() -> tuple[Any, Any]:
        async with client(server) as connected:
            tools = (await connected.list_tools()).tools
            meta = next(tool.meta for tool in tools if tool.name == "ask")
            assert meta
            page = (await connected.read_resource(meta["ui"]["resourceUri"])).contents[0]
            return meta, page

    _, page = run(read())
    assert page.mime_type == "text/html;profile=mcp-app"
    assert page.meta["ui"]["csp"] == {"connectDomains": [], "resourceDomains": []}
    assert "function renderAnswer" in page.text
    assert "/* answer" not in page.text
    assert "http://" not in page.text.replace("https?:", "")


def test_articles_are_resources_a_page_at_a_time(server: RunningApi) -> None:
    async def count() -> int:
        async with client(server) as connected:
            return len((await connected.list_resources()).resources)

    assert run(count()) == len(server.library) + 1  # the app is one too


def test_a_long_list_goes_on_behind_its_cursor(server: RunningApi) -> None:
    async def titles() -> list[str]:
        found: list[str] = []
        async with client(server) as connected:
            cursor = None
            while True:
                arguments = {"limit": 5} | ({"cursor": cursor} if cursor else {})
                data = (await connected.call_tool("list", arguments)).structured_content
                found += [each["title"] for each in data["documents"]]
                cursor = data["next_cursor"]
                if cursor is None:
                    return found

    assert run(titles()) == [document.title for document in server.library.documents()]


def test_progress_tells_the_evidence_and_the_draft(server: RunningApi) -> None:
    heard: list[str | None] = []

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append(message)

    async def ask() -> None:
        async with client(server) as connected:
            await connected.call_tool("ask", {"question": QUESTION}, progress_callback=hear)

    run(ask())
    assert heard[0]
    assert heard[0].endswith("found")
    assert "".join(word or "" for word in heard[1:]) == SENTENCE


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("ask", {}, "question: Field required"),
        ("ask", {"question": " "}, "empty"),
        ("ask", {"question": "x" * 3000}, "the limit is"),
        ("ask", {"question": QUESTION, "library": "nowhere"}, "nowhere"),
        ("ask", {"question": QUESTION, "colour": "red"}, "colour: Extra inputs"),
        ("search", {"words": "x", "limit": 1000}, "limit: Input should be less"),
        ("read", {"document": "nothing"}, "nothing"),
        ("list", {"cursor": "x"}, "is no cursor"),
        ("verify", {"text": ""}, "empty"),
        ("shred", {}, "there is no tool 'shred'"),
    ],
)
def test_wrong_calls_are_told_in_one_line(
    server: RunningApi, tool: str, arguments: dict[str, Any], words: str
) -> None:
    result = run(call(server, tool, **arguments))
    assert result.is_error
    assert words in text(result)
    assert "\n" not in text(result)


@pytest.mark.parametrize(
    "address", ["sourcebook://nowhere/x", "sourcebook://sample.library/", "file:///etc/passwd", "x"]
)
def test_an_unknown_resource_is_told_in_one_line(server: RunningApi, address: str) -> None:
    from mcp.shared.exceptions import MCPError

    async def read() -> str:
        async with client(server) as connected:
            with pytest.raises(MCPError) as caught:
                await connected.read_resource(address)
            return caught.value.error.message

    message = run(read())
    assert message
    assert "\n" not in message


def test_no_stream_is_held_open_for_what_nobody_says(server: RunningApi) -> None:
    headers = {"accept": "text/event-stream"}
    response = httpx2.get(f"{server.url}/mcp", headers=headers)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"DELETE", "POST"}


def test_the_key_of_a_request_decides_what_its_tools_may_do(
    sample_folder: Path, tmp_path: Path
) -> None:
    with sample_server(sample_folder, tmp_path) as own:
        asks = own.keys.create("asks", ["ask"], None)
        elsewhere = own.keys.create("elsewhere", ["ask", "read"], ["news"])
        writes = own.keys.create("writes", ["ask", "read", "write"], None)

        async def use(key: str, tool: str, path: str = "/mcp", **arguments: Any) -> CallToolResult:
            async with client(own, path, key=key) as connected:
                return await connected.call_tool(tool, arguments)

        assert not run(use(asks, "ask", question=QUESTION)).is_error
        for refused in (
            run(use(asks, "list")),
            run(use(elsewhere, "ask", question=QUESTION, library="sample.library")),
            run(use(asks, "remove", "/mcp/write", document="x")),
        ):
            assert refused.is_error
            assert "this key" in text(refused)
        local = run(use(writes, "add", "/mcp/write", sources=["/etc/hosts"]))
        assert "is no web address" in text(local)
        document = next(iter(own.library.documents())).id
        removed = run(use(writes, "remove", "/mcp/write", document=document))
        assert removed.structured_content["removed"]["id"] == document
        assert document not in {each.id for each in own.library.documents()}
        for key in ("", "wrong"):
            headers = {"authorization": f"Bearer {key}"} if key else {}
            response = httpx2.post(f"{own.url}/mcp", json={"method": "ping"}, headers=headers)
            assert response.status_code == 401
