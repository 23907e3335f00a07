"""`sourcebook purge`: what was removed is erased from every file."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from sourcebook.ui.cli.options import JsonOption, LibraryOption

if TYPE_CHECKING:
    from sourcebook.index.maintenance.purging import Files, Purge

__all__ = ["purge"]


def purge(library: LibraryOption = None, json: JsonOption = False) -> None:
    """Erase removed articles from every file of the library, and say what was erased.

    Until then their bytes lie in the database as free room. Conversations stay: what they quote is
    erased when they are deleted. A page may be open meanwhile; it waits for a moment.
    """
    from sourcebook.index.maintenance.purging import purge as purge_library
    from sourcebook.ui.render.text import to_json

    result = purge_library(library)
    print(to_json(asdict(result)) if json else _to_text(result))


def _to_text(result: Purge) -> str:
    from sourcebook.ui.render import one_line

    sizes = f"{_size(result.before)} written anew, now {_size(result.after)}"
    lines = [
        f"databases      {sizes}; {_size(result.free)} were of removed rows",
        f"vectors        {_files(result.vectors)} erased; what is needed is made anew",
        f"model states   {_files(result.states)} erased",
        f"uploads        {_files(result.copies)} of no article erased",
        *(f"left           {one_line(line)}" for line in result.left),
    ]
    return "\n".join(lines)


def _files(files: Files) -> str:
    from sourcebook.ui.render import count

    return f"{count(files.count, 'file')}, {_size(files.bytes)}" if files.count else "no file"


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
