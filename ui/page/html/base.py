"""Pieces of HTML that every tab of the page has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.numbers import count

if TYPE_CHECKING:
    from sourcebook.index import LibraryStats


def problem_html(message: str) -> str:
    """What went wrong, in one line."""
    return f'<div class="sb-problem" role="alert"><p>{escape(one_line(message))}</p></div>'


def waiting(what: str) -> str:
    """A quiet line that says what is being done."""
    return f'<div class="sb-waiting" role="status"><p>{escape(what)} …</p></div>'


def hint_html(heading: str, hint: str) -> str:
    """A line where cards would stand."""
    body = f'<p class="sb-hint">{escape(hint)}</p>'
    return f'<section class="sb-panel" aria-label="{heading}"><h2>{heading}</h2>{body}</section>'


def header_html(stats: LibraryStats, state: str, problem: str | None = None) -> str:
    """The top line: name, size of the library, state of the model.

    ``state`` is ``loading``, ``ready`` or ``problem``.
    """
    size = "No articles yet"
    if stats.documents:
        size = f"{count(stats.documents, 'article')} · {count(stats.passages, 'passage')}"
    said = {"loading": "Loading the model …", "ready": "Ready"}.get(state) or "Model not available"
    more = problem_html(problem) if problem else ""
    return (
        f'<header class="sb-top"><h1>Sourcebook</h1><p class="sb-size">{size}</p>'
        f'<p class="sb-state sb-{escape(state)}" role="status">{said}</p></header>{more}'
    )


EMPTY_HTML = (
    '<div class="sb-welcome"><h2>Your library is empty</h2>'
    "<p>Add articles, then ask about them. Sourcebook answers on this machine alone and shows, for "
    "every sentence, where it stands in your articles.</p></div>"
)
