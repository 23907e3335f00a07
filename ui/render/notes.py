"""What every form of an answer shows: its pieces, what stands around a quote, the notes."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Document
from sourcebook.index.structure.blocks import Block
from sourcebook.rag.answer import Answer, Citation, Sentence
from sourcebook.rag.language.calendar import human_day
from sourcebook.rag.question.filters import QuestionFilter
from sourcebook.rag.refusal.reasons import explain_unsupported

from .escaping import one_line

_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*\s+|\n+")
_MARK = re.compile(r"\s?\[\d+\]")


NOTHING_TOLD = "No article tells this."
"""What stands in an empty cell of a table."""

_LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The article around a quote: whole sentences, or whole words where those are long.

    ``cut_before`` and ``cut_after`` say that the article goes on there.
    """

    before: str
    after: str
    cut_before: bool
    cut_after: bool


def surroundings(citation: Citation, reach: int = 280) -> Surroundings:
    """What stands at most ``reach`` characters around the quote in its article, up to the next code
    or table, which is no running text."""
    text, start, end = citation.document.text, citation.start, citation.end
    first, last = _bounds(citation.document.blocks, start, end, reach)
    last = min(last, len(text))
    before, after = text[max(first, start - reach) : start], text[end : min(end + reach, last)]
    if start - first > reach:
        ends = [m.end() for m in _SENTENCE_END.finditer(before) if m.end() < len(before)]
        before = before[ends[0] :] if ends else before.partition(" ")[2]
    elif first:
        before = before.lstrip()
    if end + reach < last:
        ends = [m.start() + 1 for m in _SENTENCE_END.finditer(after)]
        after = after[: ends[-1]] if ends and ends[-1] > 1 else after.rpartition(" ")[0]
    elif last < len(text):
        after = after.rstrip()
    return Surroundings(
        before=before,
        after=after,
        cut_before=bool(text[: start - len(before)].strip()),
        cut_after=bool(text[end + len(after) :].strip()),
    )


def _bounds(blocks: Sequence[Block], start: int, end: int, reach: int) -> tuple[int, int]:
    """Return where the code or table before a run of the text ends and the next one begins."""
    first, last = 0, sys.maxsize
    near = [b for b in blocks if b.end > start - reach and b.start < end + reach]
    for block in near:
        if block.kind in ("code", "table"):
            if block.end <= start:
                first = max(first, block.end)
            elif block.start >= end:
                last = min(last, block.start)
        else:
            inner = _bounds(block.children, start, end, reach)
            first, last = max(first, inner[0]), min(last, inner[1])
    return first, last


def unsupported_note(sentence: Sentence, answer: Answer) -> str | None:
    """Why an unsupported sentence of an answer is not to be relied on; None for a supported one."""
    if sentence.supported:
        return None
    if sentence.contrary:
        return f"The source says the opposite: “{one_line(sentence.contrary)}”"
    if sentence.unsupported:
        evidence = ". ".join(
            f"{citation.document.title}. {citation.quote}" for citation in answer.places
        )
        reason = one_line(explain_unsupported(sentence.unsupported, evidence))
        return f"{reason[0].upper()}{reason[1:]}"
    return "No sentence of your articles supports this"


def code_label(sentence: Sentence) -> str:
    """What stands above code: its language, if that is known."""
    return one_line(sentence.language or "")[:_LONGEST_LABEL] or "Code"


def confidence_word(answer: Answer) -> str:
    """How sure an answer is, in one word that needs no scale to be read."""
    if answer.abstained:
        return "Unanswered"
    if not all(sentence.supported for sentence in answer.sentences):
        return "Doubtful"
    levels = ((0.8, "Sure"), (0.5, "Likely"))
    return next((word for least, word in levels if answer.confidence >= least), "Unsure")


def filter_notes(answer: Answer) -> list[str]:
    """What the question's own filters did, a line each: its translation, limits, preferences, what
    nothing met."""
    translations = [one_line(f.label) for f in answer.filters if f.kind == "language"]
    limits = [f for f in answer.filters if f.kind != "language"]
    groups = {
        "Filtered": [f for f in limits if f.applied and f.strict],
        "Preferred": [f for f in limits if f.applied and not f.strict],
        "Nothing in your articles, so left out": [f for f in limits if not f.applied],
    }
    return translations + [
        f"{heading}: {'; '.join(one_line(_in_line(f)) for f in filters)}"
        for heading, filters in groups.items()
        if filters
    ]


def _in_line(question_filter: QuestionFilter) -> str:
    """The label of a chip inside a line: "published in December 2021"."""
    label = question_filter.label.removeprefix("Prefer ")
    return label[0].lower() + label[1:] if question_filter.kind != "source" else label


def as_of_line(answer: Answer) -> str | None:
    """The day that "the latest" is of, where that was asked for."""
    return f"As of {human_day(answer.as_of)}" if answer.as_of else None


def days_line(citation: Citation) -> str | None:
    """What "on Thursday" in the quote means, by the article's date."""
    days = [f"“{one_line(text)}”: {label}" for text, label in citation.relative_days()]
    return "; ".join(days) or None


def left_out_note(answer: Answer) -> str | None:
    """How many sentences of the draft were left out, as the settings ask for; None for none."""
    number = len(answer.left_out)
    if not number:
        return None
    return f"{number} sentence{'s' if number > 1 else ''} that no source supports left out"


def also_title(citation: Citation) -> str:
    """How many other articles say the same."""
    return f"also reported by {len(citation.also)}"


def location_text(document: Document) -> str | None:
    """Where the article was read, as text."""
    return one_line(document.location) if document.location else None


def footnotes(answer: Answer) -> tuple[str, Sequence[Citation]]:
    """The heading and the citations to list under the answer."""
    if answer.places:
        return "Sources", answer.places
    return "Nearest in your articles", answer.nearest


def pieces(answer: Answer) -> list[tuple[Sentence | None, str]]:
    """The answer's text in order: sentences, and what stands between them without the marks."""
    pieces_so_far: list[tuple[Sentence | None, str]] = []
    at = 0
    for sentence in sorted(answer.sentences, key=lambda s: s.start):
        pieces_so_far.append((None, _MARK.sub("", answer.text[at : sentence.start])))
        pieces_so_far.append((sentence, sentence.text))
        at = sentence.end
    rest = answer.text[at:]
    pieces_so_far.append((None, _MARK.sub("", rest) if answer.sentences else rest))
    return [(sentence, text) for sentence, text in pieces_so_far if text]
