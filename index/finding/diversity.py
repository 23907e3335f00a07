"""Passages that say different things, where the best say one thing again and again.

Maximal marginal relevance (Carbonell and Goldstein 1998): the next passage is the one that fits
most, less what it is like one that was taken before.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sourcebook.index.embedding.base import Vectors

FIT = 0.7
"""What fitting counts against being unlike the others, which counts the rest of 1."""


def diverse_order(scores: Sequence[float], vectors: Vectors, k: int) -> list[int]:
    """Return the places of passages in the order in which they are taken, ``k`` at most.

    Args:
        scores: of the passages, from 0 to 1, the best first.
        vectors: unit vectors, a row for each.
        k: how many are taken at most.
    """
    fit = FIT * np.asarray(scores, np.float64)
    likeness = vectors @ vectors.T
    nearest = np.zeros(len(fit))
    order: list[int] = []
    left = np.ones(len(fit), bool)
    while left.any() and len(order) < k:
        best = int(np.argmax(np.where(left, fit - (1 - FIT) * nearest, -np.inf)))
        order.append(best)
        left[best] = False
        nearest = np.maximum(nearest, likeness[best])
    return order
