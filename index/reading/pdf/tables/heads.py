"""The heads of a table without rules: each belongs to a column, though it may not stand over it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sourcebook.index.reading.pdf.text.lines import Line
from sourcebook.index.structure.figures import is_value

Row = Sequence[Line]
Band = tuple[float, float]
Span = tuple[int, int]

_MAX_HEAD_ROWS = 4
_MIN_OVERLAP = 0.25
"""A line stands in a column that it covers so much of, in sizes of its letters."""

_NEAR_SHARE, _GAIN_SHARE = 0.15, 0.1
"""The middle of a head over several columns is at most so far from theirs, and by so much nearer
than to those of fewer, in distances of columns."""


def count_head_rows(rows: Sequence[Row]) -> int:
    """Return how many rows at the top hold no number, if there are numbers below."""
    for number, row in enumerate(rows[: _MAX_HEAD_ROWS + 1]):
        if any(is_value(line.text) for line in row[1:]):
            return number
    return 0


def columns_of(columns: Sequence[Band], line: Line) -> list[int]:
    """Return the columns that a line stands in, the most covered one at least."""
    shares = [min(line.right, right) - max(line.left, left) for left, right in columns]
    covered = [number for number, share in enumerate(shares) if share > _MIN_OVERLAP * line.size]
    if covered:
        return covered
    best = max(range(len(shares)), key=shares.__getitem__, default=0)
    return [best] if shares and shares[best] > 0 else []


class HeadPlaces:
    """The columns of a table and the columns that each line of its heads is over.

    A head in the middle of its column may stand beside the numbers at the column's right: it is
    over the free column next to it. Where there is none it has a column of its own.
    """

    def __init__(self, heads: Sequence[Row], columns: Sequence[Band]) -> None:
        self.columns = list(columns)
        for row in heads:
            for line in row:
                if not columns_of(self.columns, line) and not self._beside(row).get(id(line)):
                    self.columns = sorted([*self.columns, (line.left, line.right)])
        self.spans: dict[int, Span] = {}
        for row in heads:
            beside = self._beside(row)
            for line in row:
                own = columns_of(self.columns, line) or [beside.get(id(line), 0)]
                self.spans[id(line)] = (own[0], own[-1])
        for row in heads[:-1]:
            self._widen(row, heads[-1])

    def _pitch(self) -> float:
        """Return the usual distance of two columns."""
        rights = [right for _, right in self.columns[1:]]
        steps = sorted(after - before for before, after in pairwise(rights))
        return steps[len(steps) // 2] if steps else self.columns[-1][1] - self.columns[0][1]

    def _beside(self, row: Row) -> dict[int, int]:
        """Return the columns of the heads of a row that stand in none but beside a free one."""
        placements = [(line, columns_of(self.columns, line)) for line in row]
        places: dict[int, int] = {}
        start = 1
        run: list[Line] = []
        for line, own in [*placements, (None, [len(self.columns)])]:
            if line is not None and not own:
                run.append(line)
                continue
            free = list(range(start, own[0]))
            places |= {id(head): column for head, column in self._in_order(run, free)}
            run, start = [], own[-1] + 1
        return places

    def _in_order(self, heads: Sequence[Line], free: Sequence[int]) -> Iterator[tuple[Line, int]]:
        """Yield heads with the free columns beside them, in their order."""
        if len(heads) == len(free):
            yield from zip(heads, free, strict=True)
            return
        remaining = list(free)
        for head in heads:
            near = [n for n in remaining if self._gap(head, n) <= 0.75 * self._pitch()]
            if near:
                best = min(near, key=lambda n: self._gap(head, n))
                yield head, best
                remaining = [n for n in remaining if n > best]

    def _gap(self, head: Line, column: int) -> float:
        left, right = self.columns[column]
        return max(left - head.right, head.left - right, 0.0)

    def _votes_for_right(self, leaves: Row) -> int:
        """Return how many more heads end with the numbers below them than stand in their middle, or
        beside them; 0 where it cannot be told."""
        votes = 0
        for leaf in leaves:
            left, right = self.columns[self.spans[id(leaf)][0]]
            near = 0.3 * leaf.size
            is_right = abs(leaf.right - right) < near
            is_middle = abs(leaf.middle[0] - (left + right) / 2) < near
            votes += is_right - (is_middle or not is_right)
        return votes

    def _widen(self, row: Row, leaves: Row) -> None:
        """Put heads over all columns in whose middle they stand."""
        pitch = self._pitch()
        middles = {n: (left + right) / 2 for n, (left, right) in enumerate(self.columns)}
        middles |= {self.spans[id(leaf)][0]: leaf.middle[0] for leaf in leaves}
        width = len(self.columns)
        votes = self._votes_for_right(leaves)
        for number, line in enumerate(row):
            first, last = self.spans[id(line)]
            low = self.spans[id(row[number - 1])][1] + 1 if number else 1
            high = self.spans[id(row[number + 1])][0] - 1 if number + 1 < len(row) else width - 1

            def miss(span: Span, line: Line = line) -> float:
                start, end = span
                of_heads = abs(line.middle[0] - (middles[start] + middles[end]) / 2)
                cells = (self.columns[start][1] - pitch + self.columns[end][1]) / 2
                of_cells = abs(line.middle[0] - cells)
                return min(of_heads, of_cells) if not votes else of_cells if votes > 0 else of_heads

            spans = [(a, b) for a in range(low, first + 1) for b in range(last, high + 1)]
            if not spans or first < low:
                continue
            best = min(spans, key=miss)
            gain = miss((first, last)) - miss(best)
            if miss(best) < _NEAR_SHARE * pitch and gain > _GAIN_SHARE * pitch:
                self.spans[id(line)] = best


def is_wrapped(heads: Sequence[Row], body: Sequence[Row], spans: dict[int, Span]) -> bool:
    """Return whether rows of heads are lines of one row: closer than the rows below, each over one
    column."""
    if len(heads) < 2 or any(
        spans[id(line)][0] != spans[id(line)][1] for row in heads for line in row
    ):
        return False
    gaps = [below[0].base - above[0].base for above, below in pairwise(heads)]
    rows = [below[0].base - above[0].base for above, below in pairwise(body)]
    size = heads[-1][0].size
    return max(gaps) <= 1.35 * size and (not rows or max(gaps) <= 0.9 * min(rows))
