"""Things set side by side: for each side its own evidence, in a small table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from sourcebook.index.documents.records import Hit
from sourcebook.rag.events import AnswerReady, Event
from sourcebook.rag.kinds.answer_kind import AnswerKind
from sourcebook.rag.kinds.inquiry import Inquiry
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.selection import (
    count_facts,
    is_telling,
    name_of,
    sentences_of,
)
from sourcebook.rag.selection.cells import (
    NEAR,
    choose_best,
    choose_together,
    is_cell,
)
from sourcebook.rag.selection.difference import state_difference
from sourcebook.rag.selection.places import find_places
from sourcebook.rag.selection.side_match import (
    Side,
    belongs,
    is_lesser,
    is_relative,
    own_words,
    topic_beside,
)
from sourcebook.rag.selection.side_tables import SideRow
from sourcebook.rag.selection.sides import ComparedThings, find_sides
from sourcebook.rag.verification import Part, compose, quote, remark

from .lookup import (
    PASSAGES,
    best_rows,
    block_evidence,
    hits_of_side,
    longest_table,
    rank_for,
    side_rows_in,
)

NOT_TOLD = "No article tells this."

_CELL, _ONLY_CELL, _LOOSE = 2, 3, 3
"""Sentences of a cell; where there is one aspect only; of an aspect whose sides are not known."""

_PAIRS, _ANY = 4, 100.0
"""Pairs of sentences where no aspect is named, however much worse the last fits than the first."""

_COMMON = 4
"""The best sentences among which one that tells of all sides is looked for."""

_FACTS = 0.5
"""What a figure or name counts where all that an article tells is compared."""

_LIKELY, _TABLE, _LEAST, _PER_COSINE = 0.7, 0.95, 0.5, 1.3
"""How sure an answer is: usually; of a cell of a table with a column for each side; of a sentence
that is hardly near to what is compared, and what a nearer one adds."""

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
        confidence = _LIKELY
        if things and hits:
            things, sides = _resolve(inquiry, things, hits)
            if len(sides) < 2:
                told = _by_aspect(inquiry, things)
                parts = [quote(item, form="item") for item in told]
            else:
                common, cells = _table(inquiry, things, sides)
                told = [*common, *(item for cell in cells for item in cell.evidence)]
                parts = [quote(item) for item in common] + _cell_parts(cells) + _notes(cells)
                confidence = _confidence(cells)
        if not told:
            yield from self._otherwise.answer(inquiry)
            return
        yield inquiry.show(told)
        yield AnswerReady(inquiry.answer(compose(parts), confidence))


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
        return replace(things, aspects=things.aspects or (shared,)), []
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
    found = [hit for side in sides for hit in hits_of_side(inquiry, side, things.shared)]
    hits = list({hit.passage.id: hit for hit in found}.values())
    if rows_of_table := longest_table(side_rows_in(inquiry, hits, sides)):
        return [], [
            _Cell(row.head, side, (_cell_evidence(inquiry, row, number),))
            for row in rows_of_table[:_MOST_ROWS]
            for number, side in enumerate(sides)
        ]
    ranked = [e for e in inquiry.rank(hits) if is_cell(e)]
    best = ranked[:_COMMON]
    common = [e for e in best if all(side.words and side.share(e.text) >= 1 for side in sides)][:1]
    own = [_own_of(inquiry, [e for e in ranked if e not in common], side, sides) for side in sides]
    chosen = choose_together(own, sides, "", inquiry.resources.embedder, most=_PAIRS, worth=_ANY)
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
        [hits_of_side(inquiry, side, f"{aspect} {things.shared}".strip()) for side in sides]
        for aspect in things.aspects
    ]
    every = [hit for row in hits for of_side in row for hit in of_side]
    rows = best_rows(inquiry, side_rows_in(inquiry, every, sides), things.aspects)
    cells: list[_Cell] = []
    for aspect, hits_of_sides in zip(things.aspects, hits, strict=True):
        own = [
            [e for e in rank_for(inquiry, found, aspect, things.shared) if belongs(e, side, sides)]
            for found, side in zip(hits_of_sides, sides, strict=True)
        ]
        if (row := rows.get(aspect)) is not None:
            cells += _cells_of_row(inquiry, row, sides, own)
        else:
            chosen = choose_together(own, sides, aspect, inquiry.resources.embedder, most=most)
            cells += [
                _Cell(aspect, s, tuple(items)) for s, items in zip(sides, chosen, strict=True)
            ]
    return cells


def _cells_of_row(
    inquiry: Inquiry, row: SideRow, sides: Sequence[Side], own: Sequence[Sequence[Evidence]]
) -> list[_Cell]:
    """Return a row's cells; beside one of a version that is not just the side's, a sentence too."""
    cells: list[_Cell] = []
    for number, side in enumerate(sides):
        evidence = [_cell_evidence(inquiry, row, number)]
        if not row.are_exact[number]:
            beside = [e for e in own[number] if e.document.id != row.document.id]
            evidence += choose_best(beside, side, row.head, 1)
        cells.append(_Cell(row.head, side, tuple(evidence)))
    return cells


def _cell_evidence(inquiry: Inquiry, row: SideRow, number: int) -> Evidence:
    return block_evidence(inquiry, row.document, row.cells[number])


def _by_aspect(inquiry: Inquiry, things: ComparedThings) -> list[Evidence]:
    """Return what is told of each aspect where the sides are not known by name."""
    told: list[Evidence] = []
    for aspect in things.aspects:
        topic = f"{aspect} {things.shared}".strip()
        ranked = rank_for(inquiry, inquiry.find_hits_for(topic, PASSAGES), aspect, things.shared)
        told += choose_best(ranked, None, aspect, _LOOSE)
    return list({item.place: item for item in told}.values())


def _cell_parts(cells: Sequence[_Cell]) -> list[Part]:
    return [part for cell in cells for part in _parts_of_cell(cell)]


def _parts_of_cell(cell: _Cell) -> list[Part]:
    row, column = cell.aspect or None, cell.side.label
    if not cell.evidence:
        return [remark(NOT_TOLD, form="cell", row=row, column=column)]
    return [quote(item, form="cell", row=row, column=column) for item in cell.evidence]


def _notes(cells: Sequence[_Cell]) -> list[Part]:
    """Return by how much one side is higher than the other, of each aspect of two sides."""
    notes: list[str] = []
    for left, right in pairwise(cells):
        if left.aspect and left.aspect == right.aspect and left.evidence and right.evidence:
            sides = (left.side.label, left.evidence[0]), (right.side.label, right.evidence[0])
            if sentence := state_difference(*sides):
                notes.append(f"{left.aspect[:1].upper()}{left.aspect[1:]}: {sentence}")
    return [remark(note) for note in notes[:_CELL]]


def _confidence(cells: Sequence[_Cell]) -> float:
    """Return how sure it is that the cells tell what was asked: the mean of all."""
    return sum(map(_cell_confidence, cells)) / (len(cells) or 1)


def _cell_confidence(cell: _Cell) -> float:
    if not cell.evidence:
        return 0.0
    if not cell.aspect:
        return _LIKELY
    if any(e.block and e.block.kind == "cell" for e in cell.evidence):
        return _TABLE
    nearest = max(e.similarity for e in cell.evidence)
    return min(_TABLE, _LEAST + _PER_COSINE * max(0.0, nearest - NEAR))
