"""A text becomes what is checked by itself: its sentences, items and rows, at their offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.rag.prompting import clean_draft

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_MARKER = re.compile(r"(?:[ \t>]*(?:[-*+•–]|\(?\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?|[ \t>]+)")
"""What stands before the words of an item or a quoted line."""

_CITATION = re.compile(r"\s*(?:\[\^?\d+(?:\s*[,–-]\s*\d+)*\]|【[^】]{0,60}】)")
_QUOTE_LINE = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_CELL_RULE = re.compile(r"\s*\|\s*")
_LETTER = re.compile(r"[^\W\d_]|\d")
_QUESTION = re.compile(r"[?？؟][”\"’')\]]*$")

HEADING, CODE, QUESTION, LEAD, WORDLESS = (
    "a heading",
    "code",
    "a question",
    "it leads to what follows",
    "no words",
)
"""Why a part of a text is not checked."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a text: ``text[start:end]``; its ``words`` are those without marks of any markup.

    ``lead`` is the sentence before it in its paragraph, or the heading or the line that leads to
    its list. ``note`` says why it is not checked.
    """

    start: int
    end: int
    words: str
    lead: str = ""
    note: str | None = None


def split_units(text: str, language: str = "en") -> list[Unit]:
    """Return the parts of a text, plain or Markdown, in order.

    Args:
        text: by anybody.
        language: in which sentences end ("en").
    """
    lines = _line_starts(text)
    units: list[Unit] = []
    lead = ""
    for token, kind in _blocks(text):
        first, last = token.map or (0, 0)
        start, end = lines[first], lines[min(last, len(lines) - 1)]
        if kind == "code":
            units += _whole(text, start, end, CODE)
        elif kind == "row":
            units += _whole(text, start, end, None, lead)
        elif kind == "heading":
            units += _whole(text, start, end, HEADING)
            lead = units[-1].words if units else lead
        else:
            paragraph = _sentences(text, start, end, language, lead)
            units += paragraph
            if paragraph and paragraph[-1].note == LEAD:
                lead = paragraph[-1].words
    return units


def _sentences(text: str, start: int, end: int, language: str, lead: str) -> list[Unit]:
    marker = _MARKER.match(text, start, end)
    begin = marker.end() if marker else start
    units: list[Unit] = []
    before = lead
    for first, last in _spans(text[begin:end], language):
        unit = _unit(text, begin + first, begin + last, before)
        units.append(unit)
        before = unit.words
    return units


def _spans(text: str, language: str) -> list[tuple[int, int]]:
    """The sentences of a paragraph; marks of citations behind a full stop belong to it."""
    spans: list[tuple[int, int]] = []
    for first, end in sentence_spans(text, language):
        start = first
        marks = _CITATION.match(text, first)
        if spans and marks:
            at = min(marks.end(), end)
            spans[-1] = (spans[-1][0], at)
            start = at + len(text[at:end]) - len(text[at:end].lstrip())
        if start < end:
            spans.append((start, end))
    return spans


def _unit(text: str, start: int, end: int, lead: str) -> Unit:
    words = plain_words(text[start:end])
    if not _LETTER.search(words):
        return Unit(start, end, words, lead, WORDLESS)
    note = None
    if _QUESTION.search(words):
        note = QUESTION
    elif words.endswith((":", "：")):
        note = LEAD
    return Unit(start, end, words, lead, note)


def _whole(text: str, start: int, end: int, note: str | None, lead: str = "") -> list[Unit]:
    """A heading, code or a row of a table as one part, without the space around it."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start >= end:
        return []
    words = plain_words(_CELL_RULE.sub(" | ", text[start:end]).strip(" |").replace(" | ", ", "))
    return [Unit(start, end, words, lead, note)]


def plain_words(text: str) -> str:
    """Return a sentence without the marks of Markdown, of citations and of links, in one line."""
    bare = _CITATION.sub("", _QUOTE_LINE.sub("", text))
    tokens = _parser().parseInline(bare)
    children = [child for token in tokens for child in token.children or ()]
    words = "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content for child in children
    )
    return " ".join(clean_draft(words).split())


def _blocks(text: str) -> Iterator[tuple[Token, str]]:
    """Yield the blocks that hold words, each with what it is."""
    tokens = _parser().parse(text)
    context: list[str] = []
    for token in tokens:
        if token.nesting == 1:
            context.append(token.type)
            if token.type == "tr_open":
                yield token, "heading" if "thead_open" in context else "row"
            elif token.type == "heading_open":
                yield token, "heading"
        elif token.nesting == -1:
            context.pop()
        elif token.type in ("fence", "code_block"):
            yield token, "code"
        elif token.type == "html_block" or (
            token.type == "inline" and context and context[-1] == "paragraph_open"
        ):
            yield token, "paragraph"


def _line_starts(text: str) -> list[int]:
    """The offset of each line, and the end, as the parser counts lines."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]
    return [*starts, len(text)]


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    # Words that are far in are seldom code in a draft; fences are.
    return MarkdownIt("commonmark", {"html": True}).enable("table").disable("code")
