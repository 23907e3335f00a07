"""The answer and its parts: the one record that chatbot, page and command line return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sourcebook.index.documents.records import Document
from sourcebook.rag.language.time import day_of, relative_times
from sourcebook.rag.question import QuestionFilter

__all__ = [
    "Answer",
    "Citation",
    "Conflict",
    "OtherSource",
    "Place",
    "Sentence",
    "Side",
    "Timings",
    "document_to_dict",
]

Place = tuple[str, int, int]
"""Where a sentence stands: the id of its document, its start and its end."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the answer: ``answer.text[start:end] == text`` (the marks come after it).

    ``citations`` are citation numbers; ``support`` in [0, 1] measures how well the cited sentences
    support it; ``unsupported`` are the numbers, days and names that none of them states about the
    question; ``contrary`` are the words of a cited sentence that deny it. ``quoted``: the sentence
    comes from an article, word for word, and not from a model.
    """

    text: str
    start: int
    end: int
    citations: tuple[int, ...]
    support: float
    supported: bool
    unsupported: tuple[str, ...] = ()
    contrary: str | None = None
    quoted: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "citations": list(self.citations),
            "support": round(self.support, 4),
            "supported": self.supported,
            "unsupported": list(self.unsupported),
            "contrary": self.contrary,
            "quoted": self.quoted,
        }


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a conflict: a statement of one or more sources.

    ``text`` is its first wording, with the qualifier ("more than seven hours"). ``value`` is the
    form for comparison: for a number the number in the base of its unit (seconds, metres,
    kilograms, hectares, else as it is), with ``bound`` "exact", "about", "below", "above" or
    "between"; for a day its ISO form, for a longer time the interval of days
    ("2019-07-01/2019-07-31"); for a claim "yes" or "no". ``citations`` are newest first.
    """

    text: str
    value: float | str
    bound: str
    citations: tuple[Citation, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "text": self.text,
            "value": self.value,
            "bound": self.bound,
            "citations": [c.to_dict() for c in self.citations],
        }


@dataclass(frozen=True, slots=True)
class Conflict:
    """A conflict between sources about the question.

    ``about`` is a word or two of the articles ("hours"), ``kind`` "number", "date" or "claim";
    ``sides`` are two or more, the newest first.
    """

    about: str
    kind: str
    sides: tuple[Side, ...]

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of all sides."""
        return tuple(citation for side in self.sides for citation in side.citations)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "about": self.about,
            "kind": self.kind,
            "sides": [s.to_dict() for s in self.sides],
        }


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds from the question to the end of each step; None for a step that did not run."""

    retrieve: float | None = None
    evidence: float | None = None
    first_token: float | None = None
    total: float = 0.0

    def to_dict(self) -> dict[str, float | None]:
        """The JSON form, to the millisecond."""
        names = ("retrieve", "evidence", "first_token", "total")
        values = {name: getattr(self, name) for name in names}
        return {k: None if v is None else round(v, 3) for k, v in values.items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """A cited answer, or an honest refusal.

    ``text`` carries ``[n]`` marks after each sentence; ``confidence`` is the probability that the
    articles hold the answer. When ``abstained``, ``nearest`` has the closest sentences
    and ``reason`` the reason in one line. ``left_out`` are unsupported sentences of the draft, if
    the settings drop them. ``conflicts`` are those between sources about the question. ``record``
    has the data for a replay.
    ``filters`` are those in the question, with their effect. ``as_of`` is the day of
    the newest cited article, if the question asks for the newest or the reports changed over time.
    """

    question: str
    standalone_question: str
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    abstained: bool
    confidence: float
    conflicts: tuple[Conflict, ...] = ()
    nearest: tuple[Citation, ...] = ()
    timings: Timings = field(default_factory=Timings)
    record: Mapping[str, Any] = field(default_factory=dict)
    stopped: bool = False
    filters: tuple[QuestionFilter, ...] = ()
    as_of: date | None = None
    reason: str | None = None
    left_out: tuple[Sentence, ...] = ()

    @property
    def places(self) -> tuple[Citation, ...]:
        """Every citation of the text and of the conflicts once, by number."""
        compared = [c for conflict in self.conflicts for c in conflict.citations]
        by_number = {c.number: c for c in (*compared, *self.citations)}
        return tuple(by_number[number] for number in sorted(by_number))

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, the same on the page, the command line and in Python."""
        return {
            "question": self.question,
            "standalone_question": self.standalone_question,
            "text": self.text,
            "sentences": [s.to_dict() for s in self.sentences],
            "citations": [c.to_dict() for c in self.citations],
            "abstained": self.abstained,
            "confidence": round(self.confidence, 4),
            "conflicts": [c.to_dict() for c in self.conflicts],
            "nearest": [c.to_dict() for c in self.nearest],
            "timings": self.timings.to_dict(),
            "record": dict(self.record),
            "stopped": self.stopped,
            "filters": [f.to_dict() for f in self.filters],
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "reason": self.reason,
            "left_out": [s.to_dict() for s in self.left_out],
        }


@dataclass(frozen=True, slots=True)
class OtherSource:
    """A place in another article that says what a citation says, with the same guarantee:
    ``document.text[start:end] == quote``.

    Raises:
        ValueError: the quote is not at these offsets, or is empty.
    """

    document: Document
    passage_id: str
    quote: str
    start: int
    end: int
    page: int | None = None

    def __post_init__(self) -> None:
        _check_stands(self, "source")

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return _place_to_dict(self)


@dataclass(frozen=True, slots=True)
class Citation:
    """A place in an article: ``document.text[start:end] == quote``, checked when it is made.

    ``also``: places in other documents that say the same.

    Raises:
        ValueError: the quote is not at these offsets, or is empty.
    """

    number: int
    document: Document
    passage_id: str
    quote: str
    start: int
    end: int
    page: int | None = None
    also: tuple[OtherSource, ...] = ()

    def __post_init__(self) -> None:
        _check_stands(self, f"citation {self.number}")

    @property
    def place(self) -> Place:
        """Where the quote stands."""
        return self.document.id, self.start, self.end

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, with the description of the document but not its text."""
        return {
            "number": self.number,
            **_place_to_dict(self),
            "days": [{"text": text, "label": label} for text, label in self.relative_days()],
            "also": [source.to_dict() for source in self.also],
        }

    def relative_days(self) -> list[tuple[str, str]]:
        """Return the relative times in the quote ("on Thursday") and the days that they mean."""
        mentions = relative_times(self.quote, day_of(self.document.published))
        return [(mention.text, mention.days.label()) for mention in mentions]


def _check_stands(place: Citation | OtherSource, label: str) -> None:
    if not place.quote or place.document.text[place.start : place.end] != place.quote:
        raise ValueError(
            f"{label}: {place.quote!r} does not stand at "
            f"{place.start}:{place.end} of {place.document.id}"
        )


def _place_to_dict(place: Citation | OtherSource) -> dict[str, Any]:
    return {
        "quote": place.quote,
        "start": place.start,
        "end": place.end,
        "page": place.page,
        "passage_id": place.passage_id,
        "document": document_to_dict(place.document),
    }


def document_to_dict(document: Document) -> dict[str, Any]:
    """Return the description of a document as JSON, without its text."""
    published: datetime | None = document.published
    return {
        "id": document.id,
        "title": document.title,
        "source": document.source,
        "author": document.author,
        "published": published.isoformat() if published else None,
        "published_from": document.published_from,
        "url": document.url,
        "path": document.path,
        "media_type": document.media_type,
        "language": document.language,
    }
