"""How a question was taken, as chips above its answer: its kind, and the filters that it named."""

from __future__ import annotations

from sourcebook.rag.answer import Answer
from sourcebook.rag.question import Kind

from .templating import ENVIRONMENT, render_macro

__all__ = ["KIND_NAMES", "chips_html"]

KIND_NAMES: dict[Kind, str] = {
    "fact": "a fact",
    "how-to": "steps to follow",
    "list": "a list",
    "comparison": "a comparison",
    "summary": "a summary",
    "why": "a reason",
    "yes-no": "yes or no",
    "library": "about the library",
    "small-talk": "small talk",
    "source": "where it stands",
}
"""What a reader is told of each kind."""

CHOICES: tuple[Kind, ...] = (
    "fact",
    "list",
    "how-to",
    "summary",
    "comparison",
    "why",
    "yes-no",
    "library",
)
"""The kinds that a reader may ask for."""


def chips_html(answer: Answer, *, is_live: bool = False) -> str:
    """Return the filters that the question named, as chips; empty when it named none.

    Args:
        answer: the answer, with its filters.
        is_live: whether it stands in the page: the kind is a chip too, with a button for each other
            kind, whose ``data-kind`` is the one to ask again as; and each filter has a button,
            whose ``data-ignore`` is the key to ask again without it.
    """
    if not answer.filters and not is_live:
        return ""
    kind = None
    if is_live:
        choices = [{"kind": k, "name": KIND_NAMES[k]} for k in CHOICES if k != answer.kind]
        kind = {"name": KIND_NAMES.get(answer.kind, answer.kind), "others": choices}
    return str(
        render_macro(
            ENVIRONMENT,
            "answer.html",
            "chips",
            filters=answer.filters,
            removable=is_live,
            kind=kind,
        )
    )
