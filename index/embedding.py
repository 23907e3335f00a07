"""Texts to vectors. The only import of sentence-transformers, on first use."""

from __future__ import annotations

import gc
import os
import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from . import weights

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

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
    from several threads, one at a time.

    Raises, on first use:
        ModelFileMissing, ModelFileAltered: with the command that repairs it.
    """

    def __init__(self, name: str = weights.DEFAULT_EMBEDDER, *, batch_size: int = 32) -> None:
        self.name = name
        self.batch_size = batch_size
        self._lock = threading.Lock()
        self._model: SentenceTransformer | None = None

    @property
    def dimension(self) -> int:
        return int(self.embed([""]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        with self._lock:
            model = self._load()
            if not texts:
                return np.zeros((0, model.get_embedding_dimension() or 0), np.float32)
            vectors = model.encode(
                list(texts),
                batch_size=self.batch_size,
                normalize_embeddings=True,
                convert_to_numpy=True,
                show_progress_bar=False,
            )
            return np.asarray(vectors, np.float32)

    def _load(self) -> SentenceTransformer:
        if self._model is None:
            folder: Path = weights.checked_path(self.name)
            # Spinning OpenMP threads starve the language model on shared cores, and no library
            # may ask a hub for anything: both are read when the libraries load.
            os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
            os.environ.setdefault("HF_HUB_OFFLINE", "1")
            os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
            with _without_collection():
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging

            # Else "Loading weights" stands in the middle of an answer on the terminal.
            logging.disable_progress_bar()  # type: ignore[no-untyped-call]
            self._model = SentenceTransformer(
                str(folder), device="cpu", local_files_only=True, trust_remote_code=False
            )
        return self._model


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
