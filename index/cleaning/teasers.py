"""Find blocks of teasers of other articles in a scraped page.

A block begins with a heading ("You May Also Like"). It holds section names, headlines, dates, texts
cut short ("...") and, after a section name, one full sentence. It ends at other prose, where the
article continues.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from .boilerplate import is_list_heading, is_section_name, strip_marks

Kind = Literal["heading", "section", "cut", "note", "headline", "prose"]

MOST = 40
"""The most paragraphs of a block; anything longer is no list of teasers."""

_LONGEST_TEASER = 60  # words
_CUT = re.compile(
    r"(?:\.\.\.|…|\[…\]|\[\.\.\.\]|\(\.\.\.\))[\s\])»›]*(?:read more|continue reading)?$", re.I
)
_ENDS = re.compile(r"[.!:;,][”\"’')\]]*$")
_NOTE = re.compile(
    r"by [A-Z].{0,60}|\d+ (?:second|minute|hour|day|week|month)s? ago|list \d+ of \d+.*"
    r"|(?:\w{3,9}\.?,? )?(?:\w{3,9}\.? \d{1,2},? \d{4}|\d{1,2} \w{3,9}\.? \d{4})"
    r"(?:,? .{0,20})?|\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d+|list of \d+ items|end of list",
    re.IGNORECASE,
)


def teaser_blocks(paragraphs: Sequence[str]) -> Iterator[range]:
    """Yield the ranges of paragraphs that are blocks of teasers, heading included."""
    kinds: list[Kind] = [_kind(paragraph) for paragraph in paragraphs]
    article_start = kinds.index("prose") if "prose" in kinds else len(kinds)
    pairs = _pairs_to_the_end(paragraphs, kinds)
    at = 0
    while at < len(kinds):
        if kinds[at] == "heading":
            end = _end(
                paragraphs, kinds, at, at > article_start, at > article_start and at in pairs
            )
            yield range(at, end)
            at = end
        else:
            at += 1


def _kind(paragraph: str) -> Kind:
    if is_list_heading(paragraph):
        return "heading"
    if is_section_name(paragraph):
        return "section"
    if len(paragraph) > 1000:
        return "prose"
    words = len(paragraph.split())
    line = paragraph.rstrip()
    if words <= 2 * _LONGEST_TEASER and _CUT.search(line):
        return "cut"
    if _NOTE.fullmatch(strip_marks(line)):
        return "note"
    if words <= 25 and not _ENDS.search(line):
        return "headline"
    return "prose"


def _end(
    paragraphs: Sequence[str],
    kinds: Sequence[Kind],
    heading: int,
    in_article: bool,
    to_the_end: bool,
) -> int:
    at = heading + 1
    while at < len(kinds) and at - heading <= MOST:
        if kinds[at] == "prose":
            behind_section = kinds[at - 1] == "section"
            behind_headline = to_the_end and kinds[at - 1] in ("headline", "note")
            if not (
                (behind_section or behind_headline)
                and len(paragraphs[at].split()) <= _LONGEST_TEASER
                and kinds[at + 1 : at + 2] != ["prose"]
            ):
                break
        at += 1
    if at - heading > MOST:
        return heading + 1
    # Above the article, the last headline before its first sentence is its own.
    if not in_article and at < len(kinds) and kinds[at - 1] == "headline":
        at -= 1
    return at


def _pairs_to_the_end(paragraphs: Sequence[str], kinds: Sequence[Kind]) -> range:
    """Return the positions before a final list of teasers with full sentences.

    In such a list single paragraphs stand under headlines up to the end, two at least. A question
    is a heading of the article itself.
    """
    prose_positions: list[int] = []
    for at in range(len(kinds) - 1, -1, -1):
        if kinds[at] != "prose":
            continue
        if (
            at == 0
            or kinds[at - 1] not in ("headline", "note", "section")
            or paragraphs[at - 1].rstrip().endswith("?")
            or len(paragraphs[at].split()) > _LONGEST_TEASER
        ):
            return range(at, prose_positions[1]) if len(prose_positions) >= 2 else range(0)
        prose_positions.append(at)
    return range(prose_positions[1]) if len(prose_positions) >= 2 else range(0)
