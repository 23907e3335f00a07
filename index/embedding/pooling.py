"""Vectors from the tokens of a text: of the whole, and of its parts.

The vector of a passage is the mean of its tokens, in which one sentence that answers is one of six.
The means of short runs of the same tokens cost nothing more to compute, and each token knows the
passage that it stands in (late chunking: Guenther et al. 2024, arXiv 2409.04701).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

PART_TOKENS = 24
"""Tokens of a part, about a sentence. Of 12 to 40, 24 and 16 found most in SQuAD's paragraphs; 16
are half as many vectors again."""


def pool_parts(tokens: Array) -> tuple[Array, Array]:
    """Return the vector of a text and those of its parts.

    Args:
        tokens: what a model makes of the tokens of a text, with one before and one behind them
            that are no words. Shape: (n, d).

    Returns:
        Shapes (d,) and (parts, d), each row of length 1: the mean of all tokens, and the means of
        runs of equal length, of about `PART_TOKENS`. A text that is one part has the mean of its
        words there.
    """
    words = tokens[1:-1] if len(tokens) > 2 else tokens
    parts = np.array_split(words, max(1, round(len(words) / PART_TOKENS)))
    means = np.stack([part.mean(axis=0) for part in (tokens, *parts)])
    vectors = unit_rows(means)
    return vectors[0], vectors[1:]


def unit_rows(rows: Array) -> Array:
    """Return each row at length 1."""
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def stack_vectors(vectors: Sequence[Array], dimension: int) -> Array:
    """Return vectors as the rows of one matrix. Shape: (len(vectors), dimension)."""
    return np.stack(vectors) if vectors else np.zeros((0, dimension), np.float32)
