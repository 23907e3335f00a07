"""Which cell of a table states a number, and whether another row or column was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sourcebook.index.structure.blocks import Block, walk
from sourcebook.index.structure.figures import unit_scale
from sourcebook.rag.language import Claim, ParsedSentence
from sourcebook.rag.language.numbers import number_key
from sourcebook.rag.language.time import Day
from sourcebook.rag.retrieval import Evidence

from .claim_set import states_claim


@dataclass(frozen=True, slots=True)
class StatedCell:
    """A cell with its row and its table."""

    cell: Block
    row: Block
    table: Block


def find_cells(source: Evidence, number: Claim) -> list[StatedCell]:
    """Return the cells of a row that state a number; none where the source is no row of a table.

    Args:
        source: a sentence of the evidence.
        number: a claim of an answer.
    """
    row = source.block
    if row is None or row.kind != "row":
        return []
    table = next(
        (
            block
            for block in walk(source.document.blocks)
            if block.kind == "table" and block.start <= row.start and row.end <= block.end
        ),
        None,
    )
    if table is None:
        return []
    cells = _cells(row)
    return [
        StatedCell(cell, row, table)
        for cell in cells
        if not _is_head(cell)
        and (ParsedSentence(cell.text).states(number) or _states_in_unit(cell, number))
    ]


def states(source: Evidence, claim: Claim, days: Mapping[str, Day]) -> bool:
    """Return whether a sentence states a claim, or a row does in the unit of its table: "9,467"
    under "CHF millions" states "9,467 million".

    Args:
        source: a sentence of the evidence.
        claim: of another text.
        days: the days among the claims of that text, by key.
    """
    if states_claim(claim, days, source.sentence):
        return True
    if not claim.is_number or source.block is None or source.block.kind != "row":
        return False
    cells = _cells(source.block)
    return any(_states_in_unit(cell, claim) for cell in cells if not _is_head(cell))


def _states_in_unit(cell: Block, number: Claim) -> bool:
    scale = unit_scale(cell.cell.unit if cell.cell else None)
    return scale > 1 and any(
        number_key(float(figure.key[1:]) * scale) == number.key
        for figure in ParsedSentence(cell.text).numbers
    )


def fits_best(place: StatedCell, question: ParsedSentence) -> bool:
    """Return whether no other row and no other column of the table holds more of the words and
    numbers of the question in its heads."""
    rows = [row for row in place.table.children if row.kind == "row" and not _is_head_row(row)]
    own_row = _share(_row_label(place.row), question)
    if any(_share(_row_label(row), question) > own_row for row in rows):
        return False
    return fits_best_in_row(place, question)


def fits_best_in_row(place: StatedCell, question: ParsedSentence) -> bool:
    """Return whether no other column of its row holds more of the words and numbers of the question
    in its heads."""
    own_column = _share(_column_heads(place.cell), question)
    return not any(
        _share(_column_heads(cell), question) > own_column
        for cell in _cells(place.row)
        if not _is_head(cell) and cell is not place.cell
    )


def cells_of_another_row(
    question: ParsedSentence, exact: Sequence[Claim], sources: Sequence[Evidence]
) -> list[Claim]:
    """Return the numbers that stand in a row or a column of a table whose heads fit the question
    worse than those of another: the fare of a child, when that of an adult was asked for.

    Args:
        question: the stand-alone one, or a statement that no question leads to.
        exact: the numbers and days of an answer.
        sources: the sentences that it rests on.
    """
    cells = {
        claim: [cell for source in sources for cell in find_cells(source, claim)]
        for claim in exact
        if claim.is_number
    }
    # "13.00 per 5 kg": one of the numbers is what was asked for, the other goes with it.
    if any(fits_best(cell, question) for row_cells in cells.values() for cell in row_cells):
        return []
    stand_elsewhere = [s for s in sources if not (s.block and s.block.kind == "row")]
    return [
        claim
        for claim, row_cells in cells.items()
        if row_cells and not any(source.sentence.states(claim) for source in stand_elsewhere)
    ]


def names_of_another_column(
    question: ParsedSentence, new: Sequence[Claim], sources: Sequence[Evidence]
) -> list[Claim]:
    """Return the names that stand under heads that fit the question worse than others of their row:
    who has the early shift, when the late one was asked for.

    Args:
        question: the stand-alone one.
        new: what an answer adds to it.
        sources: the sentences that it rests on.
    """
    outside = [s for s in sources if not (s.block and s.block.kind == "row")]
    return [
        claim
        for claim in new
        if not claim.is_number
        and (places := [cell for source in sources for cell in find_cells(source, claim)])
        and not any(fits_best_in_row(place, question) for place in places)
        and not any(source.sentence.states(claim) for source in outside)
    ]


def _share(heads: Iterable[str], question: ParsedSentence) -> int:
    """Return how many of the content words, names and numbers of the question the heads hold."""
    text = ParsedSentence(" ".join(heads))
    stems = set(question.stems) & set(text.stems)
    numbers = {n.key for n in question.numbers} & {n.key for n in text.numbers}
    return len(stems) + len(numbers)


def _row_label(row: Block) -> list[str]:
    """Return the texts that name a row: its heads beside, else its first cell."""
    cells = _cells(row)
    heads = [cell.text for cell in cells if _is_head(cell)]
    return heads or [cell.text for cell in cells[:1]]


def _column_heads(cell: Block) -> Sequence[str]:
    return cell.cell.heads if cell.cell else ()


def _cells(row: Block) -> list[Block]:
    return [block for block in row.children if block.kind == "cell"]


def _is_head_row(row: Block) -> bool:
    return all(map(_is_head, _cells(row)))


def _is_head(cell: Block) -> bool:
    return bool(cell.cell and cell.cell.is_head)
