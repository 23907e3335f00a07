"""Options that commands of several groups take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]

LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        envvar="SOURCEBOOK_LIBRARY",
        metavar="DIR",
        help="Folder of the library. Default: in the user's data folder.",
    ),
]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Fetch nothing, whatever the sources name.")
]
