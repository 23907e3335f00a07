"""Embeds questions in batches, because a run knows them all beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.index.library import Library

_BATCH = 128


class BatchedEmbedder:
    """Embeds a list of texts in batches by another embedder, and caches their vectors.

    Texts outside the list go to the inner embedder at once.
    """

    def __init__(self, inner: Embedder, texts: Sequence[str]) -> None:
        self._inner = inner
        self._texts = list(dict.fromkeys(texts))
        self._positions = {text: i for i, text in enumerate(self._texts)}
        self._vectors: dict[str, Vectors] = {}

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def dimension(self) -> int:
        return self._inner.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts or any(text not in self._positions for text in texts):
            return self._inner.embed(texts)
        for text in texts:
            if text not in self._vectors:
                start = self._positions[text]
                batch = self._texts[start : start + _BATCH]
                self._vectors.update(zip(batch, self._inner.embed(batch), strict=True))
        return np.stack([self._vectors[text] for text in texts])


@contextmanager
def embedding_in_batches(library: Library, texts: Sequence[str]) -> Iterator[None]:
    """Let ``library`` embed ``texts`` in batches when they are searched for, inside the block."""
    inner = library.embedder
    library.embedder = BatchedEmbedder(inner, texts)
    try:
        yield
    finally:
        library.embedder = inner
