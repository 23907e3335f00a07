"""A page of a PDF: its lines and tables, what is hidden on it, its pictures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .frames import Box, Frame
from .layout.figures import PdfChart, find_figures
from .legible import has_words, is_legible, without_unknown
from .tables.cells import PdfTable
from .tables.pieced import with_upright_rules
from .tables.ruled import ruled_tables
from .tables.shapes import Shapes, read_shapes
from .text.bullets import drawn_bullets
from .text.fractions import join_fractions
from .text.lines import Line, group_lines
from .text.spacing import join_letters
from .text.type3 import name_type3_letters
from .text.words import PdfWord, read_words

_MANY_SHAPES = 30
_MOST_WORDS = 60
"""The words of a font by which it is judged."""

_MIN_PICTURE = 40.0
"""The least width and height of a picture that is no ornament, in points."""


@dataclass(slots=True)
class PdfPage:
    """What stands on a page. ``hidden_texts`` are those that nobody sees, ``unknown_words``
    those with signs that are no characters; in one font ``has_unclear_font`` letters follow each
    other as in no language; ``side_lines`` are drawn at another angle than most;
    ``rules`` are those across the page, ``confidence`` is that of the recognition of a picture."""

    number: int
    size: tuple[float, float]
    lines: list[Line] = field(default_factory=list)
    side_lines: list[Line] = field(default_factory=list)
    grids: list[PdfTable] = field(default_factory=list)
    figures: list[PdfChart] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    hidden_texts: list[str] = field(default_factory=list)
    unknown_words: list[str] = field(default_factory=list)
    has_unclear_font: bool = False
    notes: list[str] = field(default_factory=list)
    pictures: int = 0
    is_drawn: bool = False
    may_show_text: bool = False  # as a picture, or as many shapes
    confidence: float | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no text stands on it."""
        return not (self.lines or self.grids or self.figures or self.side_lines)

    def text(self) -> str:
        """Return its text as it comes, to be judged."""
        cell_lines = [line for grid in self.grids for cell in grid.cells for line in cell.lines]
        labels = [line for figure in self.figures for line in figure.lines]
        lines = (*self.lines, *cell_lines, *labels, *self.side_lines)
        return "\n".join(line.text for line in lines)


WordSource = Callable[[Frame, Sequence[PdfWord], Shapes], list[PdfWord]]
"""Gives further words of a page, those of a form."""


def read_page(page: Any, number: int, more_words: WordSource | None = None) -> PdfPage:
    """Return what stands on a page."""
    frame = Frame.of_page(page)
    textpage = page.get_textpage()
    try:
        words = read_words(textpage, frame)
    finally:
        textpage.close()
    name_type3_letters(words)
    letters = "".join(word.text for word in words)
    unknown_words = _take_unknown(words) if is_legible(letters) else []
    has_unclear_font = _has_unclear_font(words)
    words = [word for word in words if word.text]
    main = frame.at_turn(_main_turn(words, frame.turn))
    shapes = read_shapes(page, main)
    words, hidden_texts = _visible(words, shapes, main)
    if more_words is not None:
        words += more_words(main, words, shapes)
    upright = [word for word in words if word.look.turn == main.turn and word.look.is_straight]
    askew = join_letters(
        word for word in words if not (word.look.turn == main.turn and word.look.is_straight)
    )
    turned_words = [_in_frame(word, main.at_turn(word.look.turn), main) for word in askew]
    upright = join_fractions(upright)
    upright += drawn_bullets([*shapes.fields, *shapes.drawings], upright)
    table_rules = with_upright_rules(shapes, upright)
    grids, rest = ruled_tables(table_rules, [*upright, *turned_words], number)
    rest_ids = {id(word) for word in rest}
    side_words = [
        word for word, other in zip(askew, turned_words, strict=True) if id(other) in rest_ids
    ]
    upright = [word for word in rest if id(word) not in {id(word) for word in turned_words}]
    lines = group_lines(upright, number)
    figures = find_figures(lines, shapes, number)
    labels = {id(line) for figure in figures for line in figure.lines}
    return PdfPage(
        number,
        main.size,
        [line for line in lines if id(line) not in labels],
        _side_lines(side_words, number),
        grids,
        figures,
        shapes.across,
        hidden_texts,
        unknown_words,
        has_unclear_font,
        pictures=sum(_is_picture(box) for box in shapes.pictures),
        is_drawn=shapes.count > 0,
        may_show_text=bool(shapes.pictures) or shapes.count >= _MANY_SHAPES,
    )


