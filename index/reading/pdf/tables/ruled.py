"""Tables whose cells are parted by rules."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np

from sourcebook.index.reading.pdf.frames import Box
from sourcebook.index.reading.pdf.text.lines import Line, group_lines
from sourcebook.index.reading.pdf.text.words import PdfWord

from .cells import PdfCell, PdfTable, split_rows_of_lines
from .shapes import Shapes

_NEAR = 3.0
"""Rules meet that are so near, in points."""

_MAX_RULES, _MAX_CELLS = 2_000, 6_000

Rule = tuple[float, float, float]
"""Where a rule stands, and from where to where it goes."""


def ruled_tables(
    shapes: Shapes, words: Sequence[PdfWord], page: int
) -> tuple[list[PdfTable], list[PdfWord]]:
    """Return the ruled tables of a page, and the words that are in none."""
    if len(shapes.across) < 2 or len(shapes.upright) < 2 or not words:
        return [], list(words)
    across = _merged(
        [((top + bottom) / 2, left, right) for left, top, right, bottom in shapes.across]
    )
    upright = _merged(
        [((left + right) / 2, top, bottom) for left, top, right, bottom in shapes.upright]
    )
    if len(across) > _MAX_RULES or len(upright) > _MAX_RULES:
        return [], list(words)
    grids: list[PdfTable] = []
    rest = list(words)
    for rows, columns in _groups(across, upright):
        lattice = _Lattice(rows, columns)
        if not lattice.is_table or lattice.is_stripe(words):
            continue
        left, top, right, bottom = lattice.box
        inside = [
            word
            for word in rest
            if left <= (word.left + word.right) / 2 <= right
            and top <= (word.top + word.bottom) / 2 <= bottom
        ]
        if not inside:
            continue
        cells, words_of = lattice.cells(inside)
        if len(words_of) < max(2, len(cells) // 8):
            continue
        for cell in cells:
            if words_in_cell := words_of.get(id(cell)):
                cell.lines = cell_lines(words_in_cell, page)
        if _is_frame(cells, words_of, page):
            continue
        cells = split_rows_of_lines(_without_thin(cells))
        inside_ids = {id(word) for word in inside}
        rest = [word for word in rest if id(word) not in inside_ids]
        grids.append(PdfTable(cells, lattice.box, page))
    return grids, rest


_FRAME_SHARE = 0.3
"""The share of the lines in cells that may have columns of their own, until it is a frame."""

_COLUMN_GAP = 1.5
"""The gap in the size of the letters at which words of a cell stand in columns of their own."""


def _is_frame(
    cells: Iterable[PdfCell], words_of: Mapping[int, Sequence[PdfWord]], page: int
) -> bool:
    """Return whether rules stand around columns and not between them, as in forms and print-outs
    of sheets: several lines of a cell have words as far apart as columns are.

    Args:
        cells: with their lines.
        words_of: the words of each cell, by its id.
        page: the number of the page.
    """
    count = loose_count = 0
    for cell in cells:
        lines = len({round(line.base) for line in cell.lines})
        pieces = len(group_lines(words_of.get(id(cell), ()), page, _COLUMN_GAP))
        count += lines
        if pieces - lines > 1:
            loose_count += min(pieces - lines, lines)
    return loose_count > _FRAME_SHARE * count


def _merged(rules: list[Rule]) -> list[Rule]:
    """Put rules together that continue or cover each other."""
    rules.sort()
    rows: list[list[Rule]] = []
    for rule in rules:
        if rows and rule[0] - rows[-1][0][0] <= 1.5:
            rows[-1].append(rule)
        else:
            rows.append([rule])
    merged: list[Rule] = []
    for row in rows:
        place = sum(rule[0] for rule in row) / len(row)
        start: float | None = None
        end = 0.0
        for _, low, high in sorted(row, key=lambda rule: rule[1]):
            if start is None:
                start, end = low, high
            elif low <= end + _NEAR:
                end = max(end, high)
            else:
                merged.append((place, start, end))
                start, end = low, high
        if start is not None:
            merged.append((place, start, end))
    return [rule for rule in merged if rule[2] - rule[1] > 4]


def _groups(across: Sequence[Rule], upright: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the rules that meet each other, group by group, the largest first."""
    if not across or not upright:
        return []
    rows, columns = np.array(across), np.array(upright)
    meets = (
        (rows[:, None, 1] - _NEAR <= columns[None, :, 0])
        & (columns[None, :, 0] <= rows[:, None, 2] + _NEAR)
        & (columns[None, :, 1] - _NEAR <= rows[:, None, 0])
        & (rows[:, None, 0] <= columns[None, :, 2] + _NEAR)
    )
    free = set(range(len(across)))
    groups = []
    while free:
        row_numbers, column_numbers, new = set[int](), set[int](), {free.pop()}
        while new:
            row_numbers |= new
            new_columns = (
                set(np.flatnonzero(meets[sorted(new)].any(axis=0)).tolist()) - column_numbers
            )
            column_numbers |= new_columns
            if not new_columns:
                break
            new = (
                set(np.flatnonzero(meets[:, sorted(new_columns)].any(axis=1)).tolist())
                - row_numbers
            )
        free -= row_numbers
        if len(row_numbers) > 1 and column_numbers:
            groups.append(
                (
                    [across[n] for n in sorted(row_numbers)],
                    [upright[n] for n in sorted(column_numbers)],
                )
            )
    return sorted(groups, key=lambda group: -len(group[0]) * len(group[1]))


