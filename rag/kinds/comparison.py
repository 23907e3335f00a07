"""Things set side by side: for each side its own evidence, in a small table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sourcebook.index.documents.records import Hit
from sourcebook.index.search.filters import Filters
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.selection import count_facts, is_telling, name_of, sentences_of, terms_of
from sourcebook.rag.selection.cells import (
    choose_best,
    choose_together,
    is_cell,
    tells_of,
    with_years,
)
from sourcebook.rag.selection.side_match import (
    Side,
    belongs,
    find_places,
    is_lesser,
    is_relative,
    of_named_articles,
    own_words,
    topic_beside,
)
from sourcebook.rag.selection.side_tables import SideRow, find_side_rows
from sourcebook.rag.selection.sides import ComparedThings, find_sides
from sourcebook.rag.verification import Part, compose, quote, remark

from .answer_kind import AnswerKind
from .inquiry import Inquiry

PASSAGES = 10
"""Passages that each cell is looked for in."""

NOT_TOLD = "No article tells this."

_ROW_FITS = 0.5
"""Cosine of a row's head with an aspect, and the share of its words that are in it, from which the
row is of it."""

_OF_WORDS = 0.4

_IN_SCOPE = 40
"""Passages of an article that are looked through for those of a section."""

_CELL, _ONLY_CELL, _LOOSE = 2, 3, 3
"""Sentences of a cell; where there is one aspect only; of an aspect whose sides are not known."""

_PAIRS, _ANY = 4, 100.0
"""Pairs of sentences where no aspect is named, however much worse the last fits than the first."""

_FACTS = 0.5
"""What a figure or name counts where all that an article tells is compared."""

_MOST_ROWS = 12
"""Rows of a table that is itself the comparison."""


@dataclass(frozen=True, slots=True)
class _Cell:
    """What the articles tell of one aspect of one side; nothing where none does."""

    aspect: str
    side: Side
    evidence: tuple[Evidence, ...]


class Comparison:
    """Answers with a cell for each aspect of each side, quoted from what is told of that side.

    Args:
        otherwise: answers a question whose sides cannot be found.
    """

    def __init__(self, otherwise: AnswerKind) -> None:
        self._otherwise = otherwise

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the quoted sentences as evidence, then the answer."""
        things = find_sides(inquiry.question.standalone)
        hits = inquiry.find_hits(PASSAGES) if things else ()
        parts: list[Part] = []
        told: list[Evidence] = []
        if things and hits:
            things, sides = _resolve(inquiry, things, hits)
            if len(sides) < 2:
                told = _by_aspect(inquiry, things)
                parts = [quote(item, form="item") for item in told]
            else:
                common, cells = _table(inquiry, things, sides)
                told = [*common, *(item for cell in cells for item in cell.evidence)]
                parts = [quote(item) for item in common] + _cell_parts(cells)
        if not told:
            yield from self._otherwise.answer(inquiry)
            return
        yield inquiry.show(told)
        yield AnswerReady(inquiry.answer(compose(parts), 0.8))


def _resolve(
    inquiry: Inquiry, things: ComparedThings, hits: Sequence[Hit]
) -> tuple[ComparedThings, list[Side]]:
    """Return the sides, each with the words or the places that are its own, and what is compared;
    no sides where they are not found."""
    library = inquiry.resources.library
    words = own_words(things.sides, {name_of(hit.document) for hit in hits})
    if things.sides and not all(map(is_relative, words)):
        sides = [Side(name, own) for name, own in zip(things.sides, words, strict=True)]
        return topic_beside(things, words), sides
    count = len(things.sides) or 2
    shared = things.sides[-1] if things.sides else things.shared
    found = inquiry.find_hits_for(shared, PASSAGES)
    places = find_places(library, shared, found, count, whole_name=not things.sides)
    if len(places) < count:
        return things, []
    if not things.sides:
        return things, [Side(place.heading, scope=place.scope) for place in places]
    lesser, greater = places[0], places[-1]
    return things, [
        Side(name, scope=(lesser if is_lesser(name) else greater).scope) for name in things.sides
    ]


