"""HTML that every tab of the page has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sourcebook.ui.page.templating import render
from sourcebook.ui.render import count

if TYPE_CHECKING:
    from sourcebook.index import LibraryStats


def problem_html(message: str) -> str:
    """Return an error message, as one line."""
    return render("base.html", "problem", message=message)


def problem_lines_html(message: str) -> str:
    """Return an error message with its line breaks."""
    return render("base.html", "problem_lines", message=message)


def done_html(message: str) -> str:
    """Return a line that says what was done."""
    return render("base.html", "done", message=message)


def status_html(message: str) -> str:
    """Return a plain line that a screen reader reads out when it appears."""
    return render("base.html", "status", message=message)


def waiting_html(action: str) -> str:
    """Return a quiet line that says what is in progress."""
    return render("base.html", "waiting", message=action)


def hint_html(heading: str, hint: str) -> str:
    """Return a panel with a hint in the place of cards."""
    return render("base.html", "panel_hint", heading=heading, message=hint)


def header_html(stats: LibraryStats, state: str, problem: str | None = None) -> str:
    """Return the top line: the name, the size of the library, the state of the model.

    Args:
        stats: of the library.
        state: ``loading``, ``ready`` or ``problem``.
        problem: one line for the last case.
    """
    size = "No articles yet"
    if stats.documents:
        size = f"{count(stats.documents, 'article')} · {count(stats.passages, 'passage')}"
    labels = {"loading": "Loading the model …", "ready": "Ready"}
    label = labels.get(state) or "Model not available"
    return render(
        "base.html", "header", size=size, state=state, label=label, problem_message=problem
    )


EMPTY_HTML = render("base.html", "welcome")
"""The invitation of an empty library."""
