"""The embedder of a library: one encoder for questions, the same or one in bfloat16 for many."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from sourcebook.index import Library, SentenceTransformersEmbedder, make_document
from sourcebook.index.embedding import sentence_encoder
from sourcebook.index.embedding.base import Vectors, embed_many
from sourcebook.index.embedding.sentence_encoder import FullEncoder
from sourcebook.rag.testing import HashEmbedder

TEXTS = [f"The bridge number {n} over the Ouse was built in {1800 + n}." for n in range(8)]


@pytest.fixture
def in_bfloat16(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The encoders of sentence-transformers that were loaded: whether in bfloat16."""
    loaded: list[bool] = []

    class Counted(FullEncoder):
        def __init__(self, folder: Path, batch_size: int, *, bfloat16: bool = False) -> None:
            loaded.append(bfloat16)
            super().__init__(folder, batch_size, bfloat16=bfloat16)

    monkeypatch.setattr(sentence_encoder, "FullEncoder", Counted)
    return loaded


def test_passages_are_embedded_as_many_and_questions_alone(tmp_path: Path) -> None:
    class Bulk(HashEmbedder):
        many = 0

        def embed_many(self, texts: Sequence[str]) -> Vectors:
            Bulk.many += len(texts)
            return self.embed(texts)

    with Library.open(tmp_path, embedder=Bulk()) as library:
        library.add_documents([make_document(text) for text in TEXTS])
        assert library.search("bridge")
    assert Bulk.many == len(TEXTS)
    assert (embed_many(HashEmbedder(), TEXTS) == HashEmbedder().embed(TEXTS)).all()


@pytest.mark.real
def test_without_matrix_units_many_texts_have_the_vectors_of_few(
    monkeypatch: pytest.MonkeyPatch, in_bfloat16: list[bool]
) -> None:
    monkeypatch.setattr(sentence_encoder, "has_amx", lambda: False)
    monkeypatch.setattr(sentence_encoder, "MANY", 0)
    embedder = SentenceTransformersEmbedder(shared=False)
    assert np.allclose(embedder.embed_many(TEXTS), embedder.embed(TEXTS), atol=1e-6)
    assert in_bfloat16 == []
    assert embedder.embed_many([]).shape == (0, 384)


@pytest.mark.real
def test_with_matrix_units_many_texts_are_computed_in_bfloat16(
    monkeypatch: pytest.MonkeyPatch, in_bfloat16: list[bool]
) -> None:
    monkeypatch.setattr(sentence_encoder, "has_amx", lambda: True)
    monkeypatch.setattr(sentence_encoder, "MANY", len(TEXTS))
    embedder = SentenceTransformersEmbedder(shared=False)
    exact = embedder.embed(TEXTS)
    assert np.allclose(embedder.embed_many(TEXTS), exact, atol=1e-6)
    assert in_bfloat16 == []  # its import is not worth it for the first
    many = embedder.embed_many(TEXTS)
    assert in_bfloat16 == [True]
    assert many.dtype == np.float32
    assert np.allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    assert np.einsum("ij,ij->i", many, exact).min() >= 0.998
    assert np.abs(many - exact).max() > 1e-6  # in float32 they would be nearer
    embedder.embed_many(TEXTS)
    assert in_bfloat16 == [True]  # loaded once
