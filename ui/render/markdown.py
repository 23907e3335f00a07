"""Answer -> Markdown, with the sources as footnotes."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

from sourcebook.rag.answer import Answer, Citation, OtherSource, Sentence

from .citations import byline, title
from .conflicts import conflict_sentence
from .escaping import escape_markdown, one_line, safe_url
from .forms import AnswerTable, Code, Group, Heading, Items, Prose, group
from .notes import (
    NOTHING_TOLD,
    also_title,
    as_of_line,
    days_line,
    filter_notes,
    footnotes,
    left_out_note,
    location_text,
    unsupported_note,
)
from .structure import fenced, markdown_table, quote_markdown

_NUMBER = re.compile(r"\(?(\d{1,9})[.)]?")


def to_markdown(answer: Answer, prefix: str = "") -> str:
    """Return question, answer and sources; the marks are footnotes that contain the quotes.

    Args:
        answer: the answer.
        prefix: stands before the numbers of the footnotes, where several answers share a file.
    """
    heading, citations = footnotes(answer)
    lines = [f"## {escape_markdown(answer.question)}", ""]
    if day := as_of_line(answer):
        lines += [f"*{day}*", ""]
    lines += [_answer(answer, prefix), ""]
    if answer.reason:
        lines += [escape_markdown(answer.reason), ""]
    for conflict in answer.conflicts:
        lines += [conflict_sentence(conflict, escape_markdown, f"[^{prefix}{{}}]"), ""]
    for note in filter_notes(answer):
        lines += [f"*{escape_markdown(note)}*", ""]
    if left_out := left_out_note(answer):
        lines += [f"*({escape_markdown(left_out)})*", ""]
    has_marks = bool(answer.places)
    if citations and not has_marks:
        lines += [f"{heading}:", ""]
    for citation in citations:
        lines += [""] if has_marks else []
        label = f"[^{prefix}{citation.number}]:" if has_marks else f"- \\[{citation.number}\\]"
        line = f"{label} {_source_markdown(citation, days_line(citation))}"
        if citation.also:
            sources = "; ".join(map(_source_markdown, citation.also))
            line += f"; {also_title(citation)}: {sources}"
        lines.append(line)
        if quote := quote_markdown(citation):
            lines += ["", textwrap.indent(quote, "    ")]
    return "\n".join(lines).strip() + "\n"


def _answer(answer: Answer, prefix: str) -> str:
    """The answer as headings, lists, tables and fenced code, each divided by an empty line."""
    numbers = {c.number for c in answer.places}

    def marks(sentence: Sentence) -> str:
        note = unsupported_note(sentence, answer)
        text = "".join(f"[^{prefix}{n}]" for n in sentence.citations if n in numbers)
        return text + (f" *({escape_markdown(note)})*" if note else "")

    def with_marks(sentence: Sentence) -> str:
        return escape_markdown(sentence.text) + marks(sentence)

    return "\n\n".join(_group(one, with_marks, marks) for one in group(answer)).strip()


def _group(
    one: Group, with_marks: Callable[[Sentence], str], marks: Callable[[Sentence], str]
) -> str:
    match one:
        case Prose():
            pieces = (_piece(sentence, text, with_marks) for sentence, text in one.pieces)
            return "".join(pieces).strip()
        case Heading():
            return f"### {with_marks(one.sentence)}"
        case Items():
            return "\n".join(_item(s, one.are_steps, with_marks) for s in one.sentences)
        case Code():
            code = fenced(one.sentence.text, one.sentence.language)
            return f"{code}\n\n{mark_text}" if (mark_text := marks(one.sentence)) else code
        case AnswerTable():
            return _table(one, with_marks)
        case _:
            return f"*{escape_markdown(one.sentence.text)}*{marks(one.sentence)}"


def _piece(sentence: Sentence | None, text: str, with_marks: Callable[[Sentence], str]) -> str:
    if sentence is not None:
        return with_marks(sentence)
    if text.strip():
        return escape_markdown(text)
    return "\n\n" if "\n" in text else " "


def _item(sentence: Sentence, is_step: bool, with_marks: Callable[[Sentence], str]) -> str:
    """A step with a number of its own keeps it; another marker stands in a plain item."""
    marker = one_line(sentence.marker or "") if is_step else ""
    if number := _NUMBER.fullmatch(marker):
        return f"{number[1]}. {with_marks(sentence)}"
    return (
        f"- {escape_markdown(marker)} {with_marks(sentence)}"
        if marker
        else f"- {with_marks(sentence)}"
    )


def _table(table: AnswerTable, with_marks: Callable[[Sentence], str]) -> str:
    heads = [escape_markdown(column) for column in table.columns]
    rows = [
        [" ".join(map(with_marks, cell)) or NOTHING_TOLD for cell in row.cells]
        for row in table.rows
    ]
    if table.has_row_heads:
        heads.insert(0, "")
        for row, cells in zip(table.rows, rows, strict=True):
            cells.insert(0, f"**{escape_markdown(row.head)}**" if row.head else "")
    return markdown_table([heads, *rows], 1)


def _source_markdown(citation: Citation | OtherSource, days: str | None = None) -> str:
    """Title, source, date and page; the quote and what its days mean; where it was read."""
    details = ", ".join(map(escape_markdown, byline(citation)))
    parts = [f"**{escape_markdown(title(citation.document))}**"]
    parts += [details] if details else []
    line = ", ".join(parts)
    if isinstance(citation, OtherSource) or not quote_markdown(citation):
        line += f": “{escape_markdown(citation.quote)}”"
    url = safe_url(citation.document.url)
    place = location_text(citation.document)
    line += f" ({escape_markdown(days)})" if days else ""
    return line + (f" <{url}>" if url else f" ({escape_markdown(place)})" if place else "")
