"""The commands of `sourcebook models`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from .options import JsonOption

__all__ = ["app"]

app = typer.Typer(
    help="The model files: list, fetch, check.", no_args_is_help=True, rich_markup_mode=None
)

NamesArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME]...", help="A name of `list`, or hf:OWNER/REPO/FILE.gguf of the hub."
    ),
]


@app.command(name="list")
def list_models(json: JsonOption = False) -> None:
    """List the models that are known or were pulled, and some of the hub by memory."""
    from sourcebook.ui.render.text import to_json

    rows = [*_model_rows(), *_recommended()]
    if json:
        print(to_json(rows))
        return
    for row in rows:
        if row["memory_gb"] is None:
            command = "sourcebook models pull"
            if row["name"].startswith("hf:"):
                command += f" {row['name']}"
            state = "here" if row["installed"] else f"not here: `{command}`"
            size = f"{row['bytes'] / 1e6:,.0f} MB"
            print(f"{row['name']}  {row['kind']}, {size}, {row['licence']}, {state}")
    print("To be pulled by name from the hub, then set as language_model; not measured here:")
    for row in rows:
        if row["memory_gb"] is not None:
            size = f"about {row['bytes'] / 1e9:.1f} GB"
            print(f"  {row['memory_gb']:>2} GB of memory: {row['name']}  {size}, {row['licence']}")


def _model_rows() -> Iterator[dict[str, Any]]:
    from sourcebook.index.weights import files as weights

    for entry in weights.list_weights():
        yield {
            "name": entry.name,
            "kind": entry.kind,
            "licence": entry.licence,
            "bytes": entry.size,
            "installed": weights.is_installed(entry),
            "memory_gb": None,
        }


def _recommended() -> Iterator[dict[str, Any]]:
    """Those of the hub that were not pulled yet."""
    from sourcebook.index.weights import files as weights

    present = {entry.name for entry in weights.list_weights()}
    for entry in weights.RECOMMENDED:
        if entry.name not in present:
            yield {
                "name": entry.name,
                "kind": "language model",
                "licence": entry.licence,
                "bytes": int(entry.size),
                "installed": False,
                "memory_gb": entry.memory,
            }


@app.command()
def pull(names: NamesArgument = None) -> None:
    """Fetch what is missing or damaged; without a name, both default models."""
    from sourcebook.index.weights import files as weights

    from .terminal import progress

    with progress("Fetching", size=True) as show:
        weights.pull(names or None, lambda p: show(p.done, p.total, f"{p.model} ({p.doing})"))
    print(f"The models are in {weights.models_folder()}.")
    for name in names or ():
        if name.startswith("hf:"):
            licence = next(entry.licence for entry in weights.list_weights() if entry.name == name)
            print(f'Use it with language_model = "{name}" (licence: {licence}).')


@app.command()
def verify(names: NamesArgument = None) -> None:
    """Read every byte of the model files and compare it with what was published."""
    from sourcebook.index.weights import files as weights

    defaults = [weights.DEFAULT_EMBEDDER, weights.DEFAULT_LANGUAGE_MODEL]
    for name in names or defaults:
        weights.verify(name)
        if name in weights.MODELS:
            result = "as published"
        elif name.startswith("hf:"):
            result = "as the hub had it when it was first pulled"
        else:
            result = "a file of your own, nothing to compare"
        print(f"{name}: {result}")
