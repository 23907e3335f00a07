"""Answer -> plain text, for terminals."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from sourcebook.rag.answer import Answer, Citation

from .chips import chips_html
from .citations import byline, title
from .conflicts import conflict_sentence
from .escaping import UNPRINTABLE, one_line
from .forms import WIDTH, align_columns, answer_lines, indented, wrap
from .html import answer_html, sources_html, to_html
from .markdown import to_markdown
from .notes import (
    Surroundings,
    also_title,
    as_of_line,
    days_line,
    filter_notes,
    footnotes,
    left_out_note,
    location_text,
    surroundings,
    unsupported_note,
)
from .structure import is_code, quoted_table, row_cells


def to_text(answer: Answer, width: int | None = None) -> str:
    """Return the answer with its marks and notes, and its sources with their quotes.

    Args:
        answer: the answer.
        width: the columns at which lines are wrapped; None leaves each paragraph one line.
    """
    heading, citations = footnotes(answer)
    day = as_of_line(answer)
    blocks = [(f"{day}:\n" if day else "") + answer_lines(answer, width)]
    blocks += [wrap(conflict_sentence(conflict), width, "  ") for conflict in answer.conflicts]
    notes = [
        wrap(f"! “{one_line(sentence.text)}”: {note[0].lower()}{note[1:]}.", width, "  ")
        for sentence in answer.sentences
        if (note := unsupported_note(sentence, answer))
    ]
    if answer.stopped and answer.sentences:
        notes.append("! Stopped before the end.")
    notes += [wrap(note, width, "  ") for note in filter_notes(answer)]
    if left_out := left_out_note(answer):
        notes.append(wrap(f"! {left_out}.", width, "  "))
    if answer.reason:
        blocks.append(wrap(one_line(answer.reason), width))
    if notes:
        blocks.append("\n".join(notes))
    if citations:
        blocks.append("\n\n".join([heading, *(source_text(c, width) for c in citations)]))
    return "\n\n".join(block for block in blocks if block) + "\n"


def source_text(citation: Citation, width: int | None = None) -> str:
    """One citation: number, title, source, date, page; then the quote; then where it was read."""
    head = ", ".join([title(citation.document), *byline(citation)])
    lines = [wrap(f"[{citation.number}] {head}", width, "    "), _quote_text(citation, width)]
    if days := days_line(citation):
        lines.append(textwrap.indent(wrap(days, width and width - 4), "    "))
    place = location_text(citation.document)
    lines += [f"    {place}"] if place else []
    if citation.also:
        lines.append(f"    {also_title(citation)}:")
    for source in citation.also:
        head = ", ".join([title(source.document), *byline(source)])
        line = f"{head}: “{one_line(source.quote)}”"
        lines.append(textwrap.indent(wrap(line, width and width - 6, "  "), "      "))
    return "\n".join(lines)


def _quote_text(citation: Citation, width: int | None) -> str:
    """The quote as what it is: prose in quotation marks, code, or rows under their heads."""
    if is_code(citation):
        return indented(citation.quote)
    line = wrap(f"“{one_line(citation.quote)}”", width and width - 4)
    quote = textwrap.indent(line, "    ")
    table = quoted_table(citation)
    if table is None or not table.rows:
        return quote
    rows = [
        [one_line(cell.text) if cell else "" for cell in row_cells(row)]
        for row in (*table.heads, *table.rows)
    ]
    columns = max(map(len, rows))
    rows = [row + [""] * (columns - len(row)) for row in rows]
    heads = rows[len(table.heads) - 1] if table.heads else [""] * columns
    text = align_columns(heads, rows[len(table.heads) :], (width or WIDTH) - 4)
    is_part = all(citation.start > row.start or citation.end < row.end for row in table.rows)
    return f"{quote}\n" * is_part + textwrap.indent(text, "    ")


__all__ = [
    "Surroundings",
    "answer_html",
    "chips_html",
    "filter_notes",
    "footnotes",
    "source_text",
    "sources_html",
    "surroundings",
    "to_html",
    "to_json",
    "to_markdown",
    "to_text",
    "unsupported_note",
]


def to_json(value: Answer | Any) -> str:
    """``answer.to_dict()`` (or any JSON value) as text that any terminal and pipe can carry.

    Letters stay as they are; what is not printable is written as ``\\uXXXX``, which reads the same.
    """
    data = value.to_dict() if isinstance(value, Answer) else value
    text = json.dumps(data, ensure_ascii=False, indent=2)
    # Newlines in strings are already \n here; the only raw ones divide the lines of the output.
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