def _take_unknown(words: Sequence[PdfWord]) -> list[str]:
    """Take signs that are no characters out of words, and return the words that had some."""
    unknown_words = []
    for word in words:
        if not word.text.isascii() or not word.text.isprintable():
            plain = without_unknown(word.text)
            if plain != word.text:
                unknown_words.append(word.text)
                word.text = plain
    return unknown_words


def _has_unclear_font(words: Sequence[PdfWord]) -> bool:
    """Return whether a font on the page maps to nonsense, though most of the page is legible."""
    texts: dict[str, list[str]] = {}
    for word in words:
        if word.look.font and not word.look.is_mono:
            texts.setdefault(word.look.font, []).append(word.text)
    return len(texts) > 1 and not all(
        has_words(" ".join(own[:_MOST_WORDS])) for own in texts.values()
    )


def _main_turn(words: Sequence[PdfWord], turn: int) -> int:
    """Return the quarter turn of most letters."""
    counts = [0, 0, 0, 0]
    for word in words:
        if word.look.is_straight:
            counts[word.look.turn] += len(word.text)
    best = max(range(4), key=counts.__getitem__)
    return best if counts[best] > 2 * counts[turn] else turn


def _in_frame(word: PdfWord, own: Frame, main: Frame) -> PdfWord:
    """Return a word that is drawn at another angle as a box in the frame of the page."""
    left, top, right, bottom = own.box_in(main, (word.left, word.top, word.right, word.bottom))
    return replace(word, left=left, top=top, right=right, bottom=bottom)


def _side_lines(words: Sequence[PdfWord], number: int) -> list[Line]:
    lines: list[Line] = []
    for turn in range(4):
        for is_straight in (True, False):
            own = [
                word
                for word in words
                if word.look.turn == turn and word.look.is_straight == is_straight
            ]
            if own:
                lines += sorted(group_lines(own, number), key=lambda line: (line.base, line.left))
    return lines


def _visible(
    words: Sequence[PdfWord], shapes: Shapes, frame: Frame
) -> tuple[list[PdfWord], list[str]]:
    """Return the words that a reader of the page sees, and the others as texts.

    Text that is not drawn over a picture of the whole page is what a scanner recognised: it stays.
    """
    width, height = frame.size
    is_scan = any(_covers(box, width, height) for box in shapes.pictures)
    visible: list[PdfWord] = []
    invisible: list[PdfWord] = []
    for word in words:
        look = word.look
        if not look.is_drawn:
            is_visible = is_scan
        elif word.right < -2 or word.bottom < -2 or word.left > width + 2 or word.top > height + 2:
            is_visible = look.turn != frame.turn
        elif look.is_white:
            is_visible = _has_ground(word, shapes, frame)
        else:
            is_visible = look.size >= 1.0
        (visible if is_visible else invisible).append(word)
    hidden_texts: list[str] = []
    last = -2
    for word in invisible:
        if word.number == last + 1 and hidden_texts:
            hidden_texts[-1] += ("" if word.has_space is False else " ") + word.text
        else:
            hidden_texts.append(word.text)
        last = word.number
    return visible, hidden_texts


def _covers(box: Box, width: float, height: float) -> bool:
    return (box[2] - box[0]) * (box[3] - box[1]) > 0.5 * width * height


def _has_ground(word: PdfWord, shapes: Shapes, frame: Frame) -> bool:
    """Return whether a colour or a picture lies where a white word stands."""
    box = frame.at_turn(word.look.turn).box_in(
        frame, (word.left, word.top, word.right, word.bottom)
    )
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return any(
        left - 1 <= x <= right + 1 and top - 1 <= y <= bottom + 1
        for left, top, right, bottom in (*shapes.fields, *shapes.pictures)
    )


def _is_picture(box: Box) -> bool:
    return box[2] - box[0] >= _MIN_PICTURE and box[3] - box[1] >= _MIN_PICTURE
