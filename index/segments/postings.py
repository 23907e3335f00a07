"""Which rows hold which terms, how often and where: arrays that are read where they lie."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

COUNT_LIMIT = 255
"""The most that is counted of a term in one row."""

_AT_ONCE = 4_000_000
"""Values moved together where postings are joined: they need eight times as much room meanwhile."""

_BEGINNING = 8
"""Bytes of a term that are compared first."""

_SIDES: tuple[Literal["left"], Literal["right"]] = ("left", "right")

_Block = tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int64]]

Rows = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Postings:
    """The terms in the order of their bytes, and the rows of each in ascending order.

    ``text`` are the terms one behind the other, in UTF-8, term t up to ``ends[t]``. Its postings
    are ``rows[starts[t] : starts[t + 1]]``, with as many ``counts``; their ``places`` are
    ``counts`` of each, one row's behind the other's, from ``place_starts[t]``. ``lengths`` are the
    tokens of each row.
    """

    text: NDArray[np.uint8]
    ends: NDArray[np.int64]
    starts: NDArray[np.int64]
    rows: Rows
    counts: NDArray[np.uint8]
    place_starts: NDArray[np.int64]
    places: NDArray[np.uint16]
    lengths: Rows

    @classmethod
    def of(
        cls,
        terms: Sequence[str],
        starts: NDArray[np.int64],
        *arrays: Any,
    ) -> Postings:
        """Return the postings of terms in their order.

        Args:
            terms: the terms.
            starts: where the postings of each begin, and where the last ones end.
            arrays: ``rows``, ``counts``, ``places`` and ``lengths``.
        """
        rows, counts, places, lengths = arrays
        data = [term.encode() for term in terms]
        ends = np.cumsum([len(term) for term in data], dtype=np.int64)
        text = np.frombuffer(b"".join(data), np.uint8)
        sums = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        return cls(text, ends, starts, rows, counts, sums[starts], places, lengths)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return all arrays by their names."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def find(self, term: str) -> int | None:
        """Return the number of a term; None where no row holds it."""
        data = term.encode()
        beginning = np.uint64(int.from_bytes(data[:_BEGINNING].ljust(_BEGINNING, b"\0")))
        first, last = (int(np.searchsorted(self._beginnings, beginning, side)) for side in _SIDES)
        at = bisect_left(range(first, last), data, key=self._term) + first
        return at if at < last and self._term(at) == data else None

    def beginning(self, letter: str) -> list[str]:
        """Return the terms that begin with a letter."""
        first, last = (
            bisect_left(range(len(self.ends)), text, key=self._term)
            for text in (letter.encode(), chr(ord(letter) + 1).encode("utf-8", "surrogatepass"))
        )
        return self._terms(first, last)

    def of_term(self, number: int) -> tuple[Rows, NDArray[np.uint8]]:
        """Return the rows that hold a term, and how often each does."""
        part = slice(self.starts[number], self.starts[number + 1])
        return self.rows[part], self.counts[part]

    def places_of(self, number: int) -> NDArray[np.int64]:
        """Return where a term stands: rows times 2^16, and places in them, ascending."""
        rows, counts = self.of_term(number)
        places = self.places[self.place_starts[number] : self.place_starts[number + 1]]
        return (np.repeat(rows.astype(np.int64), counts) << 16) + places

    def places_in(
        self, number: int, rows: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where a term stands in some rows: the row of each place, and the place.

        Args:
            number: of the term.
            rows: ascending.
        """
        holders, counts = self.of_term(number)
        at = np.minimum(np.searchsorted(holders, rows), len(holders) - 1)
        holding = at[holders[at] == rows]
        ends = np.cumsum(counts, dtype=np.int64)[holding] + self.place_starts[number]
        sizes = counts[holding].astype(np.int64)
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        places = self.places[np.repeat(ends - sizes, sizes) + within]
        return np.repeat(holders[holding].astype(np.int64), sizes), places.astype(np.int64)

    @cached_property
    def _beginnings(self) -> NDArray[np.uint64]:
        """The first bytes of each term as one number, so that few terms are read to find one."""
        starts = np.concatenate([[0], self.ends[:-1]]).astype(np.int64)
        lengths = self.ends - starts
        numbers = np.zeros(len(starts), np.uint64)
        for at in range(_BEGINNING):
            numbers <<= np.uint64(8)
            longer = lengths > at
            numbers[longer] |= self.text[starts[longer] + at]
        return numbers

    def _term(self, number: int) -> bytes:
        start = self.ends[number - 1] if number else 0
        return self.text[start : self.ends[number]].tobytes()

    def _terms(self, first: int, last: int) -> list[str]:
        start = int(self.ends[first - 1]) if first else 0
        cuts = [0, *(self.ends[first:last] - start).tolist()]
        data = self.text[start : start + cuts[-1]].tobytes()
        return [data[a:b].decode() for a, b in pairwise(cuts)]

    def terms(self) -> list[str]:
        """Return all terms."""
        return self._terms(0, len(self.ends))


