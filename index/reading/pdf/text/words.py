"""The words of a page of a PDF, each with its box, size and look."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sourcebook.index.reading.pdf.calls import (
    address_of,
    call,
    loose_boxes,
    origins,
    text_objects,
    unicode_values,
)
from sourcebook.index.reading.pdf.frames import Frame

SOFT_HYPHEN = "\u00ad"
"""Stands for a hyphen at the end of a line that may or may not be part of the word."""

_SPACES = np.array(
    [0, 9, 10, 11, 12, 13, 32, 0xA0, 0x1680, 0x202F, 0x205F, 0x3000, 0xFEFF], np.uint32
)
_DRAWN = np.array([11, 12, 13], np.uint32)  # ligatures of some fonts, where they have a width
_SOFT_HYPHENS = re.compile("(?<=.)[\x02\ufffe\u00ad]$")
_HARD_HYPHENS = re.compile("[\x02\ufffe]")
_FILLER = "\ufdd0"
_FORMS = re.compile(
    "[\U0001d400-\U0001d7ff\ufb00-\ufb06\ufb13-\ufb17\ufb1d-\ufdff\ufe70-\ufefc\u2f00-\u2fdf]"
)
_SMALL_CAPITALS = {0xF700 + code: chr(code) for code in (*range(0x30, 0x3A), *range(0x61, 0x7B))}
_SYMBOL_BULLETS = dict.fromkeys((0xF0A7, 0xF0B7, 0xF0D8, 0xF0FC, 0xF06E, 0xF076, 0xF0A8), "•")
_PRIVATE = _SMALL_CAPITALS | _SYMBOL_BULLETS
_ALEF_LAM = re.compile("([\u0622\u0623\u0625\u0627])(\u0644)")
_SPACE_OF = {0: False, 1: True, 2: None}
_INVISIBLE_MODES = (3, 7)


_BOLD = re.compile(r"bold|black|heavy|demi|[-,]bd\b|cmbx|-medi(?:ital)?\b", re.IGNORECASE)
"""The Times of TeX is called "Medi" where it is bold."""

_MONO = re.compile(r"mono|courier|consol|typewriter|cmtt", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Look:
    """How a run of characters is drawn: size in points, quarter turn, fill and font."""

    size: float
    turn: int
    is_straight: bool = True
    is_bold: bool = False
    is_mono: bool = False
    is_white: bool = False
    is_drawn: bool = True
    font: str = ""


@dataclass(slots=True, eq=False)
class PdfWord:
    """Characters without space between them, drawn alike; the box around them is in points from the
    upper left of its frame. ``has_space`` tells whether space stands before it, None where the file
    does not say. ``number`` counts the words of the page as they are drawn."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    base: float
    look: Look
    number: int
    has_space: bool | None = None

    @property
    def size(self) -> float:
        """The size of its letters in points."""
        return self.look.size

    @property
    def middle(self) -> tuple[float, float]:
        """The middle of its box."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def read_words(textpage: Any, frame: Frame) -> list[PdfWord]:
    """Return the words of a page as they are drawn, each upright in its own frame.

    ``frame`` is that of the page; a word that is drawn at a quarter turn has a box in the frame
    that its ``look.turn`` names.
    """
    count = textpage.count_chars()
    if count <= 0:
        return []
    handle = address_of(textpage.raw)
    text = textpage.get_text_range()
    if len(text) != count:
        text = _text_of(unicode_values(handle, count))
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    boxes = loose_boxes(handle, count)
    is_space = np.isin(codes, _SPACES) | (codes >= 0x2000) & (codes <= 0x200B)
    is_space &= ~(np.isin(codes, _DRAWN) & (boxes[:, 2] > boxes[:, 0]))
    indexes = np.flatnonzero(~is_space)
    if not len(indexes):
        return []
    starts, breaks = _starts(boxes[indexes], codes, indexes)
    firsts = indexes[starts]
    objects = text_objects(handle, firsts.tolist())
    points = origins(handle, firsts.tolist(), len(firsts))
    looks = _Looks(handle)
    bounds = [*starts.tolist(), len(indexes)]
    own = list(map(looks.of, objects, firsts.tolist()))
    lows = np.minimum.reduceat(boxes[indexes], starts, axis=0)
    highs = np.maximum.reduceat(boxes[indexes], starts, axis=0)
    edges = np.stack([lows[:, 0], highs[:, 1], highs[:, 2], lows[:, 3]], axis=1)
    edges, bases = _turn(edges, points, own, frame)
    lasts = indexes[np.array(bounds[1:]) - 1].tolist()
    texts = (
        _word_text(text[first : last + 1], boxes, first)
        for first, last in zip(firsts.tolist(), lasts, strict=True)
    )
    return [
        PdfWord(word, left, top, right, bottom, base, look, number, has_space)
        for number, (word, (left, top, right, bottom), base, look, has_space) in enumerate(
            zip(texts, edges.tolist(), bases.tolist(), own, map(_SPACE_OF.get, breaks), strict=True)
        )
    ]


def _turn(edges: Any, points: Any, looks: Sequence[Look], frame: Frame) -> tuple[Any, Any]:
    """Return boxes and base lines of words, each in the frame in which it stands upright."""
    new_edges = np.empty_like(edges)
    bases = np.empty(len(points))
    turns = np.array([look.turn for look in looks])
    for turn in set(turns.tolist()):
        own = turns == turn
        other = frame.at_turn(turn)
        left, top, right, bottom = edges[own].T
        x1, y1 = other.point(left, top)
        x2, y2 = other.point(right, bottom)
        new_edges[own] = np.stack(
            [np.minimum(x1, x2), np.minimum(y1, y2), np.maximum(x1, x2), np.maximum(y1, y2)], axis=1
        )
        bases[own] = other.point(*points[own].T)[1]
    return new_edges, bases


def _text_of(codes: Sequence[int]) -> str:
    """Return one character for each code; the second half of a pair is a filler that goes later.

    A half alone, and zero for an unknown character, become U+FFFD.
    """
    text: list[str] = []
    for number, code in enumerate(codes):
        following = codes[number + 1] if number + 1 < len(codes) else 0
        if 0xD800 <= code < 0xDC00 <= following < 0xE000:
            text.append(chr(0x10000 + ((code - 0xD800) << 10) + following - 0xDC00))
        elif 0xDC00 <= code < 0xE000 and text and text[-1] > "\uffff":
            text.append(_FILLER)
        else:
            is_valid = 0 < code < 0x110000 and not 0xD800 <= code < 0xE000
            text.append(chr(code) if is_valid else "\ufffd")
    return "".join(text)


def _starts(boxes: Any, codes: Any, indexes: Any) -> tuple[Any, list[int]]:
    """Return where words begin, and what stands before each: 0 nothing, 1 space, 2 it is unknown.

    A word ends at space, at a gap, and where the letters become larger, smaller, higher or lower.
    """
    before, after = boxes[:-1], boxes[1:]
    left, top, right, bottom = (after[:, side] for side in range(4))
    height = np.abs(boxes[:, 1] - boxes[:, 3])
    width = np.abs(boxes[:, 2] - boxes[:, 0])
    low = np.maximum(np.minimum(height[:-1], height[1:]), 0.1)
    across = np.maximum(left - before[:, 2], before[:, 0] - right)
    along = np.maximum(bottom - before[:, 1], before[:, 3] - top)
    wide = np.maximum(np.minimum(width[:-1], width[1:]), 0.1)
    # What is drawn upwards has its gaps above and below.
    is_far = (across > 0.3 * low) | (along > 0.3 * wide) & (along > 0.15 * low)
    is_other = np.abs(bottom - before[:, 3]) > 0.07 * low
    is_other |= np.abs(top - before[:, 1]) > 0.07 * low
    is_upward = (np.abs(left - before[:, 0]) < 0.02 * wide) | (
        np.abs(right - before[:, 2]) < 0.02 * wide
    )
    is_parted = np.diff(indexes) > 1
    is_line_end = is_parted & np.isin(codes[indexes[:-1] + 1], (10, 13))
    begins = is_parted | is_far | (is_other & ~is_upward)
    kinds = np.where(is_parted & ~is_line_end | is_far & ~is_other, 1, np.where(is_line_end, 2, 0))
    kinds = np.where(is_far & is_other, 2, kinds)
    places = np.flatnonzero(begins)
    return np.concatenate([[0], places + 1]), [2, *kinds[places].tolist()]


def _word_text(text: str, boxes: Any, first: int) -> str:
    """Return the text of a word with ligatures as letters, and lam before alef.

    A ligature of lam and alef is two characters in one box; PDFium turns them with the line.
    """
    if text.isascii():
        return _with_hyphens(text) if "\x02" in text else text
    if "\u0644" in text:
        text = _ALEF_LAM.sub(
            lambda match: (
                match[2] + match[1]
                if np.array_equal(boxes[first + match.start()], boxes[first + match.start() + 1])
                else match[0]
            ),
            text,
        )
    text = _with_hyphens(text).translate(_PRIVATE).replace(_FILLER, "")
    return _FORMS.sub(lambda match: unicodedata.normalize("NFKC", match[0]).strip(), text)


def _with_hyphens(text: str) -> str:
    """Return a word with a soft hyphen at its end, where PDFium sees one, and hyphens elsewhere."""
    return _HARD_HYPHENS.sub("-", _SOFT_HYPHENS.sub(SOFT_HYPHEN, text))


class _Looks:
    """The looks of the text objects of a page, each asked for once."""

    def __init__(self, textpage: int) -> None:
        pointer, number = ctypes.c_void_p, ctypes.c_int
        self._textpage = textpage
        self._looks: dict[int, Look] = {}
        self._alike: dict[tuple[Any, ...], Look] = {}
        self._fonts: dict[int, tuple[str, bool, bool]] = {}
        self._numbers = (ctypes.c_uint * 4)()
        self._matrix = (ctypes.c_float * 6)()
        self._matrix_start = ctypes.addressof(self._matrix)
        start = ctypes.addressof(self._numbers)
        self._colour_starts = [start + 4 * n for n in range(4)]
        self._get_size = call("FPDFText_GetFontSize", ctypes.c_double, pointer, number)
        self._get_matrix = call("FPDFText_GetMatrix", number, pointer, number, pointer)
        self._get_colour = call("FPDFText_GetFillColor", number, *[pointer, number, *[pointer] * 4])
        self._get_mode = call("FPDFTextObj_GetTextRenderMode", number, pointer)
        self._get_font = call("FPDFTextObj_GetFont", pointer, pointer)

    def of(self, text_object: int, index: int) -> Look:
        """Return the look of the object to which the character at ``index`` belongs."""
        look = self._looks.get(text_object)
        if look is None:
            look = self._looks[text_object] = self._ask(text_object, index)
        return look

    def _ask(self, text_object: int, index: int) -> Look:
        """Ask for a look; objects that are drawn alike share it."""
        size = self._get_size(self._textpage, index)
        self._get_matrix(self._textpage, index, self._matrix_start)
        self._numbers[3] = 255
        self._get_colour(self._textpage, index, *self._colour_starts)
        mode = self._get_mode(text_object) if text_object else 0
        font = (self._get_font(text_object) or 0) if text_object else 0
        key = (size, *self._matrix[:4], *self._numbers, mode, font)
        look = self._alike.get(key)
        if look is None:
            look = self._alike[key] = self._make(*key)
        return look

    def _make(self, size: float, *values: Any) -> Look:
        a, b, c, d, red, green, blue, alpha, mode, font = values
        angle = math.degrees(math.atan2(b, a)) if a or b else 0.0
        turn = round(angle / 90)
        name, is_bold, is_mono = self._font(font)
        return Look(
            round(size * (math.hypot(c, d) or 1.0), 2),
            turn % 4,
            is_straight=abs(angle - 90 * turn) < 8,
            is_bold=is_bold,
            is_mono=is_mono,
            is_white=min(red, green, blue) >= 250,
            is_drawn=mode not in _INVISIBLE_MODES and alpha > 5,
            font=name,
        )

    def _font(self, font: int) -> tuple[str, bool, bool]:
        """Return the name of a font, whether it is bold, and whether it is of one width."""
        if not font:
            return "", False, False
        if font not in self._fonts:
            name = ctypes.create_string_buffer(128)
            pointer = ctypes.c_void_p
            size = call(
                "FPDFFont_GetBaseFontName", ctypes.c_size_t, pointer, pointer, ctypes.c_size_t
            )
            size(font, ctypes.addressof(name), len(name))
            flags = call("FPDFFont_GetFlags", ctypes.c_int, pointer)(font)
            text = name.value.decode("latin-1")
            is_bold = bool(_BOLD.search(text))
            is_mono = bool(flags > 0 and flags & 1) or bool(_MONO.search(text))
            self._fonts[font] = (text, is_bold, is_mono)
        return self._fonts[font]
