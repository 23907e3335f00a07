"""An answer's sentences grouped as what they are: paragraphs, headings, lists, code, tables, notes.

Every form of an answer is written from these groups; none reads the layout of its plain text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sourcebook.rag.answer import LINES, Answer, Sentence
from sourcebook.ui.render.notes import pieces

__all__ = [
    "AnswerTable",
    "Cell",
    "Code",
    "Group",
    "Heading",
    "Items",
    "Note",
    "Prose",
    "Row",
    "group",
]


@dataclass(frozen=True, slots=True)
class Prose:
    """Sentences, with what stands between them: a text without a sentence."""

    pieces: tuple[tuple[Sentence | None, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of what follows."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a list, or steps in their order."""

    sentences: tuple[Sentence, ...]
    are_steps: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """Code, with its lines."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Note:
    """A remark of the product itself on what it did."""

    sentence: Sentence


Cell = tuple[Sentence, ...]
"""What stands in a cell of a table; empty where no sentence does."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its head, empty for none, and a cell for each column."""

    head: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class AnswerTable:
    """Rows under the heads of their columns, of which all may be empty."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]

    @property
    def has_row_heads(self) -> bool:
        """Whether any row has a head."""
        return any(row.head for row in self.rows)


Group = Prose | Heading | Items | Code | Note | AnswerTable


def group(answer: Answer) -> list[Group]:
    """Return what an answer consists of, in its order.

    Remarks that stand before everything else are what the answer says, and so a paragraph each, or
    a list behind one that ends with a colon.
    """
    if not any(sentence.form in LINES for sentence in answer.sentences):
        return [Prose(tuple(pieces(answer)))]
    sentences = sorted(answer.sentences, key=lambda sentence: sentence.start)
    runs = [(name, tuple(run)) for name, run in groupby(sentences, key=_group_name)]
    groups: list[Group] = []
    for number, (name, run) in enumerate(runs):
        groups += _opening(run) if name == "note" and number == 0 else _groups(name, run)
        if name == "sentence":
            groups.append(Prose(tuple(_with_gaps(answer, run))))
    return groups


def _group_name(sentence: Sentence) -> str:
    return sentence.form if sentence.form in LINES else "sentence"


def _groups(name: str, sentences: Sequence[Sentence]) -> list[Group]:
    """Return the groups of sentences of one form; none for prose."""
    match name:
        case "heading":
            return [Heading(sentence) for sentence in sentences]
        case "code":
            return [Code(sentence) for sentence in sentences]
        case "note":
            return [Note(sentence) for sentence in sentences]
        case "item" | "step":
            return [Items(tuple(sentences), are_steps=name == "step")]
        case "cell":
            return [_table(sentences)]
        case _:
            return []


def _with_gaps(answer: Answer, run: Sequence[Sentence]) -> Iterator[tuple[Sentence | None, str]]:
    """Yield prose with a space or the break of a paragraph between its sentences."""
    for number, sentence in enumerate(run):
        if number:
            between = answer.text[run[number - 1].end : sentence.start]
            yield None, "\n\n" if "\n" in between else " "
        yield sentence, sentence.text


def _opening(notes: Sequence[Sentence]) -> Iterator[Group]:
    items: list[Sentence] = []
    for number, note in enumerate(notes):
        if items or (number and notes[number - 1].text.endswith(":")):
            items.append(note)
        else:
            yield Prose(((note, note.text),))
    if items:
        yield Items(tuple(items))


def _table(cells: Sequence[Sentence]) -> AnswerTable:
    """Return cells as a table. Those of one row and column stand in one cell; where rows have no
    heads, a column that comes again begins the next row."""
    columns = tuple(dict.fromkeys(cell.column or "" for cell in cells))
    rows: list[tuple[str, dict[str, list[Sentence]]]] = []
    last = ""
    for cell in cells:
        head, column = cell.row or "", cell.column or ""
        row = next((r for r in reversed(rows) if r[0] == head), None)
        if row is None or (not head and column in row[1] and column != last):
            row = (head, {})
            rows.append(row)
        row[1].setdefault(column, []).append(cell)
        last = column
    return AnswerTable(
        columns,
        tuple(
            Row(head, tuple(tuple(filled.get(column, ())) for column in columns))
            for head, filled in rows
        ),
    )
