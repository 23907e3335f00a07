"""Questions embedded many at a time, because a run knows them all beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.index.library import Library

_AT_ONCE = 128


class AheadEmbedder:
    """Another embedder that embeds the texts to come in batches, and remembers them.

    The vectors are the inner embedder's. Texts nobody announced go straight through.
    """

    def __init__(self, inner: Embedder, texts: Sequence[str]) -> None:
        self._inner = inner
        self._coming = list(dict.fromkeys(texts))
        self._place = {text: i for i, text in enumerate(self._coming)}
        self._vectors: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts or any(text not in self._place for text in texts):
            return self._inner.embed(texts)
        for text in texts:
            if text not in self._vectors:
                start = self._place[text]
                batch = self._coming[start : start + _AT_ONCE]
                self._vectors.update(zip(batch, self._inner.embed(batch), strict=True))
        return np.stack([self._vectors[text] for text in texts])


@contextmanager
def embedded_ahead(library: Library, texts: Sequence[str]) -> Iterator[None]:
    """While this lasts, ``library`` embeds ``texts`` in batches when they are searched for."""
    inner = library.embedder
    library.embedder = AheadEmbedder(inner, texts)
    try:
        yield
    finally:
        library.embedder = inner
