"""A text that was checked -> plain text, for terminals."""

from __future__ import annotations

from sourcebook.rag.review import Statement, Verdict, Verification

from .escaping import one_line
from .forms import wrap
from .numbers import count
from .text import source_text

__all__ = ["review_text"]

_SIGNS: dict[Verdict, str] = {"supported": "✓", "unsupported": "?", "contradicted": "✗"}
_UNCHECKED = "·"


def review_text(review: Verification, width: int | None = None) -> str:
    """Return each statement with its sign and its marks, what is wrong with it, and the quotes.

    Args:
        review: of a text.
        width: the columns at which lines are wrapped; None leaves each statement one line.
    """
    lines = [line for statement in review.statements for line in _lines(statement, review, width)]
    blocks = ["\n".join(lines), *(source_text(citation, width) for citation in review.citations)]
    return "\n\n".join([*blocks, summary_line(review)]) + "\n"


def summary_line(review: Verification) -> str:
    """Return how many statements are supported, contradicted and unsupported, in a line."""
    counts = review.counts
    checked = sum(counts.values()) - counts["unchecked"]
    parts = [f"{counts['supported']} of {count(checked, 'statement')} supported"]
    parts += [
        f"{counts[verdict]} {verdict}"
        for verdict in ("contradicted", "unsupported")
        if counts[verdict]
    ]
    parts += [f"{counts['unchecked']} not checked"] if counts["unchecked"] else []
    return ", ".join(parts) + "."


def _lines(statement: Statement, review: Verification, width: int | None) -> list[str]:
    sign = _SIGNS.get(statement.verdict, _UNCHECKED)
    marks = "" if statement.verdict == "unsupported" else _marks(statement)
    text = one_line(statement.text)
    lines = [wrap(f"{sign} {text} {marks}".rstrip(), width, "  ")]
    lines += [wrap(f"    {note}", width, "    ") for note in _notes(statement, review)]
    return lines


def _notes(statement: Statement, review: Verification) -> list[str]:
    """What is wrong with a statement, a line each."""
    if statement.verdict == "unchecked":
        return [f"not checked: {statement.note}"]
    notes: list[str] = []
    if statement.unsupported:
        words = ", ".join(f"“{one_line(words)}”" for words in statement.unsupported)
        notes.append(f"stands in no source: {words}")
    for other in statement.contradictions:
        is_denial = other.kind == "denial"
        words = review.citation(other.citation).quote if is_denial else other.source_words
        notes.append(f"[{other.citation}] says otherwise: “{one_line(words)}”")
    if statement.note:
        notes.append(statement.note)
    elif statement.verdict == "unsupported":
        notes.append(f"the nearest is {_marks(statement)}")
    return notes


def _marks(statement: Statement) -> str:
    return "".join(f"[{number}]" for number in statement.citations)
