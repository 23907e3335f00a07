"""`sourcebook libraries`: several libraries with names, and which of them is asked."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from .options import JsonOption

__all__ = ["app"]

app = typer.Typer(help="Several libraries: list, create, use.", rich_markup_mode=None)

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
