"""Where sources differ, as a sentence and as a small table. Pure functions."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from sourcebook.rag.answer import Citation, Conflict, Side

from .citations import byline, mark_html, title
from .escaping import one_line
from .templating import ENVIRONMENT, render_macro

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


def conflicts_html(conflict: Conflict, anchor: str = "source") -> Markup:
    """Return what each side says, in which words, and where, as one line of HTML; newest first."""
    about = f": {one_line(conflict.about)}" if conflict.about.strip() else ""
    rows = [
        _row(side, citation, anchor, is_first=citation is side.citations[0])
        for side in conflict.sides
        for citation in side.citations
    ]
    return render_macro(
        ENVIRONMENT, "conflicts.html", "table", caption=f"{DIFFER}{about}", rows=rows
    )


def _row(side: Side, citation: Citation, anchor: str, *, is_first: bool) -> dict[str, object]:
    """What a row of the table shows; its ``value`` is None where a claim is its whole sentence."""
    is_sentence = side.text == citation.quote
    return {
        "value": None if is_sentence else one_line(side.text) if is_first else "",
        "quote": one_line(citation.quote),
        "where": " · ".join(byline(citation) or [title(citation.document)]),
        "mark": mark_html(citation, anchor),
    }
