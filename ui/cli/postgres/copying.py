"""`sourcebook copy`: a library in another place, in a folder or in PostgreSQL."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from sourcebook.ui.cli.options import JsonOption, find_library

__all__ = ["copy"]


def copy(
    old: Annotated[
        os.PathLike[str],
        typer.Argument(
            metavar="OLD",
            parser=find_library,
            help="A library by its name, its folder or its address.",
            show_default=False,
        ),
    ],
    new: Annotated[
        os.PathLike[str],
        typer.Argument(
            metavar="NEW",
            parser=find_library,
            help="Where the copy is made: a folder, or postgresql://host/database?library=NAME.",
            show_default=False,
        ),
    ],
    json: JsonOption = False,
) -> None:
    """Copy a library to another place, with its vectors: nothing is read or embedded again.

    Interrupted, the same command goes on. In the end every document is compared in both places, by
    count and SHA-256. The old library stays as it is.
    """
    from sourcebook.index.copying import copy_library
    from sourcebook.ui.cli.interrupts import stop_on_interrupt
    from sourcebook.ui.cli.terminal import progress
    from sourcebook.ui.render import count
    from sourcebook.ui.render.text import to_json

    with progress("Copying") as show, stop_on_interrupt() as stop:
        report = copy_library(
            old, new, on_progress=lambda p: show(p.done, p.total, p.current), stop=stop.is_set
        )
    if json:
        print(to_json(report.to_dict()))
    elif report.stopped:
        print("Stopped: the same command goes on.")
    else:
        amount = f"{count(report.documents, 'article')}, {count(report.passages, 'passage')}"
        print(f"The same in both places: {amount}, SHA-256 {report.sha256}.")
    if report.stopped:
        raise typer.Exit(130)
