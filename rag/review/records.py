"""What was found out about a text: its statements, each with a verdict and its places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sourcebook.rag.citation import Citation

Verdict = Literal["supported", "unsupported", "contradicted", "unchecked"]
"""Whether the articles state it, do not state it, or say otherwise; headings, code and questions
state nothing that could be checked."""

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What an article says otherwise: ``words`` of the statement against ``source_words`` of the
    article.

    ``kind`` is "denial", "number" or "date"; ``citation`` is the number of the place.
    """

    kind: Literal["denial", "number", "date"]
    words: str
    source_words: str
    citation: int

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind,
            "words": self.words,
            "source_words": self.source_words,
            "citation": self.citation,
        }


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence, item or row: ``text[start:end]`` of the text that was checked (code points).

    ``citations`` are the numbers of the quotes that state it, or that come nearest where it is
    unsupported. ``unsupported`` are its words (numbers, days, names) that stand in no source;
    ``support`` in [0, 1] measures how well the quotes carry it. ``contradictions`` may be there for
    a supported statement too, where articles disagree. ``note`` says in a line why it was not
    checked, or not found.
    """

    text: str
    start: int
    end: int
    verdict: Verdict
    citations: tuple[int, ...] = ()
    support: float = 0.0
    unsupported: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    note: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "verdict": self.verdict,
            "citations": list(self.citations),
            "support": round(self.support, 4),
            "unsupported": list(self.unsupported),
            "contradictions": [c.to_dict() for c in self.contradictions],
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Verification:
    """A text that was checked: its ``statements`` in order, and the places they refer to by number.

    ``generation`` is the library's; ``seconds`` is how long the check took.
    """

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    generation: int = 0
    seconds: float = 0.0

    @property
    def counts(self) -> Mapping[Verdict, int]:
        """How many statements have which verdict."""
        counted = Counter(statement.verdict for statement in self.statements)
        return {verdict: counted[verdict] for verdict in VERDICTS}

    @property
    def is_supported(self) -> bool:
        """Whether every statement that could be checked is supported; false where there is none."""
        counts = self.counts
        return bool(counts["supported"]) and not counts["unsupported"] + counts["contradicted"]

    def citation(self, number: int) -> Citation:
        """Return the place with that number."""
        return self.citations[number - 1]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form, the same from every door."""
        return {
            "supported": self.is_supported,
            "counts": dict(self.counts),
            "statements": [statement.to_dict() for statement in self.statements],
            "citations": [citation.to_dict() for citation in self.citations],
            "generation": self.generation,
            "seconds": round(self.seconds, 3),
        }
