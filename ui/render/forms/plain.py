"""The groups of an answer as plain text: lists that hang, code indented, tables aligned."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from io import StringIO

from sourcebook.rag.answer import Answer, Sentence
from sourcebook.ui.render.escaping import clean, one_line
from sourcebook.ui.render.notes import NOTHING_TOLD

from .grouping import AnswerTable, Code, Group, Heading, Items, Note, Prose, group

__all__ = ["WIDTH", "align_columns", "answer_lines", "indented", "wrap"]

WIDTH = 100
"""Columns of a table where nobody says how many there are."""

_LEAST_COLUMN = 14
"""Columns that each column of a table must have; else it is written row by row."""

_CODE_INDENT = "    "


def answer_lines(answer: Answer, width: int | None) -> str:
    """Return an answer's text with its marks, its groups divided by empty lines.

    Args:
        answer: the answer.
        width: the columns at which lines are wrapped; None leaves each paragraph one line.
    """
    if not answer.sentences:
        return "\n".join(wrap(line, width) for line in clean(answer.text).strip().splitlines())
    text = ""
    before: Group | None = None
    for one in group(answer):
        if before is not None:
            # What a heading stands over comes right below it, and remarks below each other.
            is_close = isinstance(before, Heading) or (
                isinstance(before, Note) and isinstance(one, Note)
            )
            text += "\n" if is_close else "\n\n"
        text += "\n".join(_lines(one, width))
        before = one
    return text


def _lines(one: Group, width: int | None) -> Iterator[str]:
    match one:
        case Prose():
            yield from _prose(one, width)
        case Items():
            for sentence in one.sentences:
                sign = one_line(sentence.marker or "•") if one.are_steps else "•"
                yield wrap(f"{sign} {_with_marks(sentence)}", width, " " * (len(sign) + 1))
        case Code():
            yield indented(one.sentence.text)
            if one.sentence.citations:
                yield _CODE_INDENT + _marks(one.sentence).strip()
        case AnswerTable():
            yield _table(one, width)
        case _:
            yield wrap(_with_marks(one.sentence), width)


def _prose(prose: Prose, width: int | None) -> Iterator[str]:
    text = "".join(
        clean(piece) + (_marks(sentence) if sentence else "") for sentence, piece in prose.pieces
    )
    yield from (wrap(line, width) for line in text.strip().splitlines())


def _with_marks(sentence: Sentence) -> str:
    return one_line(sentence.text) + _marks(sentence)


def _marks(sentence: Sentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    return f" {marks}" if marks else ""


def indented(code: str) -> str:
    """Return code with its lines, each behind four spaces; none is wrapped."""
    return textwrap.indent(clean(code).replace("\t", _CODE_INDENT), _CODE_INDENT)


def _table(table: AnswerTable, width: int | None) -> str:
    rows = [
        [" ".join(map(_with_marks, cell)) or NOTHING_TOLD for cell in row.cells]
        for row in table.rows
    ]
    columns = [one_line(column) for column in table.columns]
    if table.has_row_heads:
        columns.insert(0, "")
        for row, cells in zip(table.rows, rows, strict=True):
            cells.insert(0, one_line(row.head))
    if (width or WIDTH) < _LEAST_COLUMN * len(columns):
        return _row_by_row(table, columns, rows, width)
    return align_columns(columns, rows, width or WIDTH)


def _row_by_row(
    table: AnswerTable, columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None
) -> str:
    """Return a table that is too wide, each cell behind the head of its column."""
    lines: list[str] = []
    for row in rows:
        cells = list(zip(columns, row, strict=True))
        if table.has_row_heads:
            lines.append(cells.pop(0)[1])
        for column, text in cells:
            lines.append(wrap(f"  {column}: {text}" if column else f"  {text}", width, "    "))
    return "\n".join(lines)


def align_columns(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """Return a table in columns that are fitted to a width, with a line below the heads, if any.

    Args:
        columns: the heads.
        rows: their cells, each in one line.
        width: in characters of a terminal.
    """
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Columns
    from rich.text import Text

    has_heads = any(columns)
    columns_shown = Columns(box=SIMPLE_HEAD, show_header=has_heads, pad_edge=False)
    for column in columns:
        columns_shown.add_column(Text(column), overflow="fold", vertical="top")
    for row in rows:
        columns_shown.add_row(*map(Text, row))
    file = StringIO()
    Console(file=file, width=width, color_system=None, highlight=False).print(columns_shown)
    lines = [line.rstrip() for line in file.getvalue().splitlines()]
    indent = min((len(line) - len(line.lstrip()) for line in lines if line), default=0)
    return "\n".join(line[indent:] for line in lines).strip("\n")


def wrap(line: str, width: int | None, hanging: str = "") -> str:
    """Return a line in lines of at most ``width`` columns, those after the first behind
    ``hanging``; words are not divided."""
    if width is None:
        return line
    return textwrap.fill(
        line,
        max(20, width),
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
