"""The segments that a library is searched by in one generation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from .postings import Mask
from .segment import Keys, Segment


class Snapshot:
    """The segments of one generation; ``masks``: which of their rows are there, None for all;
    ``count``: how many passages there are, ``mean``: how many words each has on average."""

    def __init__(
        self, generation: int, segments: Sequence[Segment], masks: Sequence[Mask | None]
    ) -> None:
        self.generation, self.segments, self.masks = generation, segments, masks
        present = [
            segment.postings.lengths if mask is None else segment.postings.lengths[mask]
            for segment, mask in zip(segments, masks, strict=True)
        ]
        self.count = sum(map(len, present))
        words = sum(int(lengths.sum()) for lengths in present)
        self.mean = max(words / max(self.count, 1), 1e-9)
        self._vocabulary: dict[str, list[str]] = {}

    @cached_property
    def keys(self) -> Keys:
        """The keys of all rows, ascending, those of passages that are gone too."""
        return np.concatenate([np.zeros(0, np.int64), *(s.keys for s in self.segments)])

    def vocabulary(self, letter: str) -> list[str]:
        """Return the terms that begin with a letter."""
        if letter not in self._vocabulary:
            terms = (segment.postings.beginning(letter) for segment in self.segments)
            self._vocabulary[letter] = sorted(set().union(*terms))
        return self._vocabulary[letter]
