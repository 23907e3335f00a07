"""The protocol over standard input and output: one agent, started by its host."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from sourcebook.ui.api.security.callers import SCOPES, Caller
from sourcebook.ui.api.service import Service
from sourcebook.ui.state import OpenLibraries

from .server import make_server
from .toolbox import Toolbox

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Chatbot

__all__ = ["serve_stdio"]

_HOST = Caller("this machine", frozenset(SCOPES))


async def serve_stdio(library: Library, chatbot: Chatbot, writes: bool = False) -> None:
    """Serve until standard input ends. What anything prints goes to standard error meanwhile.

    Args:
        library: the first one; others are opened by their names.
        chatbot: answers questions about it.
        writes: whether the tools that change a library are offered.
    """
    from mcp.server.stdio import stdio_server

    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    libraries = OpenLibraries(library, chatbot)
    toolbox = Toolbox(Service(libraries), reads_files=True)
    server = make_server(toolbox, lambda _: _HOST, writes=writes)
    try:
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())
    finally:
        libraries.stop_all()
        libraries.close()
