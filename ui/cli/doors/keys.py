"""`sourcebook keys`: who may ask the server. Made, listed, revoked."""

from __future__ import annotations

from typing import Annotated, cast

import typer

from sourcebook.ui.cli.options import JsonOption

__all__ = ["app"]

app = typer.Typer(
    help="Keys for other programs, and links to quotes: made, listed, revoked.",
    rich_markup_mode=None,
    no_args_is_help=True,
)

_SCOPES = ("ask", "read", "write")

NameArgument = Annotated[str, typer.Argument(metavar="NAME", show_default=False)]


@app.command()
def create(
    name: NameArgument,
    scope: Annotated[
        str,
        typer.Option(
            help="What it allows: ask (questions, searches), read (articles), write (changes); "
            "several with commas."
        ),
    ] = "ask,read",
    library: Annotated[
        list[str] | None,
        typer.Option(
            "--library",
            metavar="LIBRARY",
            help="For this library alone; may be repeated. By default for all.",
        ),
    ] = None,
) -> None:
    """Make a key and print it, this once. From now on, every request needs one."""
    import sys

    from sourcebook.index.libraries.catalogue import Libraries
    from sourcebook.ui.api.security.callers import Scope
    from sourcebook.ui.api.security.keys import Keys

    scopes = [part.strip() for part in scope.split(",") if part.strip()]
    if not scopes or any(part not in _SCOPES for part in scopes):
        raise typer.BadParameter(
            f"{scope!r} is not of {', '.join(_SCOPES)}, with commas", param_hint="--scope"
        )
    catalogue = Libraries()
    names = None if library is None else [catalogue.entry(one).name for one in library]
    print(Keys().create(name, cast("list[Scope]", scopes), names))
    print(
        "sourcebook: this is the only time it is shown. Send it as `Authorization: Bearer KEY`.",
        file=sys.stderr,
    )


@app.command(name="list")
def show_keys(json: JsonOption = False) -> None:
    """List the keys: what they allow, not what they are."""
    from sourcebook.ui.api.security.keys import Keys
    from sourcebook.ui.render.text import to_json

    keys = Keys().all()
    if json:
        rows = [{k: v for k, v in key.to_dict().items() if k != "sha256"} for key in keys]
        print(to_json(rows))
        return
    if not keys:
        print("There is no key: this machine alone may ask, and needs none.")
        return
    width = max(len(key.name) for key in keys)
    for key in keys:
        libraries = "all libraries" if key.libraries is None else ", ".join(key.libraries)
        print(f"{key.name:{width}}  {','.join(key.scopes):14}  {libraries}  since {key.created}")


@app.command()
def revoke(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", show_default=False, help="That of the key.")
    ] = None,
    *,
    links: Annotated[
        bool,
        typer.Option(
            "--links",
            help="All links to quotes in answers up to now: they need a key again.",
        ),
    ] = False,
) -> None:
    """Remove a key; or, with --links, all links to quotes.

    Who sends the key is refused from now on, also by a server that runs. The links in answers open
    their articles without a key, also when the key that asked is revoked: --links ends that for
    all links there are. Later answers have new ones.
    """
    from sourcebook.ui.api.security.keys import Keys
    from sourcebook.ui.api.security.links import Links

    if name is None and not links:
        raise typer.BadParameter("give the NAME of a key, or --links")
    keys = Keys()
    if name is not None:
        keys.revoke(name)
        rest = "" if keys.all() else " It was the last: this machine may ask without one again."
        print(f"Revoked {name}.{rest}")
    if links:
        Links(keys.file).revoke()
        print("Revoked all links to quotes: those of answers from now on open again.")
