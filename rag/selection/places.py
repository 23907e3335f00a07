"""The articles or sections that are the sides of a comparison though no word of them says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.library import Library
from sourcebook.index.structure.blocks import Block, find_blocks

from .subject import find_subjects, section_bounds, terms_of

_NEARLY = 0.8
"""An article whose name has this part of what the best one has may be a side as well."""

_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """An article, or a section of one: ``document.text[start:end]`` under ``heading``."""

    document: Document
    heading: str
    start: int
    end: int

    @property
    def scope(self) -> tuple[tuple[str, int, int], ...]:
        """Its bounds, as a side has them."""
        return ((self.document.id, self.start, self.end),)


def find_places(
    library: Library, shared: str, hits: Sequence[Hit], count: int, *, whole_name: bool
) -> list[NamedPlace]:
    """Return the articles, else the sections of one, that have the same name but for a number or a
    day: "Travel policy, version 3" and "version 4"; the lesser first.

    Args:
        library: the articles.
        shared: what all are called.
        hits: the passages found for it.
        count: how many are looked for.
        whole_name: whether each has all words of the name in its own.
    """
    terms = set(terms_of(shared))
    least = len(terms) if whole_name else max(1, len(terms) // 2)
    subjects = find_subjects(library, shared, hits)
    best = max((subject.name_share for subject in subjects), default=0.0)
    whole = [
        NamedPlace(s.document, s.document.title, 0, len(s.document.text))
        for s in subjects
        if best
        and s.name_share >= _NEARLY * best
        and len(set(terms_of(s.document.title)) & terms) >= least
    ]
    sections = _sections(subjects[0].document, terms, least) if subjects else []
    if len(whole) < count or (len(sections) >= count and len(whole) > count):
        return _ordered(sections, count) if len(sections) >= count else []
    return _ordered(whole, count)


def _sections(document: Document, wanted: set[str], least: int) -> list[NamedPlace]:
    headings: list[Block] = find_blocks(document.blocks, "heading")
    counts = [len(set(terms_of(block.text)) & wanted) for block in headings]
    best = max(counts, default=0)
    return [
        NamedPlace(document, block.text, *section_bounds(document, headings, n))
        for n, block in enumerate(headings)
        if best >= least and counts[n] == best and _NUMBER.search(block.text)
    ]


def _ordered(places: Sequence[NamedPlace], count: int) -> list[NamedPlace]:
    """Return the first and the last places by the number in the heading, else by the day."""

    def key(place: NamedPlace) -> tuple[float, float, int]:
        numbers = [float(number) for number in _NUMBER.findall(place.heading)]
        day = place.document.published
        return (
            numbers[0] if numbers else 0.0,
            day.timestamp() if day else 0.0,
            len(place.heading),
        )

    numbers = {tuple(_NUMBER.findall(place.heading)) for place in places}
    if len(numbers) < len(places) and len(places) == count:
        return sorted(places, key=lambda place: key(place)[1])
    ordered = sorted(places, key=key)
    if len(ordered) <= count:
        return ordered
    first = ordered[0]
    most = key(ordered[-1])[0]
    last = min((p for p in ordered if key(p)[0] == most), key=lambda p: len(p.heading))
    return [first, last]
