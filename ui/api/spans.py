"""Offsets for JavaScript: beside each span in code points, the same in UTF-16 code units."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any

from sourcebook.index import Hit
from sourcebook.rag.answer import Answer, Citation, OtherSource, Sentence
from sourcebook.rag.review import Verification
from sourcebook.ui.render import listing

__all__ = [
    "Utf16Offsets",
    "answer_to_dict",
    "citation_to_dict",
    "hit_to_dict",
    "span_to_dict",
    "utf16_offset",
    "verification_to_dict",
]


class Utf16Offsets:
    """Offsets in one text of which many are wanted."""

    def __init__(self, text: str) -> None:
        is_plain = text.isascii()
        self._pairs = [] if is_plain else [n for n, letter in enumerate(text) if letter > "\uffff"]

    def __call__(self, offset: int) -> int:
        """Return how many UTF-16 code units the first ``offset`` code points take."""
        return offset + bisect_left(self._pairs, offset)

    def add_to(self, place: Mapping[str, Any]) -> dict[str, Any]:
        """Return a place's JSON form with both kinds of offsets, in its children too."""
        data = dict(place)
        data |= {"start_utf16": self(place["start"]), "end_utf16": self(place["end"])}
        if "children" in data:
            data["children"] = [self.add_to(child) for child in data["children"]]
        return data


def utf16_offset(text: str, offset: int) -> int:
    """Return how many UTF-16 code units the first ``offset`` code points of ``text`` take."""
    if text.isascii():
        return offset
    return offset + sum(letter > "\uffff" for letter in text[:offset])


def span_to_dict(text: str, start: int, end: int) -> dict[str, int]:
    """Return a span of ``text`` with its offsets in code points and in UTF-16 code units."""
    return {
        "start": start,
        "end": end,
        "start_utf16": utf16_offset(text, start),
        "end_utf16": utf16_offset(text, end),
    }


def citation_to_dict(citation: Citation) -> dict[str, Any]:
    """Return the JSON form of a citation with both kinds of offsets in its document's text."""
    data = citation.to_dict() | _source_span(citation)
    data["also"] = [source.to_dict() | _source_span(source) for source in citation.also]
    return data


def answer_to_dict(answer: Answer) -> dict[str, Any]:
    """Return the JSON form of an answer with both kinds of offsets for every span."""
    data = answer.to_dict()
    data["sentences"] = _sentences(answer.text, answer.sentences)
    data["left_out"] = _sentences(answer.text, answer.left_out)
    data["citations"] = [citation_to_dict(citation) for citation in answer.citations]
    data["nearest"] = [citation_to_dict(citation) for citation in answer.nearest]
    for conflict, entry in zip(answer.conflicts, data["conflicts"], strict=True):
        for side, row in zip(conflict.sides, entry["sides"], strict=True):
            row["citations"] = [citation_to_dict(citation) for citation in side.citations]
    return data


def hit_to_dict(hit: Hit, around: listing.Around | None = None) -> dict[str, Any]:
    """Return the JSON form of a hit with both kinds of offsets for each of its passages."""
    data = listing.hit_to_dict(hit, around)
    offsets = Utf16Offsets(hit.document.text)
    data["passage"] = offsets.add_to(data["passage"])
    for name in ("before", "after") if around else ():
        data[name] = [offsets.add_to(passage) for passage in data[name]]
    return data


def verification_to_dict(verification: Verification, text: str) -> dict[str, Any]:
    """Return the JSON form of the verification of ``text`` with both kinds of offsets."""
    data = verification.to_dict()
    offsets = Utf16Offsets(text)
    data["statements"] = [offsets.add_to(statement) for statement in data["statements"]]
    data["citations"] = [citation_to_dict(citation) for citation in verification.citations]
    return data


def _source_span(place: Citation | OtherSource) -> dict[str, int]:
    return span_to_dict(place.document.text, place.start, place.end)


def _sentences(text: str, sentences: Iterable[Sentence]) -> list[dict[str, Any]]:
    """Return the JSON form of sentences; those left out stand nowhere in the answer's text."""
    return [
        sentence.to_dict() | span_to_dict(text, sentence.start, sentence.end)
        if text[sentence.start : sentence.end] == sentence.text
        else sentence.to_dict()
        for sentence in sentences
    ]
