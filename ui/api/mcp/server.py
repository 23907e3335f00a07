"""The MCP server: its handlers, over one toolbox, for any transport."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from mcp.server.lowlevel.server import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)
from pydantic import ValidationError

from sourcebook.index.errors import SourcebookError
from sourcebook.index.machine import package_version

from .addresses import TEMPLATE, document_address, parse_address
from .app import ANSWER_APP, EXTENSION_ID, app_contents, app_resource
from .content import PLAIN_TEXT, text_content
from .errors import ToolUnknown, describe
from .toolbox import Call, Report, Toolbox
from .tools import ToolEntry, offered

if TYPE_CHECKING:
    from mcp.server.context import ServerRequestContext

    from sourcebook.ui.api.security.callers import Caller

__all__ = ["make_server"]

_log = logging.getLogger(__name__)
_PAGE = 200
_INSTRUCTIONS = (
    "Sourcebook answers from the reader's own articles. Prefer `ask`: each sentence of its answer "
    "carries [n], which is a quote at its place in an article. Keep the marks, and name the "
    "sources. What the articles do not state, it refuses; say so then."
)


def make_server(
    toolbox: Toolbox, find_caller: Callable[[Any], Caller], *, writes: bool = False
) -> Server[Any]:
    """Return a server.

    Args:
        toolbox: what the tools do.
        find_caller: returns who sent a request; it gets the HTTP request, None over stdio.
        writes: whether the tools that change a library are offered.
    """
    handlers = _Handlers(toolbox, find_caller, {tool.name: tool for tool in offered(writes=writes)})
    server: Server[Any] = Server(
        "sourcebook",
        title="Sourcebook",
        version=package_version("sourcebook") or "0",
        instructions=_INSTRUCTIONS,
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
        on_list_resources=handlers.list_resources,
        on_list_resource_templates=handlers.list_templates,
        on_read_resource=handlers.read_resource,
        get_tool_input_schema=handlers.input_schema,
    )
    server.extensions[EXTENSION_ID] = {}
    server.middleware.clear()  # its one entry tells OpenTelemetry of each message
    return server


class _Handlers:
    """What the server does with each kind of message."""

    def __init__(
        self,
        toolbox: Toolbox,
        find_caller: Callable[[Any], Caller],
        tools: dict[str, ToolEntry],
    ) -> None:
        self._toolbox, self._find_caller, self._tools = toolbox, find_caller, tools

    def input_schema(self, name: str) -> dict[str, Any] | None:
        tool = self._tools.get(name)
        return None if tool is None else tool.arguments.model_json_schema()

    async def list_tools(
        self, context: ServerRequestContext[Any, Any], params: PaginatedRequestParams | None
    ) -> ListToolsResult:
        return ListToolsResult(tools=[tool.to_tool() for tool in self._tools.values()])

    async def call_tool(
        self, context: ServerRequestContext[Any, Any], params: CallToolRequestParams
    ) -> CallToolResult:
        try:
            tool = self._tools.get(params.name)
            if tool is None:
                names = ", ".join(self._tools)
                raise ToolUnknown(f"there is no tool {params.name[:60]!r}: there are {names}")
            arguments = tool.arguments.model_validate(params.arguments or {})
            call = Call(self._find_caller(context.request), _reporter(context))
            outcome = await tool.run(self._toolbox, call, arguments)
        except ValidationError as error:
            return _failure(describe(error))
        except SourcebookError as error:
            return _failure(str(error))
        except Exception:  # noqa: BLE001  an agent must not read what it says
            _log.exception("the tool %s failed", params.name[:60])
            return _failure("an unexpected error: the server's terminal says more")
        return CallToolResult(content=outcome.content, structured_content=outcome.data)

    async def list_resources(
        self, context: ServerRequestContext[Any, Any], params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        cursor = params.cursor if params else None
        if cursor is not None and not (cursor.isascii() and cursor.isdigit()):
            raise MCPError(INVALID_PARAMS, "no such cursor: take nextCursor of the page before")
        first = int(cursor or 0)
        try:
            entry, rows = await self._toolbox.rows(self._find_caller(context.request))
        except SourcebookError as error:
            raise MCPError(INVALID_PARAMS, str(error)) from None
        page = rows[first : first + _PAGE]
        resources = [
            Resource(
                uri=document_address(entry.name, row.id),
                name=row.id,
                title=row.title,
                description=row.source,
                mime_type=PLAIN_TEXT,
            )
            for row in page
        ]
        end = first + len(page)
        return ListResourcesResult(
            resources=[*([] if first else [app_resource()]), *resources],
            next_cursor=str(end) if end < len(rows) else None,
        )

    async def list_templates(
        self, context: ServerRequestContext[Any, Any], params: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        template = ResourceTemplate(
            uri_template=TEMPLATE,
            name="article",
            title="An article of a library",
            description="The text that the offsets of quotes count in.",
            mime_type=PLAIN_TEXT,
        )
        return ListResourceTemplatesResult(resource_templates=[template])

    async def read_resource(
        self, context: ServerRequestContext[Any, Any], params: ReadResourceRequestParams
    ) -> ReadResourceResult:
        if params.uri == ANSWER_APP:
            return ReadResourceResult(contents=[app_contents()])
        try:
            library, document_id = parse_address(params.uri)
            caller = self._find_caller(context.request)
            text = await self._toolbox.text(caller, library, document_id)
        except SourcebookError as error:
            raise MCPError(INVALID_PARAMS, str(error), {"uri": params.uri[:500]}) from None
        contents = TextResourceContents(uri=params.uri, mime_type=PLAIN_TEXT, text=text)
        return ReadResourceResult(contents=[contents])


def _reporter(context: ServerRequestContext[Any, Any]) -> Report:
    """Return what sends progress: each report is one step, as the end is not known."""
    steps = 0

    async def report(words: str) -> None:
        nonlocal steps
        steps += 1
        await context.session.report_progress(steps, message=words)

    return report


def _failure(message: str) -> CallToolResult:
    return CallToolResult(content=text_content(message), is_error=True)
