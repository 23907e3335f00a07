"""An answer read back from its JSON form, its citations tied to the articles as they are now.

The JSON form names documents without their texts. Where an article was read anew, a quote is looked
for in what it says now; where it is gone, or no longer says it, the citation keeps its own words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import DocumentNotFound, SourcebookError
from sourcebook.rag.answer import (
    FORMS,
    Answer,
    Citation,
    Conflict,
    OtherSource,
    Sentence,
    Side,
    Timings,
)
from sourcebook.rag.language import DateRange
from sourcebook.rag.question import KINDS, QuestionFilter

__all__ = ["InvalidAnswer", "RestoredAnswer", "find_quote", "restore_answer"]

_T = TypeVar("_T")

_OPTIONAL = ("marker", "language", "row", "column")
"""What a sentence has where its form has it."""


class InvalidAnswer(SourcebookError):
    """What was read is not the JSON form of an answer."""


@dataclass(frozen=True, slots=True)
class RestoredAnswer:
    """An answer from its JSON form.

    ``removed`` are the ids of cited documents that are no longer in the library, ``changed`` of
    those that no longer contain the quote. Their citations have a document whose text is the quote
    alone.
    """

    answer: Answer
    removed: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


def find_quote(text: str, quote: str, near: int = 0) -> tuple[int, int] | None:
    """Return the start and end of a quote in a text, white space aside; None when it is not there.

    Args:
        text: that of an article.
        quote: the words to find.
        near: of several places the one nearest to this offset is returned.
    """
    words = quote.split()
    if not words:
        return None
    matches = re.finditer(r"\s+".join(map(re.escape, words)), text)
    nearest = min(matches, key=lambda match: abs(match.start() - near), default=None)
    return nearest.span() if nearest else None


def restore_answer(data: Mapping[str, Any], find: Callable[[str], Document]) -> RestoredAnswer:
    """Return an answer from its JSON form.

    Args:
        data: what `Answer.to_dict` returned.
        find: gives a document by its id, as `Library.document`; raises DocumentNotFound.

    Raises:
        InvalidAnswer: something is missing, or is not what it should be.
    """
    places = _Places(find)
    try:
        answer = _answer(data, places)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidAnswer(
            f"what was kept of an answer cannot be read ({type(error).__name__}: {error})"
        ) from None
    return RestoredAnswer(answer, frozenset(places.removed), frozenset(places.changed))


def _answer(data: Mapping[str, Any], places: _Places) -> Answer:
    as_of, reason = data.get("as_of"), data.get("reason")
    return Answer(
        question=_text(data["question"]),
        standalone_question=_text(data["standalone_question"]),
        text=_text(data["text"]),
        sentences=_sentences(data["sentences"]),
        citations=places.citations(data["citations"]),
        abstained=bool(data["abstained"]),
        confidence=float(data["confidence"]),
        conflicts=tuple(_conflict(conflict, places) for conflict in data["conflicts"]),
        nearest=places.citations(data["nearest"]),
        timings=_timings(data["timings"]),
        record=dict(data["record"]),
        stopped=bool(data["stopped"]),
        filters=tuple(map(_filter, data["filters"])),
        as_of=date.fromisoformat(as_of) if as_of else None,
        reason=_text(reason) if reason else None,
        left_out=_sentences(data["left_out"]),
        kind=_one_of(KINDS, data.get("kind"), "fact"),
    )


def _sentences(data: Sequence[Mapping[str, Any]]) -> tuple[Sentence, ...]:
    return tuple(
        Sentence(
            text=_text(s["text"]),
            start=int(s["start"]),
            end=int(s["end"]),
            citations=tuple(map(int, s["citations"])),
            support=float(s["support"]),
            supported=bool(s["supported"]),
            unsupported=tuple(map(_text, s["unsupported"])),
            contrary=_text(s["contrary"]) if s["contrary"] else None,
            quoted=bool(s["quoted"]),
            form=_one_of(FORMS, s.get("form"), "sentence"),
            **{name: _text(s[name]) for name in _OPTIONAL if s.get(name) is not None},
        )
        for s in data
    )


def _conflict(data: Mapping[str, Any], places: _Places) -> Conflict:
    sides = tuple(
        Side(
            text=_text(side["text"]),
            value=side["value"] if isinstance(side["value"], str) else float(side["value"]),
            bound=_text(side["bound"]),
            citations=places.citations(side["citations"]),
        )
        for side in data["sides"]
    )
    return Conflict(_text(data["about"]), _text(data["kind"]), sides)


def _timings(data: Mapping[str, Any]) -> Timings:
    def seconds(name: str) -> float | None:
        return None if data[name] is None else float(data[name])

    return Timings(
        seconds("retrieve"), seconds("evidence"), seconds("first_token"), float(data["total"])
    )


def _filter(data: Mapping[str, Any]) -> QuestionFilter:
    days = data.get("days")
    return QuestionFilter(
        kind=data["kind"],
        key=_text(data["key"]),
        label=_text(data["label"]),
        text=_text(data["text"]),
        start=int(data["start"]),
        end=int(data["end"]),
        strict=bool(data["strict"]),
        applied=bool(data["applied"]),
        value=DateRange(_day(days["first"]), _day(days["last"])) if days else None,
    )


def _one_of(values: Iterable[_T], value: object, default: _T) -> _T:
    """Return the one of ``values`` that ``value`` is; ``default`` where it is none, as what another
    version wrote may be."""
    return next((one for one in values if one == value), default)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value


@dataclass(slots=True)
class _Places:
    """Citations tied to the library, each document looked up once."""

    find: Callable[[str], Document]
    removed: set[str] = field(default_factory=set)
    changed: set[str] = field(default_factory=set)
    _documents: dict[str, Document | None] = field(default_factory=dict)

    def citations(self, data: Sequence[Mapping[str, Any]]) -> tuple[Citation, ...]:
        return tuple(
            Citation(
                number=int(item["number"]),
                **self._place(item),
                also=tuple(OtherSource(**self._place(source)) for source in item["also"]),
            )
            for item in data
        )

    def _place(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields that Citation and OtherSource share."""
        quote, description = _text(data["quote"]), data["document"]
        document_id = _text(description["id"])
        document = self._document(document_id)
        span = _span(document.text, quote, int(data["start"])) if document else None
        if document is None:
            self.removed.add(document_id)
        elif span is None:
            self.changed.add(document_id)
        if document is None or span is None:
            document, span = _described_document(description, quote), (0, len(quote))
        page = data["page"]
        return {
            "document": document,
            "passage_id": _text(data["passage_id"]),
            "quote": document.text[slice(*span)],
            "start": span[0],
            "end": span[1],
            "page": None if page is None else int(page),
        }

    def _document(self, document_id: str) -> Document | None:
        if document_id not in self._documents:
            try:
                self._documents[document_id] = self.find(document_id)
            except DocumentNotFound:
                self._documents[document_id] = None
        return self._documents[document_id]


def _span(text: str, quote: str, start: int) -> tuple[int, int] | None:
    end = start + len(quote)
    return (start, end) if quote and text[start:end] == quote else find_quote(text, quote, start)


def _described_document(data: Mapping[str, Any], text: str) -> Document:
    """Return a document made of its description, with ``text`` as its text."""
    published = data.get("published")
    return Document(
        id=_text(data["id"]),
        text=text,
        title=_text(data["title"]),
        source=data.get("source"),
        author=data.get("author"),
        published=datetime.fromisoformat(published) if published else None,
        published_from=data.get("published_from"),
        url=data.get("url"),
        path=data.get("path"),
        media_type=_text(data["media_type"]),
        language=data.get("language"),
    )
