"""BM25 over a few texts."""

from __future__ import annotations

import math

import pytest

from sourcebook.rag.retrieval.bm25_scores import bm25


def test_bm25_as_arithmetic() -> None:
    # Stems: [talk, long], [bread], [bread]: N = 3, mean length 4/3; "talk" stands in one, once.
    # idf = ln(1 + (3 - 1 + 0.5) / (1 + 0.5)) = ln(1 + 2.5/1.5)
    # norm = 1.2 * (1 - 0.75 + 0.75 * 2 / (4/3)) = 1.2 * 1.375
    expected = math.log(1 + 2.5 / 1.5) * 2.2 / (1 + 1.2 * 1.375)
    assert bm25("talks", ["long talks", "bread", "bread"]) == pytest.approx([expected, 0.0, 0.0])