def _table(
    inquiry: Inquiry, things: ComparedThings, sides: Sequence[Side]
) -> tuple[list[Evidence], list[_Cell]]:
    """Return the sentences that tell of all sides, where no aspect is named, and the cells."""
    if things.aspects:
        most = _CELL if len(things.aspects) > 1 else _ONLY_CELL
        return [], _rows(inquiry, things, sides, most)
    found = [hit for side in sides for hit in _hits_of(inquiry, side, things.shared)]
    hits = list({hit.passage.id: hit for hit in found}.values())
    if rows_of_table := _longest_table(_side_rows(inquiry, hits, sides)):
        return [], [
            _Cell(row.head, side, (_cell_evidence(inquiry, row, number),))
            for row in rows_of_table[:_MOST_ROWS]
            for number, side in enumerate(sides)
        ]
    ranked = [e for e in inquiry.rank(hits) if is_cell(e)]
    common = [e for e in ranked if all(side.words and side.share(e.text) >= 1 for side in sides)][
        :1
    ]
    own = [_own_of(inquiry, [e for e in ranked if e not in common], side, sides) for side in sides]
    chosen = choose_together(own, sides, inquiry.resources.embedder, _PAIRS, worth=_ANY)
    return common, [
        _Cell("", side, tuple(items)) for side, items in zip(sides, chosen, strict=True)
    ]


def _own_of(
    inquiry: Inquiry, ranked: Sequence[Evidence], side: Side, sides: Sequence[Side]
) -> list[Evidence]:
    """Return what is told of a side: where an article is named after it, all that this tells."""
    own = [e for e in ranked if belongs(e, side, sides)]
    document = own[0].document if own else None
    if document is None or side.share(name_of(document)) < 1:
        return own
    every = sentences_of(inquiry.resources.library, document)
    return [replace(e, score=_FACTS * count_facts(e)) for e in every if is_telling(e)]


def _rows(
    inquiry: Inquiry, things: ComparedThings, sides: Sequence[Side], most: int
) -> list[_Cell]:
    """Return the cells of all aspects: of one row of a table where that has a column for each side,
    else the best sentences of each side."""
    hits = [
        [_hits_of(inquiry, side, f"{aspect} {things.shared}".strip()) for side in sides]
        for aspect in things.aspects
    ]
    every = [hit for row in hits for of_side in row for hit in of_side]
    rows = _best_rows(inquiry, _side_rows(inquiry, every, sides), things.aspects)
    cells: list[_Cell] = []
    for aspect, hits_of_sides in zip(things.aspects, hits, strict=True):
        own = [
            [e for e in _ranked(inquiry, found, aspect, things.shared) if belongs(e, side, sides)]
            for found, side in zip(hits_of_sides, sides, strict=True)
        ]
        if (row := rows.get(aspect)) is not None:
            cells += _cells_of_row(inquiry, row, sides, own)
        else:
            chosen = choose_together(own, sides, inquiry.resources.embedder, most)
            cells += [
                _Cell(aspect, s, tuple(items)) for s, items in zip(sides, chosen, strict=True)
            ]
    return cells


def _ranked(inquiry: Inquiry, hits: Sequence[Hit], aspect: str, shared: str) -> list[Evidence]:
    ranked = with_years([e for e in inquiry.rank(hits, aspect) if is_cell(e)], aspect)
    return of_named_articles(ranked, f"{aspect} {shared}")


def _cells_of_row(
    inquiry: Inquiry, row: SideRow, sides: Sequence[Side], own: Sequence[Sequence[Evidence]]
) -> list[_Cell]:
    """Return a row's cells; beside one of a version that is not just the side's, a sentence too."""
    cells: list[_Cell] = []
    for number, side in enumerate(sides):
        evidence = [_cell_evidence(inquiry, row, number)]
        if not row.are_exact[number]:
            beside = [e for e in own[number] if e.document.id != row.document.id]
            evidence += choose_best(beside, side, 1)
        cells.append(_Cell(row.head, side, tuple(evidence)))
    return cells


