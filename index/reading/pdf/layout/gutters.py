"""Where running text shows that a part of a page is set in columns."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from sourcebook.index.reading.pdf.frames import Box
from sourcebook.index.reading.pdf.tables.cells import is_value_or_dash
from sourcebook.index.reading.pdf.text.lines import Line, rows_of

_MIN_LINES = 3
_MIN_LINES_ALONE = 5
"""The fewest lines of a run of text that shows a column, and of one beside no other run."""

_MIN_WORDS = 3.5
"""The words that a line of running text has at least on average."""

_MAX_ALIGNED = 0.6
"""A smaller share of the rows of a table beside running text stand on the base lines of it."""

_MIN_FULL_WORDS = 6.0
"""Lines of fewer words may be the names of the rows of a table."""

_MOST_ALIGNED, _VALUE_SHARE = 0.9, 0.6
"""So many of the texts at the right of a gutter in a table stand in its rows, and are numbers."""

Strip = tuple[float, float]


@dataclass(slots=True)
class TextRun:
    """Lines of running text under each other: all but the last of a paragraph about as long."""

    lines: list[Line]
    left: float
    right: float

    def add(self, line: Line) -> None:
        """Add the next line."""
        self.lines.append(line)
        self.left, self.right = min(self.left, line.left), max(self.right, line.right)

    @property
    def words(self) -> float:
        """The words of a line on average."""
        return sum(line.text.count(" ") + 1 for line in self.lines) / len(self.lines)

    @property
    def is_text(self) -> bool:
        """Whether it is long enough, of lines of several words that mostly go to its end."""
        if len(self.lines) < _MIN_LINES:
            return False
        width = self.right - self.left
        full = sum(line.right - line.left >= 0.7 * width for line in self.lines)
        return self.words >= _MIN_WORDS and full * 2 >= len(self.lines)


def text_runs(lines: Sequence[Line]) -> list[TextRun]:
    """Return the runs of running text among lines of a page."""
    runs: list[TextRun] = []
    near: list[TextRun] = []  # those that a later line may go on
    for line in sorted(lines, key=lambda line: (line.base, line.left)):
        near = [run for run in near if line.base - run.lines[-1].base <= 2.0 * line.size]
        run = next((run for run in near if _goes_on(run, line)), None)
        if run is None:
            run = TextRun([line], line.left, line.right)
            runs.append(run)
            near.append(run)
        else:
            run.add(line)
    return [run for run in runs if run.is_text]


def _goes_on(run: TextRun, line: Line) -> bool:
    last = run.lines[-1]
    if not 0.7 * line.size < line.base - last.base <= 2.0 * line.size:
        return False
    if abs(last.size - line.size) > 0.1 * line.size:
        return False
    if not -4 * line.size < line.left - run.left < 4 * line.size:
        return False
    overlap = min(run.right, line.right) - max(run.left, line.left)
    return overlap > 0.5 * min(line.right - line.left, run.right - run.left)


def gutter_strips(runs: Sequence[TextRun], boxes: Sequence[Box], size: float) -> list[Strip]:
    """Return the strips in which a gutter may stand: between two runs of text, or between a run and
    what stands beside it."""
    strips: set[tuple[int, int]] = set()
    for run in runs:
        top, bottom = run.lines[0].top, run.lines[-1].bottom
        beside = [box for box in boxes if box[1] < bottom and box[3] > top]
        if len(run.lines) < _MIN_LINES_ALONE:
            beside = []
        rights = [other.left for other in runs if other.left > run.right + 0.5 * size]
        rights += [left for left, *_ in beside if left > run.right + 0.5 * size]
        lefts = [right for _, _, right, _ in beside if right < run.left - 0.5 * size]
        if rights:
            strips.add((round(run.right), round(min(rights))))
        if lefts:
            strips.add((round(max(lefts)), round(run.left)))
    return sorted(strips)


def are_columns(left: Sequence[Line], right: Sequence[Line], *, is_known: bool) -> bool:
    """Return whether what stands at the two sides of a gutter are columns of a page.

    Args:
        left: The lines at its left.
        right: Those at its right.
        is_known: Whether text stands at both sides of the gutter elsewhere on the page.
    """
    runs = text_runs(left), text_runs(right)
    if all(runs):
        return True
    if not any(runs):
        return False
    text, other_side = (left, right) if runs[0] else (right, left)
    longest = max((runs[0] or runs[1]), key=lambda run: len(run.lines))
    if is_known:
        return not (longest.words < _MIN_FULL_WORDS and _are_rows(text, other_side))
    if len(longest.lines) < _MIN_LINES_ALONE or len(other_side) < _MIN_LINES:
        return False
    return share_aligned(other_side, text) < _MAX_ALIGNED


def is_wide_table(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return whether what stands at the two sides of a gutter are rows of one table: numbers at its
    right, each beside something at its left."""
    if len(left) < 2 or len(right) < 2 or text_runs(left) or text_runs(right):
        return False
    return _are_rows(left, right)


def _are_rows(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Return whether numbers stand at the right, each beside something at the left; rows that begin
    with words are those of another table."""
    if len(right) < 2 or share_aligned(right, left) < _MOST_ALIGNED:
        return False
    firsts = [row[0].text for row in rows_of(right)]
    texts = [line.text for line in right]
    return all(
        sum(map(is_value_or_dash, own)) >= _VALUE_SHARE * len(own) for own in (firsts, texts)
    )


def share_aligned(lines: Sequence[Line], other_lines: Sequence[Line]) -> float:
    """Return the share of the lines beside which another stands on the same base line."""
    bases = sorted(line.base for line in other_lines)
    count = 0
    for line in lines:
        place = bisect_left(bases, line.base - 0.25 * line.size)
        count += place < len(bases) and bases[place] <= line.base + 0.25 * line.size
    return count / len(lines)
