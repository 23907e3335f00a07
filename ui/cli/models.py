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
            "kind": weights_entry.kind,
            "licence": weights_entry.licence,
            "bytes": weights_entry.size,
            "installed": weights.is_installed(name),
        }
        for name, weights_entry in weights.MODELS.items()
    ]
    if json:
        print(to_json(rows))
        return
    for row in rows:
        state = "here" if row["installed"] else "not here: `sourcebook models pull`"
        size = f"{row['bytes'] / 1e6:,.0f} MB"
        print(f"{row['name']}  {row['kind']}, {size}, {row['licence']}, {state}")


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
        is_published = name in weights.MODELS
        own = "a file of your own, nothing to compare"
        print(f"{name}: {'as published' if is_published else own}")