def _hits_of(inquiry: Inquiry, side: Side, topic: str) -> list[Hit]:
    """Return the passages for a side: of its places, else those that are found with its name."""
    if not side.scope or inquiry.has_passages:
        return list(inquiry.find_hits_for(f"{side.label} {topic}".strip(), PASSAGES))
    resources = inquiry.resources
    filters = replace(inquiry.limits or Filters(), documents=side.document_ids)
    found = resources.library.search(
        topic or side.label, _IN_SCOPE, filters=filters, embedder=resources.embedder
    )
    return [hit for hit in found if side.overlaps(hit.passage)][:PASSAGES]


def _side_rows(inquiry: Inquiry, hits: Sequence[Hit], sides: Sequence[Side]) -> list[SideRow]:
    """Return the rows with a column for each side: not those of others where each side has articles
    of its own."""
    documents = {hit.document.id: hit.document for hit in hits}
    names = {id_: name_of(document) for id_, document in documents.items()}
    own = [{id_ for id_, name in names.items() if side.share(name) >= 1} for side in sides]
    if all(own) and not set.intersection(*own):
        documents = {id_: d for id_, d in documents.items() if any(id_ in ids for ids in own)}
    return find_side_rows(documents.values(), sides)


def _longest_table(rows: Sequence[SideRow]) -> list[SideRow]:
    """Return the rows of the article that has most of them."""
    tables: dict[str, list[SideRow]] = {}
    for row in rows:
        if row.head:
            tables.setdefault(row.document.id, []).append(row)
    return max(tables.values(), key=len, default=[])


def _best_rows(
    inquiry: Inquiry, rows: Sequence[SideRow], aspects: Sequence[str]
) -> dict[str, SideRow]:
    """Return the row for each aspect whose head says best what it says; each row for one, that of
    the aspect which no other row fits as well first."""
    rows = [row for row in rows if row.head]
    if not rows:
        return {}
    texts = [f"{row.head}: {', '.join(cell.text for cell in row.cells)}" for row in rows]
    vectors = inquiry.resources.embedder.embed([*aspects, *(row.head for row in rows), *texts])
    asked, heads, whole = np.split(vectors, [len(aspects), len(aspects) + len(rows)])
    fits = np.maximum(asked @ heads.T, asked @ whole.T)
    for n, aspect in enumerate(aspects):
        terms = set(terms_of(aspect))
        for m, row in enumerate(rows):
            own = terms_of(row.head)
            fits[n, m] += _OF_WORDS * len(terms & set(own)) / (len(own) or 1)
    chosen: dict[str, SideRow] = {}
    while len(chosen) < len(aspects) and fits.max() >= _ROW_FITS:
        best, second = np.sort(fits, axis=1)[:, -1], np.sort(fits, axis=1)[:, -min(2, len(rows))]
        n = int(np.where(best >= _ROW_FITS, best - second, -np.inf).argmax())
        m = int(fits[n].argmax())
        chosen[aspects[n]] = rows[m]
        fits[n, :] = fits[:, m] = -1.0
    return chosen


def _cell_evidence(inquiry: Inquiry, row: SideRow, number: int) -> Evidence:
    cell = row.cells[number]
    passages = inquiry.resources.library.passages(row.document.id)
    passage = next((p for p in passages if p.start <= cell.start < p.end), passages[0])
    nowhere = np.zeros(0, np.float32)
    return Evidence(
        row.document, passage.id, cell.text, cell.start, cell.end, 0.0, 0.0, nowhere, block=cell
    )


def _by_aspect(inquiry: Inquiry, things: ComparedThings) -> list[Evidence]:
    """Return what is told of each aspect where the sides are not known by name."""
    told: list[Evidence] = []
    for aspect in things.aspects:
        topic = f"{aspect} {things.shared}".strip()
        ranked = _ranked(inquiry, inquiry.find_hits_for(topic, PASSAGES), aspect, things.shared)
        told += choose_best([e for e in ranked if tells_of(e, aspect)], None, _LOOSE)
    return list({item.place: item for item in told}.values())


def _cell_parts(cells: Sequence[_Cell]) -> list[Part]:
    return [part for cell in cells for part in _parts_of_cell(cell)]


def _parts_of_cell(cell: _Cell) -> list[Part]:
    row, column = cell.aspect or None, cell.side.label
    if not cell.evidence:
        return [remark(NOT_TOLD, form="cell", row=row, column=column)]
    return [quote(item, form="cell", row=row, column=column) for item in cell.evidence]
