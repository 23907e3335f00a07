"""`sourcebook verify`: a text by anybody is checked against the articles."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from sourcebook.ui.cli.options import JsonOption, LibraryOption, load_settings, open_library

__all__ = ["NOT_SUPPORTED", "verify"]

NOT_SUPPORTED = 3
"""Exit status where a statement is not supported."""

_MAX_WIDTH = 100
_LARGEST = 4_000_000
"""Bytes of a file that are read, to tell how long its text is."""


def verify(
    file: Annotated[
        str, typer.Argument(metavar="[FILE]", help="A text or Markdown file; - is standard input.")
    ] = "-",
    library: LibraryOption = None,
    *,
    text: Annotated[str | None, typer.Option("--text", help="The text itself.")] = None,
    json: JsonOption = False,
) -> None:
    """Check a text by anybody, sentence by sentence, against the articles, without the model.

    Says of each sentence by which quote it is supported, which of its words stand in no source, or
    which article says otherwise. Exit status: 0 where every statement is supported, 3 where one is
    not.
    """
    from sourcebook.rag import verify as verify_text
    from sourcebook.ui.cli.terminal import progress
    from sourcebook.ui.render.review import review_text
    from sourcebook.ui.render.text import to_json

    words = text if text is not None else _read(file)
    with (
        open_library(library, load_settings()) as opened_library,
        progress("Checking the sentences") as show,
    ):
        show(0, None, "")
        review = verify_text(opened_library, words)
    if json:
        print(to_json(review.to_dict()))
    else:
        width = min(shutil.get_terminal_size().columns, _MAX_WIDTH)
        print(review_text(review, width if sys.stdout.isatty() else None), end="")
    if not review.is_supported:
        raise typer.Exit(NOT_SUPPORTED)


def _read(file: str) -> str:
    from sourcebook.index.errors import SourceNotFound, UnreadableFile

    if file == "-":
        if sys.stdin.isatty():
            raise SourceNotFound("give a FILE, --text, or a text on standard input")
        data = sys.stdin.buffer.read(_LARGEST)
    else:
        try:
            with Path(file).expanduser().open("rb") as stream:
                data = stream.read(_LARGEST)
        except FileNotFoundError:
            raise SourceNotFound(f"no such file: {file}; --text gives the text itself") from None
        except OSError as error:
            raise UnreadableFile(f"cannot read {file} ({error.strerror})") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile(
            f"{file} is no text in UTF-8: `sourcebook verify` reads text and Markdown"
        ) from None
