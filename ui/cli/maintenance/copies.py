"""`sourcebook backup` and `restore`: a library in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sourcebook.ui.cli.libraries import ask_first
from sourcebook.ui.cli.options import JsonOption, LibraryOption

if TYPE_CHECKING:
    from sourcebook.index.maintenance.backup import Backup

__all__ = ["backup", "restore"]

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", show_default=False)]


def backup(file: FileArgument, library: LibraryOption = None, json: JsonOption = False) -> None:
    """Copy the library to FILE: articles, uploaded files, conversations.

    A page may be open and articles may be added meanwhile. An earlier backup of that name is
    replaced once the new one is complete.
    """
    from sourcebook.index.maintenance.backup import back_up
    from sourcebook.ui.render.text import to_json

    result = back_up(library, file)
    print(to_json(result.to_dict()) if json else f"Copied {_content(result)} to {file}.")


def restore(
    file: FileArgument,
    library: LibraryOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
    json: JsonOption = False,
) -> None:
    """Bring a library back from FILE, in place of what is there, after a question.

    A page may be open meanwhile; it answers from what was restored.
    """
    from sourcebook.index.maintenance.restoring import count_articles
    from sourcebook.index.maintenance.restoring import restore as restore_library
    from sourcebook.ui.render import count
    from sourcebook.ui.render.text import to_json

    articles = count_articles(library)
    if articles:
        text = f"Replace {count(articles, 'article')} by those in {file}?"
        ask_first(f"{text} --yes does it without asking", text, yes)
    result = restore_library(file, library, replace=True)
    print(to_json(result.to_dict()) if json else f"Restored {_content(result)} from {file}.")


def _content(result: Backup) -> str:
    from sourcebook.ui.render import count

    return (
        f"{count(result.documents, 'article')} and {count(result.uploads, 'uploaded file')} "
        f"of {result.folder}, as they were on {result.made:%Y-%m-%d at %H:%M} UTC"
    )
