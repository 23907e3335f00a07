"""`sourcebook libraries`: several libraries with names: made, used, renamed, deleted."""

from __future__ import annotations

import os
import shlex
import sys
from typing import Annotated

import typer

from .options import JsonOption

__all__ = ["app"]

app = typer.Typer(help="Several libraries: made, used, renamed, deleted.", rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


@app.callback(invoke_without_command=True)
def libraries(context: typer.Context) -> None:
    """Several libraries with names. `--library NAME` takes one for one command."""
    if context.invoked_subcommand is None:
        show_libraries()


@app.command(name="list")
def show_libraries(json: JsonOption = False) -> None:
    """List them; * stands at the one that is opened when none is named."""
    from ..index.libraries import Libraries
    from .render import to_json

    libraries = Libraries()
    chosen = libraries.chosen()
    rows = [(place, place.documents()) for place in libraries.places()]
    if json:
        print(
            to_json(
                [
                    {
                        "name": place.name,
                        "folder": str(place.folder),
                        "articles": articles,
                        "chosen": place == chosen,
                    }
                    for place, articles in rows
                ]
            )
        )
        return
    width = max(len(place.name) for place, _ in rows)
    for place, articles in rows:
        mark = "*" if place == chosen else " "
        number = "cannot be read" if articles is None else f"{articles:,} articles"
        print(f"{mark} {place.name:{width}}  {number:>14}  {place.folder}")


@app.command()
def create(name: NameArgument) -> None:
    """Make an empty library."""
    from ..index.libraries import Libraries

    place = Libraries().create(name)
    print(f"Made {place.name} in {place.folder}. `sourcebook libraries use` opens it from now on.")


@app.command()
def use(name: NameArgument) -> None:
    """Open this one from now on, where no other is named."""
    from ..index.libraries import Libraries

    place = Libraries().choose(name)
    print(f"{place.name} is opened from now on. The others stay as they are.")
    if "SOURCEBOOK_LIBRARY" in os.environ:
        print("But SOURCEBOOK_LIBRARY is set: while it is, it goes before this choice.")


@app.command()
def rename(
    name: Annotated[str, typer.Argument(metavar="OLD", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", show_default=False)],
) -> None:
    """Give a library another name, and its folder with it."""
    from ..index.libraries import Libraries

    place = Libraries().rename(name, new)
    print(f"It is named {place.name} now, and lies in {place.folder}.")


@app.command()
def delete(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Delete without asking.")] = False,
) -> None:
    """Move a library to the trash, after a question. `restore` brings it back."""
    from ..index.errors import LibraryError
    from ..index.libraries import Libraries
    from .listing import holds_text

    libraries = Libraries()
    place = libraries.place(name)
    if place.made and not yes:
        if not sys.stdin.isatty():
            raise LibraryError(
                f"{place.name} holds {holds_text(place)}: --yes deletes it without asking"
            )
        question = f"Delete {place.name}, with {holds_text(place)}?"
        if not typer.confirm(question, default=False, err=True):
            raise typer.Exit(1)
    now = libraries.delete(place.name)
    print(
        f"Deleted {place.name}. It lies in {now} until you erase that folder; "
        f"`sourcebook libraries restore {shlex.quote(place.name)}` brings it back."
    )


@app.command()
def restore(name: NameArgument) -> None:
    """Bring back a library that was deleted, the last of that name."""
    from ..index.libraries import Libraries
    from .listing import holds_text

    place = Libraries().restore(name)
    print(f"{place.name} is back, with {holds_text(place)}, in {place.folder}.")
