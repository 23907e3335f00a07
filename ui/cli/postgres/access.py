"""`sourcebook access`: who may read what of a library in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from sourcebook.ui.cli.options import JsonOption, LibraryOption

if TYPE_CHECKING:
    from sourcebook.index.postgres import PostgresStore

__all__ = ["app"]

app = typer.Typer(
    help="Say which roles of a PostgreSQL server may read a library, and which of its articles.",
    no_args_is_help=True,
)

RoleArgument = Annotated[
    str, typer.Argument(metavar="ROLE", help="A role of the server.", show_default=False)
]
DocumentsArgument = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Ids (see `sourcebook list`).", show_default=False),
]


@app.command()
def give(role: RoleArgument, library: LibraryOption = None) -> None:
    """Let a role search the library: all articles but those restricted to others."""
    from sourcebook.index.postgres.access import give_reading

    with _open(library) as store:
        give_reading(store, role)
    print(f"{role} may read {store.place}.")


@app.command()
def take(role: RoleArgument, library: LibraryOption = None) -> None:
    """Let a role search the library no more."""
    from sourcebook.index.postgres.access import take_reading

    with _open(library) as store:
        take_reading(store, role)
    print(f"{role} may not read {store.place} any more.")


@app.command()
def restrict(
    documents: DocumentsArgument,
    to: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="ROLE", help="May be repeated. None: every reader."),
    ] = None,
    library: LibraryOption = None,
) -> None:
    """Let only members of some roles read articles, also when these are read again."""
    from sourcebook.index.postgres.access import restrict as restrict_documents
    from sourcebook.ui.render import count

    roles = to or []
    with _open(library) as store:
        restrict_documents(store, documents, roles)
    readers = f"members of {', '.join(roles)} alone" if roles else "every reader of the library"
    print(f"{count(len(documents), 'article')}: for {readers}.")


@app.command()
def show(
    documents: DocumentsArgument, library: LibraryOption = None, json: JsonOption = False
) -> None:
    """Show which roles articles are restricted to."""
    from sourcebook.index.postgres.access import readers_of
    from sourcebook.ui.render.text import to_json

    with _open(library) as store:
        readers = {document: readers_of(store, document) for document in documents}
    if json:
        print(to_json(readers))
        return
    for document, roles in readers.items():
        print(f"{document}  {', '.join(roles) or 'every reader of the library'}")


@contextmanager
def _open(library: os.PathLike[str] | None) -> Iterator[PostgresStore]:
    from sourcebook.index.errors import LibraryError
    from sourcebook.index.libraries.address import Address
    from sourcebook.index.libraries.catalogue import default_folder

    place = library if library is not None else default_folder()
    if not isinstance(place, Address):
        raise LibraryError(
            f"{place} is a folder, which the system's permissions guard: name a library in "
            "PostgreSQL with --library"
        )
    from sourcebook.index.postgres import PostgresStore

    store = PostgresStore(place, create=False)
    try:
        yield store
    finally:
        store.close()
