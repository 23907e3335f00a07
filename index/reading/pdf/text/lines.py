"""Lines of a page: words that stand beside each other on one base line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sourcebook.index.reading.pdf.frames import Box
from sourcebook.index.structure.raised import superscript

from .spacing import has_space_between
from .words import PdfWord

WIDE_GAP = 1.0
"""The gap in the size of the letters at which a line falls in two."""

RAISED_SIZE, RAISED_BY = 0.86, 0.12
"""A sign is raised that is at most so large beside its line, and at least so much higher."""

_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@dataclass(frozen=True, slots=True)
class Sign:
    """A raised sign in a line."""

    text: str


@dataclass(slots=True, eq=False)
class Line:
    """The text of words on one base line, and the box around them."""

    left: float
    top: float
    right: float
    bottom: float
    base: float
    size: float
    page: int = 0
    is_bold: bool = False
    is_mono: bool = False
    pieces: list[str | Sign] = field(default_factory=list)

    @property
    def box(self) -> Box:
        """The box around the words."""
        return self.left, self.top, self.right, self.bottom

    @property
    def text(self) -> str:
        """The text with its raised signs."""
        return "".join(piece if isinstance(piece, str) else piece.text for piece in self.pieces)

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def make_line(words: Sequence[PdfWord], page: int = 0) -> Line:
    """Return a line of words that stand on one base line, in any order."""
    words = _reading_order(words)
    look = words[0].look
    if all(word.look is look for word in words):
        size, is_bold, is_mono = look.size, look.is_bold, look.is_mono
    else:
        sizes: Counter[float] = Counter()
        bold = mono = 0
        for word in words:
            sizes[word.look.size] += len(word.text)
            bold += len(word.text) * word.look.is_bold
            mono += len(word.text) * word.look.is_mono
        size = sizes.most_common(1)[0][0]
        length = sum(sizes.values())
        is_bold, is_mono = bold * 10 > length * 9, mono * 10 > length * 9
    base = next(word.base for word in words if word.look.size == size)
    return Line(
        min([word.left for word in words]),
        min([word.top for word in words]),
        max([word.right for word in words]),
        max([word.bottom for word in words]),
        base,
        size,
        page,
        is_bold,
        is_mono,
        _pieces(words, size, base),
    )


def join_lines(lines: Sequence[Line]) -> Line:
    """Return lines beside each other as one."""
    first = max(lines, key=lambda line: len(line.text))
    return Line(
        min(line.left for line in lines),
        min(line.top for line in lines),
        max(line.right for line in lines),
        max(line.bottom for line in lines),
        first.base,
        first.size,
        first.page,
        all(line.is_bold for line in lines),
        all(line.is_mono for line in lines),
        [piece for line in lines for piece in (*line.pieces, " ")][:-1],
    )


def _reading_order(words: Sequence[PdfWord]) -> list[PdfWord]:
    if len(words) == 1:
        return list(words)
    foreign = sum(
        not word.text.isascii() and bool(_RIGHT_TO_LEFT.search(word.text)) for word in words
    )
    if foreign * 2 <= len(words):
        return sorted(words, key=lambda word: word.left)
    drawn = sorted(words, key=lambda word: word.number)
    if drawn[-1].number - drawn[0].number == len(words) - 1:
        return drawn
    return sorted(words, key=lambda word: -word.right)


def written_sign(before: str, sign: str, after: str = "") -> str | None:
    """Return what a raised sign is written as, or None if it refers to a footnote.

    A lone letter does: those that end a word ("1e", "nº") are of few kinds.
    """
    if len(sign) == 1 and sign in "abcdfghijkl" and not before[-1:].isalpha():
        return None
    return superscript(before, sign, after=after)


def is_raised(word: PdfWord, size: float, base: float) -> bool:
    """Return whether a word is a raised sign on a line of this size and base."""
    return (
        word.size <= RAISED_SIZE * size
        and RAISED_BY * size < base - word.base < 0.8 * size
        and len(word.text) <= 8
    )


def _pieces(words: Sequence[PdfWord], size: float, base: float) -> list[str | Sign]:
    """Return the text of a line, with a space where there is one on the page."""
    pieces: list[str | Sign] = []
    before: PdfWord | None = None
    was_sign = False
    for word in words:
        is_sign = word.look.size < size and is_raised(word, size, base)
        space = " " if before is not None and has_space_between(before, word) else ""
        if is_sign and was_sign and isinstance(pieces[-1], Sign):
            pieces[-1] = Sign(pieces[-1].text + space + word.text)
        elif is_sign:
            pieces += [space, Sign(word.text)] if space else [Sign(word.text)]
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += space + word.text
        else:
            pieces.append(space + word.text)
        before, was_sign = word, is_sign
    return pieces


def group_lines(words: Iterable[PdfWord], page: int, wide_gap: float = WIDE_GAP) -> list[Line]:
    """Return the lines of words, in no certain order; a wide gap parts two lines.

    Words are first taken as they are drawn, then what was drawn in pieces is put together.
    """
    runs: list[list[PdfWord]] = []
    for word in words:
        if runs and _continues(runs[-1][-1], word, wide_gap):
            runs[-1].append(word)
        else:
            runs.append([word])
    if len(runs) > 1:
        runs = _join_runs(runs, wide_gap)
    return [make_line(run, page) for run in runs]


def _continues(before: PdfWord, word: PdfWord, wide_gap: float) -> bool:
    """Return whether a word stands beside another on the same line."""
    size = max(before.look.size, word.look.size, 1)
    gap = word.left - before.right
    if gap > wide_gap * size:
        return False
    if gap < -0.3 * size and before.left - word.right > wide_gap * size:
        return False
    shift = abs(word.base - before.base)
    if shift <= 0.08 * size:
        return gap > -size or word.right <= before.left + 0.3 * size
    if gap < -0.5 * size:
        return False
    small = min(before.look.size, word.look.size)
    if small > RAISED_SIZE * size:
        return shift <= 0.25 * size
    overlap = min(before.bottom, word.bottom) - max(before.top, word.top)
    return overlap > 0.45 * min(word.bottom - word.top, before.bottom - before.top)


@dataclass(slots=True)
class _WordRun:
    words: list[PdfWord]
    left: float
    right: float
    top: float
    bottom: float
    base: float
    size: float


def _join_runs(runs: list[list[PdfWord]], wide_gap: float) -> list[list[PdfWord]]:
    """Put runs together that stand beside each other on one base line."""
    items = [_run(words) for words in runs]
    items.sort(key=lambda run: (run.base, run.left))
    line_runs: list[_WordRun] = []
    near: list[_WordRun] = []  # those that a later run may stand beside
    for run in items:
        near = [other for other in near if other.bottom + other.size > run.base - run.size]
        best = next(
            (
                other
                for other in reversed(near)
                if _stand_beside(other, run, wide_gap) and not _is_between(other, run, items, near)
            ),
            None,
        )
        if best is None:
            line_runs.append(run)
            near.append(run)
            continue
        best.words += run.words
        best.left, best.right = min(best.left, run.left), max(best.right, run.right)
        best.top, best.bottom = min(best.top, run.top), max(best.bottom, run.bottom)
        if run.size > best.size:
            best.base, best.size = run.base, run.size
    return [run.words for run in line_runs]


def _is_between(
    first: _WordRun, second: _WordRun, _items: list[_WordRun], near: list[_WordRun]
) -> bool:
    low, high = min(first.right, second.right), max(first.left, second.left)
    return any(
        run is not first
        and abs(run.base - second.base) < 0.3 * second.size
        and low < (run.left + run.right) / 2 < high
        for run in near
    )


def _run(words: list[PdfWord]) -> _WordRun:
    largest = max(words, key=lambda word: word.look.size)
    return _WordRun(
        words,
        min(word.left for word in words),
        max(word.right for word in words),
        min(word.top for word in words),
        max(word.bottom for word in words),
        largest.base,
        largest.look.size,
    )


def _stand_beside(first: _WordRun, second: _WordRun, wide_gap: float) -> bool:
    size = max(first.size, second.size, 1)
    gap = max(second.left - first.right, first.left - second.right)
    if not -0.5 * size < gap <= wide_gap * size:
        return False
    shift = abs(first.base - second.base)
    if min(first.size, second.size) > RAISED_SIZE * size:
        return shift <= 0.12 * size
    small, large = sorted((first, second), key=lambda run: run.size)
    return (
        len(small.words) <= 3
        and gap < 0.4 * size
        and -0.3 * size < large.base - small.base < 0.8 * size
    )


def rows_of(lines: Iterable[Line]) -> list[list[Line]]:
    """Return lines in rows from the top: those that stand on one base line, from the left."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.base):
        if rows and abs(rows[-1][0].base - line.base) <= 0.3 * max(
            min(line.size, rows[-1][0].size), 1
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.left)
    return rows
