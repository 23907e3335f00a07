"""The vectors of the parts of passages come back nearly as they were, and go with their passage."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.index import Library, make_document
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.embedding.pooling import unit_rows
from sourcebook.index.paths import DATABASE
from sourcebook.index.store.part_vectors import nearest_parts, parts_from_bytes, parts_to_bytes
from sourcebook.index.store.store import Store
from sourcebook.rag.testing import HashEmbedder


class EmbedderOfParts(HashEmbedder):
    """Each line of a text is a part of it."""

    def embed_parts(self, texts: Sequence[str]) -> tuple[Vectors, list[Vectors]]:
        return self.embed(texts), [self.embed(text.splitlines()) for text in texts]


@given(st.integers(1, 9), st.integers(1, 40), st.integers(0, 1000))
def test_cosines_stay_within_a_hundredth(count: int, dimension: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(count + 1, dimension)).astype(np.float32)
    vectors = unit_rows(rows)
    stored = parts_from_bytes(parts_to_bytes(vectors[1:]), dimension)
    assert stored.shape == (count, dimension)
    assert np.abs(stored @ vectors[0] - vectors[1:] @ vectors[0]).max() < 0.01


def test_the_nearest_part_counts_and_parts_go_with_their_passage(tmp_path: Path) -> None:
    embedder = EmbedderOfParts()
    with Library.open(tmp_path, embedder=embedder) as library:
        document = make_document("Ferries leave at nine.\nThe harbour is shut.", title="Harbour")
        library.add_documents([document, make_document("Bread is baked.", title="Bakery")])
        store = Store(tmp_path / DATABASE)
        query = embedder.embed(["The harbour is shut."])[0]
        scores = nearest_parts(store.passage_parts([1, 2, 99]), query)
        assert set(scores) == {1, 2}
        assert abs(scores[1] - 1) < 0.01
        assert scores[2] < 0.9
        _, entry = store.entry(document.id)
        assert [len(parts) for parts in entry.parts] == [3]
        removal = library.take_out(document.id, tmp_path)
        assert set(nearest_parts(store.passage_parts([1, 2]), query)) == {2}
        assert library.put_back(removal)
        assert abs(max(nearest_parts(store.passage_parts([1, 2, 3]), query).values()) - 1) < 0.01
        store.close()
