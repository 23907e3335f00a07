"""What of a draft is verified by itself: its sentences, or the lines of a list."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.rag.answer import Form

_BULLET = re.compile(r"^\s*(?:[-*•–—·]\s+|\(?(?P<number>\d{1,3}|[a-z])[.)]\s+)")

_CONTRAST = re.compile(r",?\s+(?:while|whereas|während|wohingegen)\s+(?=\S+\s+\S+\s+\S)")


@dataclass(frozen=True, slots=True)
class DraftUnit:
    """A part of a draft; ``marker`` is the number before a step."""

    text: str
    form: Form = "sentence"
    marker: str | None = None


Splitter = Callable[[str, str], list[DraftUnit]]
"""Cuts a draft, in a language ("en"), into its units."""


def split_sentences(draft: str, language: str) -> list[DraftUnit]:
    """Return the sentences of a draft."""
    return [DraftUnit(draft[start:end]) for start, end in sentence_spans(draft, language)]


def split_sides(draft: str, language: str) -> list[DraftUnit]:
    """Return the sentences of a draft, one that sets two things against each other as two: "The
    ferry takes an hour, while the bus takes two." """
    units: list[DraftUnit] = []
    for sentence in split_sentences(draft, language):
        first, *rest = _CONTRAST.split(sentence.text)
        units.append(DraftUnit(f"{first}." if rest else first))
        for number, side in enumerate(rest, 2):
            end = "" if number == len(rest) + 1 else "."
            units.append(DraftUnit(f"{side[0].upper()}{side[1:]}{end}"))
    return units


def split_items(draft: str, language: str) -> list[DraftUnit]:
    """Return the lines of a draft as items, without their bullets; each once.

    A line without a bullet that ends in a colon leads to the list and is none of it. A number is a
    bullet where it counts the lines: "28. Februar" begins with a day.
    """
    units: dict[str, DraftUnit] = {}
    count = 0
    for line in filter(str.strip, draft.splitlines()):
        bullet = _BULLET.match(line)
        number = bullet["number"] if bullet else None
        if number and number.isdigit() and int(number) not in (count, count + 1):
            bullet = None
        count = int(number) if bullet and number and number.isdigit() else count
        text = line[bullet.end() if bullet else 0 :].strip()
        if text and not (bullet is None and text.endswith(":")):
            units.setdefault(text.casefold().rstrip("."), DraftUnit(text, "item"))
    return list(units.values())
