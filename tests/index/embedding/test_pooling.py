"""A text has a vector of its own, and one of each of its parts, from the same tokens."""

from __future__ import annotations

import numpy as np
import pytest

from sourcebook.index.embedding import embed_passages
from sourcebook.index.embedding.pooling import PART_TOKENS, pool_parts
from sourcebook.index.embedding.sentence_encoder import (
    FullEncoder,
    SentenceTransformersEmbedder,
)
from sourcebook.index.weights import files as weights
from sourcebook.rag.testing import HashEmbedder

LONG = "Malcolm paid homage to William and surrendered his son Duncan as a hostage. " * 6


def test_parts_are_means_of_runs_of_the_words() -> None:
    words = np.repeat(np.eye(3, dtype=np.float32), PART_TOKENS, axis=0)
    edge = np.zeros((1, 3), np.float32)
    whole, parts = pool_parts(np.concatenate([edge, words, edge]))
    assert np.allclose(whole, 3**-0.5)  # as much of each of the three, at length 1
    assert (parts == np.eye(3)).all()


def test_a_short_text_is_one_part() -> None:
    tokens = np.ones((4, 2), np.float32)
    assert pool_parts(tokens)[1].shape == (1, 2)
    assert pool_parts(tokens[:1])[1].shape == (1, 2)


def test_an_embedder_without_parts_gives_none() -> None:
    vectors, parts = embed_passages(HashEmbedder(), ["one", "two"])
    assert (vectors == HashEmbedder().embed(["one", "two"])).all()
    assert [len(part) for part in parts] == [0, 0]


@pytest.mark.real
def test_both_encoders_give_the_same_parts() -> None:
    folder = weights.checked_path(weights.DEFAULT_EMBEDDER)
    embedder = SentenceTransformersEmbedder()
    texts = ["A hostage.", LONG]
    vectors, parts = embed_passages(embedder, texts)
    assert np.allclose(vectors, embedder.embed(texts), atol=1e-5)
    assert len(parts[0]) == 1
    assert len(parts[1]) > 2
    others, other_parts = FullEncoder(folder, 32).encode_parts(texts)
    assert np.allclose(vectors, others, atol=1e-5)
    for part, other in zip(parts, other_parts, strict=True):
        assert np.allclose(part, other, atol=1e-5)
    assert embed_passages(embedder, [])[0].shape == (0, 384)
