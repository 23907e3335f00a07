"""A question for the highest or lowest of a table: the row is quoted, not read by the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.retrieval.extremes import Extreme, Figure
from sourcebook.rag.verification import Part, compose, quote, remark

from .answer_kind import AnswerKind
from .inquiry import Inquiry
from .pieces import row_evidence
from .reader_language import ReaderLanguage, reader_language

LIKELIHOOD = 0.7
"""The probability that the end of a series is what was asked for: 15 of the 22 that were found when
questions over eleven small libraries were first asked were, too few for a finer number."""


class Extremes:
    """Answers with the end of a measure where a table has it; else as the other kind does.

    Args:
        other: answers questions without a superlative, or without such a table.
    """

    def __init__(self, other: AnswerKind) -> None:
        self._other = other

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the row as evidence and as the answer, or the events of the other kind."""
        resources = inquiry.resources
        end = resources.steps.find_extreme(
            inquiry.question.standalone, inquiry.find_hits, resources.embedder
        )
        if end is None or inquiry.threshold > LIKELIHOOD:
            yield from self._other.answer(inquiry)
            return
        passages = resources.library.passages(end.series.document.id)
        sources = [row_evidence(end.series.document, f.row, passages) for f in end.figures]
        yield inquiry.show(inquiry.fit(sources))
        parts = [_part(source, f, end) for source, f in zip(sources, end.figures, strict=True)]
        note = _compared(end, reader_language(inquiry.question.text))
        yield AnswerReady(inquiry.answer(compose([*parts, remark(note)]), LIKELIHOOD))


def _part(source: Evidence, figure: Figure, end: Extreme) -> Part:
    """Return the row, word for word; of a row of figures the one that was asked for."""
    whole = quote(source)
    if not end.series.is_row:
        return whole
    text = f"{end.series.label}, {figure.name}: {figure.cell.text}"
    return Part(replace(whole.sentence, text=text, quoted=False), whole.citations)


def _compared(end: Extreme, language: ReaderLanguage) -> str:
    """Return what was compared, in one line in the reader's language."""
    words, superlative = _WORDS[language], end.superlative
    if superlative.change:
        way = words["rise" if superlative.change > 0 else "fall"]
        return words["change"].format(
            end=words[f"{superlative.direction}-change"], way=way, n=end.count
        )
    line = words["row" if end.series.is_row else "column"]
    return line.format(end=words[superlative.direction], n=end.count, label=end.series.label)


_WORDS: dict[ReaderLanguage, dict[str, str]] = {
    "en": {
        "max": "highest",
        "min": "lowest",
        "max-change": "largest",
        "min-change": "smallest",
        "rise": "rise",
        "fall": "fall",
        "change": "The {end} {way} of {n} rows of the table.",
        "column": "The {end} of {n} figures under “{label}” in the table.",
        "row": "The {end} of {n} figures beside “{label}” in the table.",
    },
    "de": {
        "max": "höchste",
        "min": "niedrigste",
        "max-change": "größte",
        "min-change": "kleinste",
        "rise": "Anstieg",
        "fall": "Rückgang",
        "change": "Der {end} {way} von {n} Zeilen der Tabelle.",
        "column": "Die {end} von {n} Zahlen unter „{label}“ in der Tabelle.",
        "row": "Die {end} von {n} Zahlen neben „{label}“ in der Tabelle.",
    },
}
