"""Texts to vectors. The only import of sentence-transformers, on first use."""

from __future__ import annotations

import gc
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from . import bert, weights

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


class SentenceTransformersEmbedder:
    """Any sentence-transformers model in a folder on this machine; the network is never asked.

    Making one is cheap; the model is loaded, and its file checked, by the first call. Safe to use
    from several threads, one at a time. A model of the default's form is read by `bert`, to the
    same vectors; for others sentence-transformers is imported.

    Raises, on first use:
        ModelFileMissing, ModelFileAltered: with the command that repairs it.
    """

    def __init__(self, name: str = weights.DEFAULT_EMBEDDER, *, batch_size: int = 32) -> None:
        self.name = name
        self.batch_size = batch_size
        self._lock = threading.Lock()
        self._encoder: _Encoder | None = None

    @property
    def dimension(self) -> int:
        return int(self.embed([""]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            if self._encoder is None:
                folder = weights.checked_path(self.name)
                # No library may ask a hub for anything, and spinning OpenMP threads starve the
                # language model on shared cores: all is read when the libraries load.
                os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
                os.environ.setdefault("HF_HUB_OFFLINE", "1")
                os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
                light = bert.can_read(folder)
                self._encoder = (
                    bert.BertEncoder(folder) if light else _FullEncoder(folder, self.batch_size)
                )
            if not texts:
                return np.zeros((0, self._encoder.dimension), np.float32)
            return self._encoder.encode(texts)


class _Encoder(Protocol):
    """A loaded model."""

    dimension: int

    def encode(self, texts: Sequence[str]) -> Vectors: ...


class _FullEncoder:
    """sentence-transformers itself."""

    def __init__(self, folder: Path, batch_size: int) -> None:
        with _without_collection():
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

        # Else "Loading weights" stands in the middle of an answer on the terminal.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._batch_size = batch_size
        self._model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(
            list(texts),
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        return np.asarray(vectors, np.float32)


@contextmanager
def _without_collection() -> Iterator[None]:
    """Garbage collection paused. Thousands of modules make millions of objects that stay; looking
    through them again and again is a sixth of the import (6.3 s with it, 5.2 s without)."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class CachingEmbedder:
    """Remembers the vectors of the texts last embedded: questions return to the same articles."""

    def __init__(self, embedder: Embedder, *, limit: int = 20_000) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._limit = limit
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    def embed(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            vectors = {text: self._known[text] for text in texts if text in self._known}
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        if new or not texts:
            made = self._embedder.embed(new)
            if not texts:
                return made
            vectors.update(zip(new, made, strict=True))
        with self._lock:
            for text in new:
                self._known[text] = vectors[text]
            while len(self._known) > self._limit:
                self._known.popitem(last=False)
        return np.stack([vectors[text] for text in texts])
