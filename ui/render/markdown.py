"""Answer -> Markdown, with the sources as footnotes."""

from __future__ import annotations

import textwrap

from sourcebook.rag.answer import Answer, Citation, OtherSource

from .citations import byline, title
from .conflicts import conflict_sentence
from .escaping import escape_markdown, safe_url
from .notes import (
    also_title,
    as_of_line,
    days_line,
    filter_notes,
    footnotes,
    left_out_note,
    location_text,
    pieces,
    unsupported_note,
)
from .structure import quote_markdown


def to_markdown(answer: Answer, prefix: str = "") -> str:
    """Return question, answer and sources; the marks are footnotes that contain the quotes.

    Args:
        answer: the answer.
        prefix: stands before the numbers of the footnotes, where several answers share a file.
    """
    heading, citations = footnotes(answer)
    lines = [f"## {escape_markdown(answer.question)}", ""]
    numbers = {c.number for c in answer.places}
    text = ""
    for sentence, piece in pieces(answer):
        if sentence is None and not piece.strip():
            text += "\n\n" if piece.count("\n") else " "
            continue
        text += escape_markdown(piece)
        if sentence is not None:
            note = unsupported_note(sentence, answer)
            text += "".join(f"[^{prefix}{n}]" for n in sentence.citations if n in numbers)
            text += f" *({escape_markdown(note)})*" if note else ""
    if day := as_of_line(answer):
        lines += [f"*{day}*", ""]
    lines += [text.strip(), ""]
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
        if quoted := quote_markdown(citation):
            lines += ["", textwrap.indent(quoted, "    ")]
    return "\n".join(lines).strip() + "\n"


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
