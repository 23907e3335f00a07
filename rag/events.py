"""The events of a stream, in the order in which an answer yields them."""

from __future__ import annotations

from dataclasses import dataclass

from sourcebook.index.documents.records import Hit

from .answer import Answer, Citation

__all__ = ["AnswerReady", "Event", "EvidenceFound", "TextDelta"]


@dataclass(frozen=True, slots=True)
class EvidenceFound:
    """First event of a stream: the sentences behind the answer, the few best in reading order, then
    the others."""

    evidence: tuple[Citation, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the draft, as the model writes it; without marks."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """Last event of a stream: the verified answer. It replaces the draft on the screen."""

    answer: Answer


Event = EvidenceFound | TextDelta | AnswerReady
