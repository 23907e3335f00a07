"""The row of a table with the highest or lowest figure of what a question asks for.

A model that reads some rows of a table takes the highest of those. All figures of the column (or of
the row, where years or months stand side by side) are compared here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.structure.blocks import find_blocks
from sourcebook.index.structure.context import context_at
from sourcebook.rag.language import content_stems

from .series import FEWEST, Figure, Series, find_changes, find_series, label_stems, words_of_row
from .superlatives import Superlative, find_superlative, stems_beside, stems_of_names

_PER_WORD = 0.1
"""What each word of a question in the label of a series adds to its nearness."""

_PER_SORT = 2
"""Rows for each sort in a column that tells sorts apart. Where most rows say something of their
own, a word that one shares with a question says nothing of which are meant."""

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Extreme:
    """The figures at the end of a series that a superlative asks for, and of how many."""

    superlative: Superlative
    series: Series
    figures: tuple[Figure, ...]
    count: int


def find_extreme(
    question: str, find_hits: Callable[[], Sequence[Hit]], embedder: Embedder
) -> Extreme | None:
    """Return the end of a measure that a question asks for; None without a superlative, or where
    no table of the passages has the measure.

    Args:
        question: as it stands alone.
        find_hits: returns the passages for the question; called where it has a superlative.
        embedder: tells which of several measures is nearest to the question.

    Raises:
        LibraryError, ModelError: the library cannot be searched.
    """
    superlative = find_superlative(question)
    if superlative is None:
        return None
    years = set(_YEAR.findall(question))
    stems = stems_beside(question, superlative)
    series = _series_of(find_hits())
    if superlative.change:
        series = find_changes(series, superlative.change)
    measured = stems - stems_of_names(question)
    series = [one for one in series if _is_measured(one, measured, superlative)]
    ends = [end for one in series if (end := _end(one, stems, superlative, years))]
    return _nearest(question, ends, stems, embedder)


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
) -> Extreme | None:
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
    return (
        Extreme(superlative, series, winners, len(figures)) if len(winners) < len(figures) else None
    )


def _asked_about(series: Series, stems: frozenset[str]) -> tuple[Figure, ...]:
    """Return the figures that a question is about: of a column those of the rows that it names, or
    with "lunch" in a column of lunches and suppers; of a row those under the name asked about."""
    figures = series.figures
    if series.is_row:
        return _with_most_words(figures, [figure.name for figure in figures], stems)
    named = tuple(f for f in figures if frozenset() < frozenset(content_stems(f.name)) <= stems)
    if named:
        return named
    words = {figure.row.start: words_of_row(figure.row) for figure in figures}
    for column in sorted({column for row in words.values() for column in row}):
        sorts = {words[figure.row.start].get(column, "") for figure in series.figures}
        if 1 < len(sorts) <= len(series.figures) / _PER_SORT:
            texts = [words[figure.row.start].get(column, "") for figure in figures]
            figures = _with_most_words(figures, texts, stems)
    return figures


def _with_most_words(
    figures: tuple[Figure, ...], texts: Sequence[str], stems: frozenset[str]
) -> tuple[Figure, ...]:
    """Return the figures whose texts have most of the stems."""
    shares = [len(stems & set(content_stems(text))) for text in texts]
    return tuple(f for f, share in zip(figures, shares, strict=True) if share == max(shares))


def _nearest(
    question: str, ends: Sequence[Extreme], stems: frozenset[str], embedder: Embedder
) -> Extreme | None:
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
