"""Options that commands of several groups take."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.rag import Settings
    from sourcebook.rag.settings import Strictness


COLUMN_FIELDS = ("text", "title", "published", "url", "author", "source", "language", "id")


def find_library(text: str) -> os.PathLike[str]:
    """The folder of a library given by its path or its name, or the address of one."""
    from sourcebook.index.libraries.catalogue import find_folder

    return find_folder(text)


JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
LibraryOption = Annotated[
    os.PathLike[str] | None,
    typer.Option(
        "--library",
        envvar="SOURCEBOOK_LIBRARY",
        metavar="NAME_OR_DIR_OR_ADDRESS",
        parser=find_library,
        help="A library by its name (see `sourcebook libraries`), its folder, or as "
        "postgresql://host/database?library=NAME.",
    ),
]
AlsoOption = Annotated[
    list[str] | None,
    typer.Option(
        "--also",
        metavar="NAME_OR_DIR_OR_ADDRESS",
        help="Another library, searched with the first as if they were one. May be repeated.",
    ),
]
OfflineOption = Annotated[
    bool, typer.Option("--offline", help="Fetch nothing, whatever the sources name.")
]
OfflineServingOption = Annotated[
    bool,
    typer.Option(
        "--offline",
        help="Connect to nothing elsewhere: fetch no URL that is added, and use model servers on "
        "this machine alone.",
    ),
]
ColumnOption = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        metavar="FIELD=NAME",
        help="In JSONL and CSV files, the column that holds a field "
        f"({', '.join(COLUMN_FIELDS)}), where it is not found by its name. May be repeated.",
    ),
]


def parse_columns(options: Iterable[str]) -> dict[str, str]:
    """The values of --column as a mapping. Raises BadParameter."""
    columns: dict[str, str] = {}
    for option in options:
        field, _, column = option.partition("=")
        if field.strip() not in COLUMN_FIELDS or not column.strip():
            raise typer.BadParameter(
                f"{option!r} is not FIELD=NAME with FIELD one of {', '.join(COLUMN_FIELDS)}",
                param_hint="--column",
            )
        columns[field.strip()] = column.strip()
    return columns


__all__ = ["load_settings", "open_library"]


def load_settings(strictness: Strictness | None = None, *, offline: bool = False) -> Settings:
    """The settings with what the command line says. Raises SettingsError."""
    from sourcebook.rag import Settings

    settings = Settings.load()
    if offline:
        settings = settings.updated({"offline": True})
    if strictness is None:
        return settings
    return settings.model_copy(update={"strictness": strictness, "answer_above": None})


def open_library(
    place: os.PathLike[str] | None,
    settings: Settings,
    *,
    create: bool = False,
    offline: bool = False,
) -> Library:
    """Open a library with the embedder of the settings; ``offline``: it must be on this machine."""
    from sourcebook.index import Library
    from sourcebook.rag.models import make_embedder

    limited = settings.model_copy(update={"offline": settings.offline or offline})
    library = Library.open(place, create=create, embedder=make_embedder(limited))
    _tell_of_earlier_reading(library)
    return library


def _tell_of_earlier_reading(library: Library) -> None:
    """Say once, in one line, which articles an earlier version read without their structure."""
    from sourcebook.index.errors import LibraryError
    from sourcebook.ui.render import one_line
    from sourcebook.ui.render.listing import earlier_reading_note

    note = earlier_reading_note(list(library.unstructured().values()))
    if not note:
        return
    try:
        is_new = library.note_once("earlier reading told on the command line")
    except LibraryError:  # another process writes: it is said again the next time
        is_new = True
    if is_new:
        print(f"sourcebook: {one_line(note)}", file=sys.stderr)