def _places(rules: Sequence[Rule], crossing: Sequence[Rule]) -> list[float]:
    """Return where lines of a lattice stand: at its rules, and where the crossing ones end."""
    places = sorted(rule[0] for rule in rules)
    for end in (min(rule[1] for rule in crossing), max(rule[2] for rule in crossing)):
        if all(abs(end - place) > 2 * _NEAR for place in places):
            places.append(end)
    distinct: list[float] = []
    for place in sorted(places):
        if not distinct or place - distinct[-1] > _NEAR + 1:
            distinct.append(place)
    return distinct


class _Lattice:
    """Rows and columns between rules; a cell goes on where no rule stands."""

    def __init__(self, across: Sequence[Rule], upright: Sequence[Rule]) -> None:
        self._across, self._upright = across, upright
        self._xs = _places(upright, across)
        self._ys = _places(across, upright)

    @property
    def is_table(self) -> bool:
        """Whether there are two columns, and no more cells than a page can have."""
        rows, columns = len(self._ys) - 1, len(self._xs) - 1
        return columns >= 2 and rows >= 1 and rows * columns <= _MAX_CELLS

    def is_stripe(self, words: Sequence[PdfWord]) -> bool:
        """Return whether it is one row, with words close above or below: a row in another colour of
        a table that has no rules."""
        left, top, right, bottom = self.box
        near = 1.2 * (bottom - top)
        return len(self._ys) == 2 and any(
            left < word.middle[0] < right
            and not top < word.middle[1] < bottom
            and top - near < word.middle[1] < bottom + near
            for word in words
        )

    @property
    def box(self) -> Box:
        """The box around the rules."""
        return self._xs[0], self._ys[0], self._xs[-1], self._ys[-1]

    def _parted(
        self, rules: Sequence[Rule], places: Sequence[float], middles: Sequence[float]
    ) -> list[list[bool]]:
        """Return for each place and middle whether a rule stands there."""
        near: dict[int, list[Rule]] = {}
        for rule in rules:
            for number in range(
                bisect_left(places, rule[0] - _NEAR - 1), bisect_right(places, rule[0] + _NEAR + 1)
            ):
                near.setdefault(number, []).append(rule)
        return [
            [
                any(rule[1] - _NEAR <= middle <= rule[2] + _NEAR for rule in near.get(number, ()))
                for middle in middles
            ]
            for number in range(len(places))
        ]

    def cells(self, words: Sequence[PdfWord]) -> tuple[list[PdfCell], dict[int, list[PdfWord]]]:
        """Return the cells, without lines yet, and the words in each by the id of the cell."""
        xs, ys = self._xs, self._ys
        height, width = len(ys) - 1, len(xs) - 1
        row_middles = [(low + high) / 2 for low, high in pairwise(ys)]
        column_middles = [(low + high) / 2 for low, high in pairwise(xs)]
        upright = self._parted(self._upright, xs, row_middles)
        right_rule = [[upright[c + 1][r] for c in range(width)] for r in range(height)]
        lower_rule = self._parted(self._across, ys, column_middles)[1:]
        owner: dict[tuple[int, int], PdfCell] = {}
        for row in range(height):
            for column in range(width):
                if (row, column) in owner:
                    continue
                right = column + 1
                while (
                    right < width and not right_rule[row][right - 1] and (row, right) not in owner
                ):
                    right += 1
                lower = row + 1
                while lower < height and not any(lower_rule[lower - 1][column:right]):
                    if any(right_rule[lower][column : right - 1]) or not (
                        right == width or right_rule[lower][right - 1]
                    ):
                        break
                    lower += 1
                cell = PdfCell(
                    row,
                    column,
                    lower - row,
                    right - column,
                    box=(xs[column], ys[row], xs[right], ys[lower]),
                )
                owner |= {(r, c): cell for r in range(row, lower) for c in range(column, right)}
        contents: dict[int, list[PdfWord]] = {}
        for word in words:
            x, y = word.middle
            column = min(max(bisect_right(xs, x) - 1, 0), width - 1)
            row = min(max(bisect_right(ys, y) - 1, 0), height - 1)
            contents.setdefault(id(owner[row, column]), []).append(word)
        return list({id(cell): cell for cell in owner.values()}.values()), contents


def cell_lines(words: Sequence[PdfWord], page: int) -> list[Line]:
    """Return the lines of a cell from the top; a wide gap in a line is a space."""
    lines = group_lines(words, page, wide_gap=1000.0)
    turns = {word.look.turn for word in words}
    return sorted(lines, key=lambda line: line.base) if len(turns) == 1 else lines


def _without_thin(cells: list[PdfCell]) -> list[PdfCell]:
    """Return the cells without rows and columns that hold nothing and are narrow: double rules."""
    for axis in ("row", "column"):
        span = f"{axis}_span"
        first, last = (1, 3) if axis == "row" else (0, 2)
        count = max(getattr(cell, axis) + getattr(cell, span) for cell in cells)
        for number in reversed(range(count)):
            own = [
                cell
                for cell in cells
                if getattr(cell, axis) <= number < getattr(cell, axis) + getattr(cell, span)
            ]
            single = [cell for cell in own if getattr(cell, span) == 1]
            if not single or any(cell.lines for cell in single):
                continue
            if min(cell.box[last] - cell.box[first] for cell in single if cell.box) > 7:
                continue
            cells = [cell for cell in cells if not any(cell is other for other in single)]
            for cell in cells:
                if getattr(cell, axis) > number:
                    setattr(cell, axis, getattr(cell, axis) - 1)
                elif getattr(cell, axis) + getattr(cell, span) > number:
                    setattr(cell, span, getattr(cell, span) - 1)
    return cells
