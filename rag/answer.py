"""The answer and its parts: the one record that chatbot, page and command line return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from sourcebook.rag.question import Kind, QuestionFilter

from .citation import Citation, OtherSource, Place, document_to_dict

__all__ = [
    "FORMS",
    "LINES",
    "Answer",
    "Citation",
    "Conflict",
    "Form",
    "OtherSource",
    "Place",
    "Sentence",
    "Side",
    "Timings",
    "document_to_dict",
]

Form = Literal["sentence", "heading", "item", "step", "code", "cell", "note"]
"""What a sentence of an answer is: prose, the heading of what follows, an item of a list, a step,
code, a cell of a table, or a remark of the product itself, which cites nothing."""

FORMS: tuple[Form, ...] = get_args(Form)

LINES: frozenset[Form] = frozenset({"heading", "item", "step", "code", "cell", "note"})
"""The forms that stand on lines of their own."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, item, step or cell of the answer: ``answer.text[start:end] == text`` (the marks
    come after it).

    ``citations`` are citation numbers; ``support`` in [0, 1] measures how well the cited sentences
    support it; ``unsupported`` are the numbers, days and names that none of them states about the
    question; ``contrary`` are the words of a cited sentence that deny it. ``quoted``: the sentence
    comes from an article, word for word, and not from a model. ``marker`` is the number of a step,
    ``language`` that of code; a cell stands in the ``row`` and ``column`` with these heads.
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
    form: Form = "sentence"
    marker: str | None = None
    language: str | None = None
    row: str | None = None
    column: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; what does not apply to its form is left out."""
        optional = {
            name: value
            for name in ("marker", "language", "row", "column")
            if (value := getattr(self, name)) is not None
        }
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
            "form": self.form,
            **optional,
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

    ``text`` carries ``[n]`` marks after each sentence; ``confidence`` is the probability that it
    is right. When ``abstained``, ``nearest`` has the closest sentences
    and ``reason`` the reason in one line. ``left_out`` are unsupported sentences of the draft, if
    the settings drop them. ``conflicts`` are those between sources about the question. ``record``
    has the data for a replay.
    ``filters`` are those in the question, with their effect. ``as_of`` is the day of
    the newest cited article, if the question asks for the newest or the reports changed over time.
    ``kind`` is what the question was taken to ask for.
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
    kind: Kind = "fact"

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
            "kind": self.kind,
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
