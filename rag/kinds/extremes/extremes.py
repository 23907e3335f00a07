"""The row of a table with the highest or lowest figure of what a question asks for.

A model that reads some rows of a table takes the highest of those. All figures of the column (or of
the row, where years or months stand side by side) are compared here, and the row is quoted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.structure.blocks import find_blocks
from sourcebook.index.structure.context import context_at
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.kinds.answer_kind import AnswerKind
from sourcebook.rag.kinds.inquiry import Inquiry
from sourcebook.rag.kinds.pieces import row_evidence
from sourcebook.rag.kinds.reader_language import ReaderLanguage, reader_language
from sourcebook.rag.language import content_stems
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.verification import Part, compose, quote, remark

from .series import FEWEST, Figure, Series, find_changes, find_series, label_stems, words_of_row
from .superlatives import Superlative, find_superlative, stems_beside, stems_of_names

_PER_WORD = 0.1
"""What each word of a question in the label of a series adds to its nearness."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")

LIKELIHOOD = 0.75
"""The probability that the end of a series is what was asked for: seven of the eight that were
found in six small libraries were, and they are too few for a finer number."""


@dataclass(frozen=True, slots=True)
class _End:
    """The figures at the end of a series, and of how many."""

    series: Series
    figures: tuple[Figure, ...]
    count: int


class Extremes:
    """Answers with the end of a measure where a table has it; else as the other kind does.

    Args:
        other: answers questions without a superlative, or without such a table.
    """

    def __init__(self, other: AnswerKind) -> None:
        self._other = other

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the row as evidence and as the answer, or the events of the other kind."""
        superlative = find_superlative(inquiry.question.standalone)
        end = self._find_end(inquiry, superlative) if superlative else None
        if not (superlative and end) or inquiry.threshold > LIKELIHOOD:
            yield from self._other.answer(inquiry)
            return
        passages = inquiry.resources.library.passages(end.series.document.id)
        sources = [row_evidence(end.series.document, f.row, passages) for f in end.figures]
        yield inquiry.show(inquiry.fit(sources))
        parts = [_part(source, f, end) for source, f in zip(sources, end.figures, strict=True)]
        note = _compared(end, superlative, reader_language(inquiry.question.text))
        yield AnswerReady(inquiry.answer(compose([*parts, remark(note)]), LIKELIHOOD))

    def _find_end(self, inquiry: Inquiry, superlative: Superlative) -> _End | None:
        hits = inquiry.find_hits()
        question = inquiry.question.standalone
        years = set(_YEAR.findall(question))
        stems = stems_beside(question, superlative)
        series = _series_of(hits)
        if superlative.change:
            series = find_changes(series, superlative.change)
        measured = stems - stems_of_names(question)
        series = [one for one in series if _is_measured(one, measured, superlative)]
        ends = [end for one in series if (end := _end(one, stems, superlative, years))]
        return _nearest(question, ends, stems, inquiry.resources.embedder)


def _series_of(hits: Sequence[Hit]) -> list[Series]:
    """Return the series of the tables that the passages lie in."""
    tables = {
        (hit.document.id, table.start): (hit.document, table)
        for hit in hits
        for table in find_blocks(hit.document.blocks, "table")
        if table.start < hit.passage.end and hit.passage.start < table.end
    }
    return [one for document, table in tables.values() for one in find_series(document, table)]


def _is_measured(series: Series, stems: frozenset[str], superlative: Superlative) -> bool:
    """Return whether a series is of what is measured: its label has a word of the question, or one
    of the superlative's measure."""
    own = label_stems(series)
    words = set(re.findall(r"[^\W\d_]+|[€$£%]", series.label.casefold()))
    units = {figure.cell.cell.unit or "" for figure in series.figures if figure.cell.cell}
    return bool(own & stems or (words | units) & superlative.measures)


def _end(
    series: Series, stems: frozenset[str], superlative: Superlative, years: set[str]
) -> _End | None:
    """Return the highest or lowest figures of a series; None where the question is of one row."""
    own_years = set(_YEAR.findall(series.label))
    if own_years and years and not own_years & years:
        return None
    figures = _asked_about(series, stems)
    if len(figures) < (FEWEST if series.is_row else 2):
        return None
    pick = max if superlative.direction == "max" else min
    best = pick(figure.value for figure in figures)
    winners = tuple(figure for figure in figures if figure.value == best)
    return _End(series, winners, len(figures)) if len(winners) < len(figures) else None


def _asked_about(series: Series, stems: frozenset[str]) -> tuple[Figure, ...]:
    """Return the figures that a question is about: of a column those with "lunch" in a column of
    lunches and suppers, of a row those under the name that is asked about."""
    figures = series.figures
    if series.is_row:
        return _with_most_words(figures, [figure.name for figure in figures], stems)
    words = {figure.row.start: words_of_row(figure.row) for figure in figures}
    for column in sorted({column for row in words.values() for column in row}):
        texts = [words[figure.row.start].get(column, "") for figure in figures]
        counts = Counter(texts)
        if len(counts) > 1 and counts.most_common(1)[0][1] > 1:
            figures = _with_most_words(figures, texts, stems)
    return figures


def _with_most_words(
    figures: tuple[Figure, ...], texts: Sequence[str], stems: frozenset[str]
) -> tuple[Figure, ...]:
    """Return the figures whose texts have most of the stems."""
    shares = [len(stems & set(content_stems(text))) for text in texts]
    return tuple(f for f, share in zip(figures, shares, strict=True) if share == max(shares))


def _nearest(
    question: str, ends: Sequence[_End], stems: frozenset[str], embedder: Embedder
) -> _End | None:
    """Return the end of the series that is nearest to the question by its label and what stands
    above its table."""
    if not ends:
        return None
    texts = [_about(end.series) for end in ends]
    query, *vectors = embedder.embed([question, *texts])
    scores = [
        float(vector @ query) + _PER_WORD * len(stems & label_stems(end.series))
        for vector, end in zip(vectors, ends, strict=True)
    ]
    return ends[max(range(len(ends)), key=scores.__getitem__)]


def _about(series: Series) -> str:
    above = context_at(series.document.blocks, series.table.start)
    captions = [child.text for child in series.table.children if child.kind == "caption"]
    parts = dict.fromkeys([series.document.title, *above, *captions, series.label])
    return ". ".join(part for part in parts if part)


def _part(source: Evidence, figure: Figure, end: _End) -> Part:
    """Return the row, word for word; of a row of figures the one that was asked for."""
    whole = quote(source)
    if not end.series.is_row:
        return whole
    text = f"{end.series.label}, {figure.name}: {figure.cell.text}"
    return Part(replace(whole.sentence, text=text, quoted=False), whole.citations)


def _compared(end: _End, superlative: Superlative, language: ReaderLanguage) -> str:
    """Return what was compared, in one line in the reader's language."""
    words = _WORDS[language]
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
