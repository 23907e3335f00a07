"""`sourcebook serve`: the libraries for other programs, through HTTP."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from sourcebook.ui.cli.options import (
    LibraryOption,
    OfflineServingOption,
    load_settings,
    open_library,
)

__all__ = ["OriginOption", "parse_origins", "serve"]

OriginOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-origin",
        metavar="URL",
        help="A web page's origin that may ask, such as https://example.org: its "
        "<sourcebook-chat> element as it is, anything else with a key. May be repeated.",
    ),
]


def serve(
    library: LibraryOption = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but this machine's own needs a key.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 7861,
    *,
    allow_host: Annotated[
        list[str] | None,
        typer.Option(
            "--allow-host",
            metavar="NAME",
            help="A name by which this server is asked, such as one of a proxy; needs a key. May "
            "be repeated.",
        ),
    ] = None,
    allow_origin: OriginOption = None,
    queue: Annotated[
        int, typer.Option(min=1, max=10_000, help="Questions that may wait; more are refused.")
    ] = 64,
    rate: Annotated[
        str, typer.Option(metavar="N/PERIOD", help="Requests of one caller: 600/minute, 5/second.")
    ] = "600/minute",
    offline: OfflineServingOption = False,
) -> None:
    """Serve the libraries to other programs: HTTP, OpenAI, Anthropic, MCP."""
    from sourcebook.rag import Chatbot
    from sourcebook.ui.api.limits import ServerLimits
    from sourcebook.ui.api.security.keys import Keys
    from sourcebook.ui.api.server import ApiServer, check_exposure
    from sourcebook.ui.api.server import serve as serve_api
    from sourcebook.ui.serving import Access, Listener

    settings, keys = load_settings(offline=offline), Keys()
    access = Access(frozenset(allow_host or ()), parse_origins(allow_origin))
    limits = ServerLimits(queue=queue, rate=_check_rate(rate))
    # The port first: nothing is loaded only to find it taken.
    with Listener(host, port, is_public=True) as listener:
        check_exposure(listener, access, keys)
        with open_library(library, settings, create=True) as opened_library:
            if not len(opened_library):
                print(
                    f"The library in {opened_library.place} is empty: `sourcebook add` reads files "
                    "and folders.",
                    file=sys.stderr,
                )
            chatbot = Chatbot(opened_library, settings=settings)
            server = ApiServer(
                opened_library, chatbot, listener, keys=keys, limits=limits, access=access
            )
            serve_api(server, say=lambda line: print(line, flush=True))


def parse_origins(origins: list[str] | None) -> frozenset[str]:
    """Return the values of --allow-origin as browsers write them. Raises BadParameter."""
    from sourcebook.ui.serving import check_origin

    checked: set[str] = set()
    for text in origins or ():
        origin = check_origin(text)
        if origin is None:
            raise typer.BadParameter(
                f"{text!r} is not an origin such as https://example.org",
                param_hint="--allow-origin",
            )
        checked.add(origin)
    return frozenset(checked)


def _check_rate(rate: str) -> str:
    from limits import parse

    try:
        parse(rate)
    except ValueError:
        raise typer.BadParameter(
            f"{rate!r} is not a rate such as 600/minute", param_hint="--rate"
        ) from None
    return rate
