"""The embedder over a sentence-transformers folder."""

from __future__ import annotations

import gc
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from sourcebook.index.machine import has_amx
from sourcebook.index.weights import files as weights
from sourcebook.index.weights.pool import ModelPool

from . import bert
from .base import Encoder, PartEncoder, Vectors
from .pooling import pool_parts, unit_rows

MANY = 512
"""Texts of a process after which an encoder for many is loaded, where there is another: to import
sentence-transformers takes 5 s."""


class SentenceTransformersEmbedder:
    """Any sentence-transformers model in a folder on this machine; the network is never asked.

    Making one is cheap; the model is loaded, and its file checked, by the first call; all of a
    process with the same folder and ``batch_size`` share it, unless ``shared`` is False. Safe to
    use from several threads, one at a time. A model of the default's form is read by `bert`, to the
    same vectors; for others sentence-transformers is imported.

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
        """Numbers in a vector."""
        return int(self.embed([""]).shape[1])

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts.

        Args:
            texts: cut to what the model reads.

        Returns:
            Shape: (len(texts), dimension), float32, each row of length 1.

        Raises:
            ModelFileMissing, ModelFileAltered: on first use.
        """
        encoders = self._load()
        with encoders.turn:
            return _encode(encoders.exact, texts)

    def embed_many(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of the passages of a library that is filled.

        On a processor with matrix units for bfloat16 (AMX), later texts than the first `MANY` are
        computed so: the cosine to what ``embed`` gives is at least 0.998.

        Args:
            texts: as for ``embed``.

        Returns:
            As ``embed``.

        Raises:
            ModelFileMissing, ModelFileAltered: on first use.
        """
        encoders = self._load()
        with encoders.turn:
            return _encode(encoders.for_many(len(texts)), texts)

    def embed_parts(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors] | None]:
        """Return the vectors of passages and of their parts: see `PartEmbedder`.

        Args:
            texts: as for ``embed``.

        Returns:
            The first as ``embed_many`` does. No parts but of a model that takes the mean of its
            tokens: theirs would not be like its vectors.

        Raises:
            ModelFileMissing, ModelFileAltered: on first use.
        """
        encoders = self._load()
        with encoders.turn:
            encoder = encoders.for_many(len(texts))
            if encoders.takes_means and isinstance(encoder, PartEncoder) and texts:
                return encoder.encode_parts(texts)
            return _encode(encoder, texts), None

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


def _encode(encoder: Encoder, texts: Sequence[str]) -> Vectors:
    return encoder.encode(texts) if texts else np.zeros((0, encoder.dimension), np.float32)


class FullEncoder:
    """sentence-transformers itself, which takes texts of like length together."""

    def __init__(self, folder: Path, batch_size: int, *, bfloat16: bool = False) -> None:
        """Load the model.

        Args:
            folder: the model's.
            batch_size: texts computed together.
            bfloat16: compute in bfloat16, else as the model is stored.
        """
        with _without_collection():
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

        # Else "Loading weights" stands in the middle of an answer on the terminal.
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        self._batch_size = batch_size
        self._model = SentenceTransformer(
            str(folder), device="cpu", local_files_only=True, trust_remote_code=False
        )
        if bfloat16:
            self._model.bfloat16()
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of texts. Shape: (len(texts), dimension), each row of length 1."""
        vectors = self._model.encode(
            list(texts),
            batch_size=self._batch_size,
            normalize_embeddings=True,
            convert_to_numpy=True,
            show_progress_bar=False,
        )
        # Of unit length in float32 too, where they were made so in bfloat16.
        return unit_rows(np.asarray(vectors, np.float32))

    def encode_parts(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        """Return the vectors of texts and those of their parts: see `pool_parts`. The model must
        take the mean of its tokens."""
        tokens = self._model.encode(
            list(texts),
            batch_size=self._batch_size,
            output_value="token_embeddings",
            show_progress_bar=False,
        )
        pooled = [pool_parts(rows.float().numpy()) for rows in tokens]
        return np.stack([vector for vector, _ in pooled]), [parts for _, parts in pooled]


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
    """A loaded model: for few texts and for many. Its user holds ``turn``."""

    def __init__(self, folder: Path, batch_size: int) -> None:
        # No library may ask a hub for anything, and spinning OpenMP threads starve the
        # language model on shared cores: all is read when the libraries load.
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        self.takes_means = bert.can_read(folder)
        self.exact: Encoder = (
            bert.BertEncoder(folder) if self.takes_means else FullEncoder(folder, batch_size)
        )
        self.turn = threading.Lock()
        self._folder, self._batch_size = folder, batch_size
        self._bulk: Encoder | None = None
        self._many = 0

    def for_many(self, count: int) -> Encoder:
        """Return the encoder for ``count`` more texts of ``embed_many``.

        In float32 `bert` is the faster of the two. `has_amx` is never true on macOS, where PyTorch
        and faiss in one process end it (faiss issue 2463, PyTorch issue 149201).
        """
        self._many += count
        if self._bulk is None and self._many > MANY and has_amx():
            self._bulk = FullEncoder(self._folder, self._batch_size, bfloat16=True)
        return self._bulk or self.exact


_ENCODERS: ModelPool[_Encoders] = ModelPool()
