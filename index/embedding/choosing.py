"""Which embedder a library is read and filled with."""

from __future__ import annotations

from pathlib import Path

from sourcebook.index.errors import EmbedderMismatch
from sourcebook.index.weights import files as weights

from .base import Embedder
from .sentence_encoder import SentenceTransformersEmbedder
from .server import ServerEmbedder, model_on_server


def choose_embedder(
    requested: Embedder | None,
    made_with: str | None,
    library: Path,
    dimension: int | None = None,
) -> Embedder:
    """Return the embedder that a library is read and filled with.

    Args:
        requested: an embedder of the application's own.
        made_with: the name of the embedder that the library was made with; None for a new one.
        library: the library's folder, for the message.
        dimension: numbers in a vector of the library; None for a new one.

    Returns:
        The requested one, else the one the library was made with, else the default one. A library
        does not say where a server is: who opens it does.

    Raises:
        EmbedderMismatch: the library was made with another embedder than the requested one.
    """
    model = model_on_server(made_with) if made_with else None
    remedy = f"SOURCEBOOK_EMBEDDER={made_with}"
    if model is not None:
        remedy = f"SOURCEBOOK_EMBEDDER=http://HOST:PORT/v1#{model}, where a server has it"
    if requested is None:
        if model is not None:
            raise EmbedderMismatch(
                f"{library} was made with the embedder {model} of a model server: set {remedy}"
            )
        return SentenceTransformersEmbedder(made_with or weights.DEFAULT_EMBEDDER)
    if made_with and made_with != requested.name:
        raise EmbedderMismatch(
            f"{library} was made with the embedder {made_with}, not {requested.name}: "
            f"set {remedy}, or give it this one by `sourcebook reindex`"
        )
    if dimension and isinstance(requested, ServerEmbedder):
        requested.expect(dimension)
    return requested
