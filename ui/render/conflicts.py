"""Where sources differ, as a sentence and as a small table. Pure functions."""

from __future__ import annotations

from collections.abc import Callable

from sourcebook.rag.answer import Citation, Conflict, Side

from .citations import byline, mark_html, title
from .escaping import escape, one_line

__all__ = ["conflict_sentence", "conflicts_html"]

DIFFER = "Sources differ"


def conflict_sentence(
    conflict: Conflict, escaped: Callable[[str], str] = one_line, mark: str = " [{}]"
) -> str:
    """``Sources differ: ‘about eight hours’ [1] (Courier, 10 January 2022); ‘more than …’ [2].``

    ``escaped`` makes one line of text safe for where it goes; ``mark`` is how a number is written.
    """
    sides = "; ".join(_side(side, escaped, mark) for side in conflict.sides)
    return f"{DIFFER}: {sides}."


def _side(side: Side, escaped: Callable[[str], str], mark: str) -> str:
    sources = ", ".join(_source(citation, escaped, mark) for citation in side.citations)
    return f"‘{escaped(side.text)}’{sources}"


def _source(citation: Citation, escaped: Callable[[str], str], mark: str) -> str:
    details = ", ".join(byline(citation)) or title(citation.document)
    return f"{mark.format(citation.number)} ({escaped(details)})"


def conflicts_html(conflict: Conflict, anchor: str = "source") -> str:
    """What each side says, in which words, and where, as one line of HTML; newest first."""
    about = f": {escape(one_line(conflict.about))}" if conflict.about.strip() else ""
    rows = "".join(
        _row_html(side, citation, anchor, first=citation is side.citations[0])
        for side in conflict.sides
        for citation in side.citations
    )
    return (
        f'<table class="sb-conflict"><caption>{DIFFER}{about}</caption><thead><tr>'
        '<th scope="col">What</th><th scope="col">In which words</th>'
        '<th scope="col">Where</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row_html(side: Side, citation: Citation, anchor: str, *, first: bool) -> str:
    where = " · ".join(escape(part) for part in byline(citation) or [title(citation.document)])
    quote = f"<bdi>{escape(one_line(citation.quote))}</bdi>"
    if side.text == citation.quote:  # A claim is its whole sentence.
        words = f'<td class="sb-said" colspan="2">{quote}</td>'
    else:
        text = escape(one_line(side.text)) if first else ""
        words = f'<th scope="row"><bdi>{text}</bdi></th><td class="sb-said">{quote}</td>'
    return (
        f'<tr>{words}<td class="sb-where"><bdi>{where}</bdi>{mark_html(citation, anchor)}</td></tr>'
    )
