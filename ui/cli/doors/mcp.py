"""`sourcebook mcp`: the library for an agent, over standard input and output."""

from __future__ import annotations

from typing import Annotated

import typer

from sourcebook.ui.cli.options import (
    LibraryOption,
    OfflineServingOption,
    load_settings,
    open_library,
)

__all__ = ["mcp"]


def mcp(
    library: LibraryOption = None,
    write: Annotated[
        bool, typer.Option("--write", help="Also offer the tools that add and remove articles.")
    ] = False,
    offline: OfflineServingOption = False,
) -> None:
    """Serve the library to an agent (Model Context Protocol) over standard input and output.

    `sourcebook serve` has the same at /mcp. Needs the extra: pip install 'sourcebook[mcp]'
    """
    from importlib.util import find_spec

    from sourcebook.index.errors import SettingsError

    if find_spec("mcp") is None:
        raise SettingsError("the package mcp is missing: pip install 'sourcebook[mcp]'")

    import anyio

    from sourcebook.rag import Chatbot
    from sourcebook.ui.api.mcp.stdio import serve_stdio

    settings = load_settings(offline=offline)
    with (
        open_library(library, settings) as opened_library,
        Chatbot(opened_library, settings=settings) as chatbot,
    ):
        anyio.run(serve_stdio, opened_library, chatbot, write)
