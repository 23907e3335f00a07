"""`sourcebook reindex`: a library is given another embedder."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from sourcebook.ui.cli.options import JsonOption, LibraryOption

__all__ = ["reindex"]


def reindex(
    embedder: Annotated[
        str,
        typer.Option(
            "--embedder",
            metavar="NAME_OR_FOLDER",
            help="A model by its name, a sentence-transformers folder, or a server.",
            show_default=False,
        ),
    ],
    library: LibraryOption = None,
    json: JsonOption = False,
) -> None:
    """Give the library another embedder: all passages are embedded anew.

    Until the last one is, the library answers by the old vectors; then all change at once.
    Interrupted, the same command goes on where it was.
    """
    from sourcebook.index.maintenance.reindexing import reindex as reindex_library
    from sourcebook.ui.cli.interrupts import stop_on_interrupt
    from sourcebook.ui.cli.options import load_settings
    from sourcebook.ui.cli.terminal import progress
    from sourcebook.ui.render import count
    from sourcebook.ui.render.text import to_json

    from .examining import embedder_of

    encoder = embedder_of(embedder)
    with stop_on_interrupt() as stop, progress("Embedding") as show:
        result = reindex_library(
            library,
            encoder,
            on_progress=lambda count, total: show(count, total, ""),
            stop=stop.is_set,
        )
    if json:
        print(to_json({**asdict(result), "embedder": encoder.name}))
    elif result.is_complete:
        print(f"The vectors of {encoder.name} are in use now: {count(result.passages, 'passage')}.")
        setting = load_settings().embedder
        if setting and setting != embedder:
            print(f"Set SOURCEBOOK_EMBEDDER={embedder}: by the settings it is {setting}.")
    else:
        print(
            f"{result.embedded + result.earlier:,} of {count(result.passages, 'passage')} are "
            "embedded. The library answers by the old vectors; the same command goes on."
        )
    if not result.is_complete:
        raise typer.Exit(130)
