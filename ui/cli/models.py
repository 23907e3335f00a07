"""The commands of `sourcebook models`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from .options import JsonOption

__all__ = ["app"]

app = typer.Typer(
    help="The model files: list, fetch, check.", no_args_is_help=True, rich_markup_mode=None
)


@app.command(name="list")
def list_models(json: JsonOption = False) -> None:
    """List the known models and whether they are here."""
    from sourcebook.index.weights import files as weights
    from sourcebook.ui.render.text import to_json

    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "kind": known.kind,
            "licence": known.licence,
            "bytes": known.size,
            "installed": weights.installed(name),
        }
        for name, known in weights.MODELS.items()
    ]
    if json:
        print(to_json(rows))
        return
    for row in rows:
        here = "here" if row["installed"] else "not here: `sourcebook models pull`"
        size = f"{row['bytes'] / 1e6:,.0f} MB"
        print(f"{row['name']}  {row['kind']}, {size}, {row['licence']}, {here}")


@app.command()
def pull(names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None) -> None:
    """Fetch what is missing or damaged; without a name, both default models."""
    from sourcebook.index.weights import files as weights

    from .terminal import progress

    with progress("Fetching", size=True) as show:
        weights.pull(names or None, lambda p: show(p.done, p.total, f"{p.model} ({p.doing})"))
    print(f"The models are in {weights.models_folder()}.")


@app.command()
def verify(names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None) -> None:
    """Read every byte of the model files and compare it with what was published."""
    from sourcebook.index.weights import files as weights

    defaults = [weights.DEFAULT_EMBEDDER, weights.DEFAULT_LANGUAGE_MODEL]
    for name in names or defaults:
        weights.verify(name)
        known = name in weights.MODELS
        print(f"{name}: {'as published' if known else 'a file of your own, nothing to compare'}")
