"""Sentence bounds as character offsets, by sentencex (Wikimedia)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sourcebook.index.structure.blocks import Block, BlockKind, text_units

from .records import Document

MAX_SENTENCE = 1200
"""Characters. A longer run without a bound (a table, a broken file) is cut at white space."""

_WINDOW = 20_000
"""Characters that are given to sentencex together: its time grows with the square of a paragraph's
length, and one mark of quotation without its pair hides the bounds of all that follows."""

MAX_CODE = 2400
"""Characters of code that stay together; longer code is cut at the end of a line."""

_CLOSES_QUOTATION = re.compile(r"(?<=[.!?])[”\"’']?\s+(?=[“\"A-Z0-9])")

_UNIT = re.compile(r"\d ?[^\W\d_]{1,4}\.$")
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)? ?[^\W\d_]{1,4}\b")
_SHORT = re.compile(
    r"\b(?:approx|vols?|paras?|ch|chap|eds?|tel|ext|lat|max|temp|est|incl|excl|mon|tues?|thu|fri)\.$",
    re.IGNORECASE,
)
"""An amount with a short unit, "7s.", which another may follow, "4d."; abbreviations behind which a
small letter or a digit begins no sentence, and which sentencex takes for ends."""


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the bounds of the sentences of ``text``, in order.

    The spans are disjoint and have no white space at either end.

    Every character that is not white space lies in exactly one span, and no span is longer than
    ``MAX_SENTENCE`` characters. A line break ends a sentence only where a blank line follows or the
    line before has no closing mark and the next begins a new paragraph, as sentencex decides.
    """
    spans: list[tuple[int, int]] = []
    first = 0
    while first < len(text):
        window = text[first : first + _WINDOW]
        window_spans = [
            (first + start, first + end) for start, end in _window_spans(window, language)
        ]
        if first + _WINDOW >= len(text):
            return spans + window_spans
        # A bound near the end of the window may be none with what follows: "3. Okt|ober".
        certain = [span for span in window_spans if span[1] <= first + _WINDOW - MAX_SENTENCE]
        spans += certain
        uncertain = window_spans[len(certain) :]
        first = uncertain[0][0] if uncertain else first + _WINDOW
    return spans


def _window_spans(text: str, language: str) -> list[tuple[int, int]]:
    # The compiled half of sentencex has no type information.
    from sentencex import get_sentence_boundaries  # pyright: ignore[reportAttributeAccessIssue]

    whole: list[tuple[int, int]] = []
    for bound in get_sentence_boundaries(language, text):
        start, end = _strip(text, bound["start_index"], bound["end_index"])
        if start == end:
            continue
        if not text[start].isupper() and whole and _goes_on(text, whole[-1][1], start):
            start = whole.pop()[0]
        whole.append((start, end))
    if all(end - start <= MAX_SENTENCE for start, end in whole):
        return whole
    return [span for start, end in whole for span in _within_limit(text, start, end)]


def _goes_on(text: str, end: int, start: int) -> bool:
    """Return whether the full stop before ``end`` is that of an abbreviation, and the text from
    ``start`` goes on with the sentence."""
    if not (text[start].islower() or text[start].isdigit()) or text[end - 1] != ".":
        return False
    before = text[max(0, end - 12) : end]
    if _UNIT.search(before) and "\n" not in text[end:start]:
        return text[start].islower() or bool(_AMOUNT.match(text, start))
    return bool(_SHORT.search(before)) and text.count("\n", end, start) < 2


@dataclass(frozen=True, slots=True)
class BlockSentence:
    """A sentence of a document, and the block whose own text it is in; None without blocks."""

    start: int
    end: int
    block: Block | None

    @property
    def kind(self) -> BlockKind:
        """What the sentence stands in; a paragraph without blocks."""
        return self.block.kind if self.block else "paragraph"

    @property
    def is_heading(self) -> bool:
        """Whether it is a heading, or a part of one."""
        return self.kind == "heading"


def block_sentences(
    document: Document, start: int = 0, end: int | None = None
) -> list[BlockSentence]:
    """Return the sentences of ``document.text[start:end]``, each with its block, in order.

    A sentence lies in one block: a row of a table and code are one each, whatever marks they
    hold. The rules are those of the document's language. One that ``start`` or ``end`` divides is
    given as far as it lies inside.
    """
    text = document.text
    language = (document.language or "en").partition("-")[0].lower()
    sentences: list[BlockSentence] = []
    limit_end = len(text) if end is None else end
    blocks = [b for b in document.blocks if b.start < limit_end and b.end > start]
    if document.blocks and not blocks:
        return []
    for unit in text_units(blocks, text):
        first = max(start, unit.start)
        stop = unit.end if end is None else min(end, unit.end)
        if not text[first:stop].strip():
            continue
        if unit.is_whole:
            limit = MAX_CODE if unit.block and unit.block.kind == "code" else MAX_SENTENCE
            spans = _within_limit(text, *_strip(text, first, stop), limit)
        else:
            inner = sentence_spans(text[first:stop], language)
            spans = [(first + a, first + b) for a, b in inner]
        sentences += [BlockSentence(*span, unit.block) for span in spans]
    return sentences


def _strip(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _within_limit(
    text: str, start: int, end: int, limit: int = MAX_SENTENCE
) -> list[tuple[int, int]]:
    """Cut a span over the limit: at the ends of inner sentences or of lines, else at a space."""
    pieces: list[tuple[int, int]] = []
    while end - start > limit:
        window = text[start : start + limit + 1]
        inner_bounds = [m.start() for m in _CLOSES_QUOTATION.finditer(window)]
        if limit == MAX_CODE:
            inner_bounds = [window.rfind("\n")]
        cut = inner_bounds[-1] if inner_bounds else 0
        if cut <= 0:
            cut = max(window.rfind(" "), window.rfind("\n"), window.rfind("\t"))
        if cut <= 0:
            cut = limit
        piece = _strip(text, start, start + cut)
        if piece[0] < piece[1]:
            pieces.append(piece)
        start, end = _strip(text, start + cut, end)
    if start < end:
        pieces.append((start, end))
    return pieces