def join(parts: Sequence[tuple[Postings, Mask]]) -> Postings:
    """Return several postings as one, without the rows that are there no more.

    Args:
        parts: of rows that follow each other; with each, which of its rows stay.
    """
    names = [postings.terms() for postings, _ in parts]
    union = sorted(set().union(*names), key=str.encode)
    numbers = {term: number for number, term in enumerate(union)}
    rows: list[_Block] = []
    counts: list[_Block] = []
    places: list[_Block] = []
    sizes = np.zeros((2, len(union)), np.int64)
    first = 0
    for (postings, stays), terms in zip(parts, names, strict=True):
        to = np.fromiter((numbers[term] for term in terms), np.int64, len(terms))
        staying = None if stays.all() else stays[postings.rows]
        staying_places = None if staying is None else np.repeat(staying, postings.counts)
        row_numbers = (np.cumsum(stays) - 1 + first).astype(np.int32)
        first += int(stays.sum())
        for all_values, mask, all_cuts, blocks, row in (
            (row_numbers[postings.rows], staying, postings.starts, rows, 0),
            (postings.counts, staying, postings.starts, counts, None),
            (postings.places, staying_places, postings.place_starts, places, 1),
        ):
            values, cuts = all_values, all_cuts
            if mask is not None:
                values = all_values[mask]
                cuts = np.concatenate([[0], np.cumsum(mask)])[all_cuts]
            lengths = np.diff(cuts)
            blocks.append((values, to, lengths))
            if row is not None:
                sizes[row, to] += lengths
    present = sizes[0] > 0
    starts, place_starts = (np.concatenate([[0], np.cumsum(row)]) for row in sizes)
    return Postings.of(
        [term for term, is_present in zip(union, present, strict=True) if is_present],
        np.concatenate([starts[:-1][present], starts[-1:]]),
        _interleave(rows, starts, np.int32),
        _interleave(counts, starts, np.uint8),
        _interleave(places, place_starts, np.uint16),
        np.concatenate([postings.lengths[stays] for postings, stays in parts]),
    )


def _interleave(
    blocks: Iterable[_Block],
    starts: NDArray[np.int64],
    kind: Any,
) -> NDArray[Any]:
    """Return the values of all terms, each term's of one part behind those of the part before.

    Args:
        blocks: of each part its values, term by term; the number of each term; and how many
            values each has.
        starts: where the values of each term begin.
        kind: the type of the values.
    """
    result = np.empty(int(starts[-1]), kind)
    free = starts[:-1].copy()
    for values, to, lengths in blocks:
        ends = np.cumsum(lengths)
        shift = free[to] - (ends - lengths)
        for start in range(0, len(values), _AT_ONCE):
            stop = min(start + _AT_ONCE, len(values))
            first, last = np.searchsorted(ends, (start, stop - 1), side="right")
            cuts = np.clip(np.concatenate([[start], ends[first : last + 1]]), start, stop)
            to_here = np.repeat(shift[first : last + 1], np.diff(cuts))
            result[np.arange(start, stop) + to_here] = values[start:stop]
        free[to] += lengths
    return result
