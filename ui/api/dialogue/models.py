"""The names of models: each library is one."""

from __future__ import annotations

from dataclasses import dataclass

from sourcebook.index.errors import LibraryNotFound
from sourcebook.index.paths import DATABASE
from sourcebook.ui.api.security.callers import Caller
from sourcebook.ui.api.service import Service

__all__ = ["LibraryModel", "library_of", "model_name", "model_names"]

DEFAULT = "sourcebook"
"""The model of the library that the server was started with."""


@dataclass(frozen=True, slots=True)
class LibraryModel:
    """A model: its name, and when its library was last written, in seconds of the Unix epoch."""

    name: str
    created: int


def library_of(model: str) -> str | None:
    """Return the name of the library that a model stands for; None for the default one.

    Raises:
        LibraryNotFound: it is no name of ours.
    """
    family, _, library = model.partition("/")
    if family != DEFAULT or model == f"{DEFAULT}/":
        raise LibraryNotFound(
            f"the model {model[:80]!r} does not exist: `{DEFAULT}` is the default library, "
            f"`{DEFAULT}/NAME` another; /v1/models lists them"
        )
    return library or None


def model_name(library: str | None) -> str:
    """Return the name of a library's model; None is the default library."""
    return f"{DEFAULT}/{library}" if library else DEFAULT


def model_names(service: Service, caller: Caller) -> list[LibraryModel]:
    """Return the models that a caller may use, the default one first."""
    models: list[LibraryModel] = []
    default = service.default_library(caller)
    for place in service.libraries.places():
        if not caller.may_use(place.name):
            continue
        try:
            created = int((place.folder / DATABASE).stat().st_mtime)
        except OSError:
            created = 0
        if place.name == default:
            models.insert(0, LibraryModel(DEFAULT, created))
        models.append(LibraryModel(model_name(place.name), created))
    return models
