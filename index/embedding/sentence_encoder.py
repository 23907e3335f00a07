"""The embedder over a sentence-transformers folder."""

from __future__ import annotations

import copy
import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from sourcebook.index.errors import EmbedderMismatch
from sourcebook.index.paths import cache_folder
from sourcebook.index.weights import files as weights
from sourcebook.index.weights.pool import ModelPool

from . import bert
from .base import Embedder, Vectors
from .encoder_race import Encoder, RaceCache, race


class SentenceTransformersEmbedder:
    """Any sentence-transformers model in a folder on this machine; the network is never asked.

    Making one is cheap; the model is loaded, and its file checked, by the first call; all of a
    process with the same folder and ``batch_size`` share it, unless ``shared`` is False. Safe to
    use from several threads, one at a time. A model of the default's form is read by `bert`, to the
    same vectors; for others sentence-transformers is imported. What ``embed_many`` gives is as near
    to them as a cosine of 0.998.

    Raises, on first use:
        ModelFileMissing, ModelFileAltered: with the command that repairs it.
    """

    def __init__(
        self,
        name: str = weights.DEFAULT_EMBEDDER,
        *,
        batch_size: int = 32,
        shared: bool = True,
    ) -> None:
        self.name = name
        self.batch_size = batch_size
        self._shared = shared
        self._loading = threading.Lock()
        self._encoders: _Encoders | None = None

    @property
    def dimension(self) -> int:
        return int(self.embed([""]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        encoders = self._load()
        with encoders.turn:
            return self._encode(encoders.exact, texts)

    def embed_many(self, texts: Sequence[str]) -> Vectors:
        """As ``embed``, for the passages of a library that is filled.

        After some hundred texts the fastest way there is on this processor takes over, whose start
        would not have been worth it for fewer. Which it is, a race on texts at hand finds out once.
        """
        encoders = self._load()
        with encoders.turn:
            encoders.many += len(texts)
            if encoders.fast is None and encoders.many >= _LOOK_AFTER:
                self._look_for_faster(encoders, texts)
            return self._encode(encoders.fast or encoders.exact, texts)

    @staticmethod
    def _encode(encoder: Encoder, texts: Sequence[str]) -> Vectors:
        return encoder.encode(texts) if texts else np.zeros((0, encoder.dimension), np.float32)

    def _load(self) -> _Encoders:
        with self._loading:
            if self._encoders is None:
                folder = weights.checked_path(self.name)

                def make() -> _Encoders:
                    return _Encoders(folder, self.batch_size)

                # The largest file alone does not say what is read: the words are in another one.
                key = (folder.resolve(), weights.content_id(self.name), self.batch_size)
                self._encoders = _ENCODERS.get(key, make) if self._shared else make()
            return self._encoders

    def _look_for_faster(self, encoders: _Encoders, texts: Sequence[str]) -> None:
        ways = _ways(encoders.exact)
        if len(ways) == 1:
            encoders.fast = encoders.exact
            return
        book = RaceCache(cache_folder() / "embedding.json", self.name)
        fastest = book.get()
        if fastest not in ways:
            if encoders.many < _RACE_AFTER or len(texts) < _RACE_TEXTS:
                return
            fastest, rates = race(ways, texts[:: len(texts) // _RACE_TEXTS][:_RACE_TEXTS])
            book.put(fastest, rates)
        try:
            encoders.fast = ways[fastest]()
        except (ImportError, OSError, RuntimeError):
            encoders.fast = encoders.exact


def choose_embedder(requested: Embedder | None, made_with: str | None, library: Path) -> Embedder:
    """Return the embedder that a library is read and filled with.

    Args:
        requested: an embedder of the application's own.
        made_with: the name of the embedder that the library was made with; None for a new one.
        library: the library's folder, for the message.

    Returns:
        The requested one, else the one the library was made with, else the default one.

    Raises:
        EmbedderMismatch: the library was made with another embedder than the requested one.
    """
    if requested is None:
        return SentenceTransformersEmbedder(made_with or weights.DEFAULT_EMBEDDER)
    if made_with and made_with != requested.name:
        raise EmbedderMismatch(
            f"{library} was made with the embedder {made_with}, not {requested.name}: "
            f"set SOURCEBOOK_EMBEDDER={made_with}, or add the articles to a new library"
        )
    return requested


_LOOK_AFTER, _RACE_AFTER = 128, 512
"""Texts of a process after which the fastest way is loaded where it is known, and looked for where
it is not: PyTorch takes 1.3 s to import, the race about 5 s."""

_RACE_TEXTS = 32


def _ways(encoder: Encoder) -> dict[str, Callable[[], Encoder]]:
    """The ways to embed many texts with a loaded model; itself first."""
    if isinstance(encoder, bert.BertEncoder) and sys.platform != "darwin":
        # On macOS the OpenMP libraries of PyTorch and of faiss end each other's process
        # (faiss issue 2463, PyTorch issue 149201).
        from .bert_torch import TorchEncoder

        return {
            "numpy": lambda: encoder,
            "torch float32": lambda: TorchEncoder(encoder, bfloat16=False),
            "torch bfloat16": lambda: TorchEncoder(encoder, bfloat16=True),
        }
    if isinstance(encoder, FullEncoder):
        return {"float32": lambda: encoder, "bfloat16": encoder.in_bfloat16}
    return {"as it is": lambda: encoder}


class FullEncoder:
    """sentence-transformers itself, which takes texts of like length together."""

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

    def in_bfloat16(self) -> FullEncoder:
        """Another that computes so."""
        other = copy.copy(self)
        other._model = copy.deepcopy(self._model).bfloat16()
        return other

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(
            list(texts),
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        # Of unit length in float32 too, where they were made so in bfloat16.
        vectors = np.asarray(vectors, np.float32)
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


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


class _Encoders:
    """A loaded model: for few texts and, once it is looked for, for many. Whoever uses it holds
    ``turn``."""

    def __init__(self, folder: Path, batch_size: int) -> None:
        # No library may ask a hub for anything, and spinning OpenMP threads starve the
        # language model on shared cores: all is read when the libraries load.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        light = bert.can_read(folder)
        self.exact: Encoder = bert.BertEncoder(folder) if light else FullEncoder(folder, batch_size)
        self.fast: Encoder | None = None  # None: not looked for yet
        self.many = 0  # texts of ``embed_many``
        self.turn = threading.Lock()


_ENCODERS: ModelPool[_Encoders] = ModelPool()
