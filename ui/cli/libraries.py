"""`sourcebook libraries`: several libraries with names: made, used, renamed, deleted, erased."""

from __future__ import annotations

import os
import shlex
import sys
from typing import Annotated

import typer

from .options import JsonOption

__all__ = ["app", "ask_first"]

app = typer.Typer(help="Several libraries: made, used, renamed, deleted.", rich_markup_mode=None)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")]


@app.callback(invoke_without_command=True)
def libraries(context: typer.Context) -> None:
    """Several libraries with names. `--library NAME` takes one for one command."""
    if context.invoked_subcommand is None:
        show_libraries()


@app.command(name="list")
def show_libraries(json: JsonOption = False) -> None:
    """List them; * stands at the one that is opened when none is named."""
    from sourcebook.index.libraries.catalogue import Libraries
    from sourcebook.ui.render.text import to_json

    libraries = Libraries()
    default = libraries.current()
    rows = [(place, place.documents()) for place in libraries.entries()]
    if json:
        print(
            to_json(
                [
                    {
                        "name": place.name,
                        "folder": str(place.folder),
                        "articles": articles,
                        "chosen": place == default,
                    }
                    for place, articles in rows
                ]
            )
        )
        return
    width = max(len(place.name) for place, _ in rows)
    for place, articles in rows:
        mark = "*" if place == default else " "
        number = "cannot be read" if articles is None else f"{articles:,} articles"
        print(f"{mark} {place.name:{width}}  {number:>14}  {place.folder}")


@app.command()
def create(name: NameArgument) -> None:
    """Make an empty library."""
    from sourcebook.index.libraries.catalogue import Libraries

    place = Libraries().create(name)
    print(f"Made {place.name} in {place.folder}. `sourcebook libraries use` opens it from now on.")


@app.command()
def use(name: NameArgument) -> None:
    """Open this one from now on, where no other is named."""
    from sourcebook.index.libraries.catalogue import Libraries

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
    from sourcebook.index.libraries.catalogue import Libraries

    place = Libraries().rename(name, new)
    print(f"It is named {place.name} now, and lies in {place.folder}.")


@app.command()
def delete(name: NameArgument, yes: YesOption = False) -> None:
    """Move a library to the trash, after a question. `restore` brings it back."""
    from sourcebook.index.libraries.catalogue import Libraries
    from sourcebook.ui.render.listing import holds_text

    libraries = Libraries()
    place = libraries.entry(name)
    if place.exists:
        ask_first(f"{place.name} holds {holds_text(place)}: --yes deletes it without asking",
             f"Delete {place.name}, with {holds_text(place)}?", yes)  # fmt: skip
    folder = libraries.delete(place.name)
    print(
        f"Deleted {place.name}. It lies in {folder} until the trash is emptied; "
        f"`sourcebook libraries restore {shlex.quote(place.name)}` brings it back."
    )


@app.command()
def restore(
    name: NameArgument,
    new: Annotated[
        str | None,
        typer.Option("--as", metavar="NEW", help="Under another name, where its own is taken."),
    ] = None,
) -> None:
    """Bring back a library that was deleted, the last of that name."""
    from sourcebook.index.libraries.catalogue import Libraries
    from sourcebook.ui.render.listing import holds_text

    place = Libraries().restore(name, new)
    print(f"{place.name} is back, with {holds_text(place)}, in {place.folder}.")


@app.command()
def trash(json: JsonOption = False) -> None:
    """List the libraries that were deleted, the last first, and how large they are."""
    from sourcebook.index.libraries.catalogue import Libraries
    from sourcebook.ui.render import size_text
    from sourcebook.ui.render.listing import deleted_to_dict, deleted_total, holds_text
    from sourcebook.ui.render.text import to_json

    entries = Libraries().trash()
    if json:
        print(to_json([deleted_to_dict(library) for library in entries]))
        return
    width = max((len(library.name) for library in entries), default=0)
    for library in entries:
        when = library.when.astimezone().strftime("%Y-%m-%d %H:%M")
        print(
            f"{library.name:{width}}  deleted {when}  "
            f"{size_text(library.size()):>8}  {holds_text(library)}"
        )
    print(f"In the trash: {deleted_total(entries)}." if entries else "The trash is empty.")


@app.command(name="empty-trash")
def empty_trash(yes: YesOption = False) -> None:
    """Erase the libraries that were deleted, after a question. Nothing brings them back."""
    from sourcebook.index.errors import LibraryError
    from sourcebook.index.libraries.catalogue import Libraries
    from sourcebook.ui.render.listing import deleted_total, libraries_count

    libraries = Libraries()
    entries = libraries.trash()
    if not entries:
        print("The trash is empty.")
        return
    total = deleted_total(entries)
    ask_first(f"the trash holds {total}: --yes erases them for good without asking",
         f"Erase {total} for good? Nothing brings it back.", yes)  # fmt: skip
    # Those that the question was about: another may have been deleted meanwhile.
    problems: list[str] = []
    for library in entries:
        try:
            libraries.erase(library)
        except LibraryError as error:
            problems.append(str(error))
    print(f"Erased {libraries_count(len(entries) - len(problems))}.")
    if problems:
        raise LibraryError("; ".join(problems))


def ask_first(refusal: str, question: str, yes: bool) -> None:
    """Go on where the answer is yes.

    Args:
        refusal: the error where nobody can be asked.
        question: asked on the terminal; where the answer is no, the command ends.
        yes: it need not be asked.

    Raises:
        LibraryError: nobody can be asked.
    """
    from sourcebook.index.errors import LibraryError

    if yes:
        return
    if not sys.stdin.isatty():
        raise LibraryError(refusal)
    if not typer.confirm(question, default=False, err=True):
        raise typer.Exit(1)
