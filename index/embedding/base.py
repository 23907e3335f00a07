"""What turns texts into vectors: the protocols, and an embedder that caches another's vectors."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into unit vectors.

    ``name`` identifies the vectors: libraries made under one name are only read under that name.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape: (len(texts), dimension), float32, each row of length 1. Empty input: (0, d)."""
        ...


class Encoder(Protocol):
    """A loaded model."""

    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Shape: (len(texts), dimension), each row of length 1."""
        ...


@runtime_checkable
class PartEncoder(Protocol):
    """A loaded model that gives vectors of the parts of texts too."""

    def encode_parts(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """Shapes: (len(texts), dimension), and (parts, dimension) for each text."""
        ...


@runtime_checkable
class BulkEmbedder(Protocol):
    """An embedder that has a way of its own for many texts."""

    def embed_many(self, texts: Sequence[str]) -> Vectors:
        """As ``embed``: vectors of both may lie in one library (cosine at least 0.998)."""
        ...


def embed_many(embedder: Embedder, texts: Sequence[str]) -> Vectors:
    """Return the vectors of the passages of a library that is filled.

    Args:
        embedder: a `BulkEmbedder`, or another.
        texts: the passages.

    Returns:
        Shape: (len(texts), dimension), float32, each row of length 1.

    Raises:
        ModelError: the model cannot be loaded.
    """
    many = embedder.embed_many if isinstance(embedder, BulkEmbedder) else embedder.embed
    return many(texts)


@runtime_checkable
class PartEmbedder(Protocol):
    """An embedder that gives vectors of the parts of its texts too."""

    def embed_parts(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors] | None]:
        """Return what ``embed_many`` does, and for each text the vectors of its parts, about a
        sentence each: shape (parts, dimension), rows of length 1. None: the model has none."""
        ...


def embed_passages(embedder: Embedder, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
    """Return the vectors of passages and those of their parts.

    Args:
        embedder: a `PartEmbedder`, or another.
        texts: the passages.

    Returns:
        The vectors as `embed_many` returns them, and for each text those of its parts, shape
        (parts, dimension); no parts where the embedder has none.

    Raises:
        ModelError: the model cannot be loaded.
    """
    if isinstance(embedder, PartEmbedder):
        vectors, parts = embedder.embed_parts(texts)
    else:
        vectors, parts = embed_many(embedder, texts), None
    return vectors, parts or [vectors[:0]] * len(texts)


class CachingEmbedder:
    """Caches the vectors of the texts last embedded: questions return to the same articles."""

    def __init__(self, embedder: Embedder, *, limit: int = 3_000) -> None:
        """Cache the vectors of ``embedder``, of ``limit`` texts at most."""
        self._embedder = embedder
        self._limit = limit
        self._vectors: OrderedDict[tuple[str, str], Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """That of the embedder, which changes where it follows a library."""
        return self._embedder.name

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts; new texts alone are embedded. Shape, type and what is
        raised: as the embedder has it."""
        name = self.name
        with self._lock:
            cached = {text: self._vectors.get((name, text)) for text in texts}
        vectors = {text: vector for text, vector in cached.items() if vector is not None}
        new = [text for text in cached if text not in vectors]
        if new or not texts:
            fresh = self._embedder.embed(new)
            if not texts:
                return fresh
            if self.name != name:  # some are of the one, some of the other
                return self.embed(texts)
            vectors.update(zip(new, fresh, strict=True))
        with self._lock:
            for text in new:
                self._vectors[name, text] = vectors[text]
            while len(self._vectors) > self._limit:
                self._vectors.popitem(last=False)
        return np.stack([vectors[text] for text in texts])
