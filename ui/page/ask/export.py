"""A conversation as a file: Markdown, one HTML page with links from marks to cards, or JSON."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from sourcebook.ui.page.templating import render
from sourcebook.ui.render import one_line
from sourcebook.ui.render.escaping import escape_markdown
from sourcebook.ui.render.text import to_html, to_json, to_markdown

if TYPE_CHECKING:
    from sourcebook.rag.history.conversation_schema import StoredTurn
    from sourcebook.ui.page.html import Exchange


__all__ = ["FORMS", "Export", "Form", "export"]

Form = Literal["markdown", "html", "json"]
FORMS: tuple[Form, ...] = ("markdown", "html", "json")

_STYLE = """
:root { color-scheme: light dark; }
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere;
  font: 1rem/1.65 -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial,
  sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.3; }
.sb-same + article > h2 { display: none; }
article { margin: 0 0 3rem; }
h2 { font-size: 1.2rem; } h3 { font-size: 0.9rem; opacity: 0.75; }
.sb-mark a { padding: 0 0.25em; text-decoration: none; }
.sb-cards { list-style: none; padding: 0; }
.sb-card { margin: 0 0 1rem; padding: 0.7rem 1rem; border: 1px solid #8886; border-radius: 0.5rem; }
.sb-card:target { outline: 2px solid #0f766e; }
.sb-number { float: left; margin-right: 0.6rem; font-weight: 600; }
.sb-title { margin: 0; font-weight: 600; } .sb-byline, .sb-place, .sb-days, .sb-foot { margin: 0;
  font-size: 0.85rem; opacity: 0.8; }
.sb-quote { margin: 0.5rem 0; } .sb-quote mark { background: #fdeeb0; color: #292524; }
.sb-unsupported { text-decoration: underline dotted #b45309 2px; }
.sb-note, .sb-problem { color: #b45309; color: light-dark(#b45309, #fbbf24); }
.sb-note { font-size: 0.85rem; margin-left: 0.4em; }
.sb-conflict { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: 0.9rem; }
.sb-conflict caption { text-align: left; font-weight: 600; }
.sb-conflict thead { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.sb-conflict th, .sb-conflict td { padding: 0.35rem 0.7rem 0.35rem 0; text-align: left;
  border-top: 1px solid #8886; vertical-align: baseline; }
@media (max-width: 34rem) {
  .sb-conflict tr { display: block; padding: 0.4rem 0; border-top: 1px solid #8886; }
  .sb-conflict th, .sb-conflict td { display: block; padding: 0; border: 0; }
}
.sb-part { margin-bottom: 0.3rem; opacity: 1; font-size: 1rem; }
.sb-part + * { margin-top: 0.3rem; } .sb-mark { line-height: 0; }
.sb-remark { font-size: 0.85rem; opacity: 0.8; }
.sb-steps { list-style: none; padding: 0; } .sb-steps .sb-marker { font-weight: 600; }
.sb-code { margin: 1rem 0; border: 1px solid #8886; border-radius: 0.5rem; }
.sb-code figcaption { padding: 0.2rem 0.8rem; border-bottom: 1px solid #8886; font-size: 0.8rem; }
.sb-code pre { margin: 0; padding: 0.6rem 0.8rem; overflow-x: auto; overflow-wrap: normal; }
.sb-cells { border-collapse: collapse; width: 100%; table-layout: fixed; }
.sb-cells th, .sb-cells td { padding: 0.4rem 0.8rem 0.4rem 0; text-align: left;
  border-top: 1px solid #8886; vertical-align: top; }
.sb-cells thead > tr > * { border: 0; } .sb-empty-cell { opacity: 0.8; }
.sb-table { overflow-x: auto; } .sb-row { border-collapse: collapse; font-size: 0.9rem; }
.sb-row th, .sb-row td { padding: 0.2rem 0.8rem 0.2rem 0; text-align: left;
  border-bottom: 1px solid #8886; }
.sb-chips { list-style: none; padding: 0; } .sb-chip { display: inline; margin-right: 0.8rem; }
"""


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be saved: its name, media type and text."""

    name: str
    media_type: str
    text: str


def export(
    name: str, exchanges: Sequence[Exchange], turns: Sequence[StoredTurn], form: Form = "markdown"
) -> Export:
    """Return a conversation as a file.

    Args:
        name: the conversation's name.
        exchanges: its questions and answers as the page shows them.
        turns: the same as they are on disk, which the JSON has unchanged.
        form: the kind of file.
    """
    stem = re.sub(r"[^\w-]+", "-", name.casefold())[:60].strip("-") or "conversation"
    if form == "json":
        return Export(f"{stem}.json", "application/json", _json(name, turns))
    if form == "html":
        return Export(f"{stem}.html", "text/html", _html(name, exchanges))
    return Export(f"{stem}.md", "text/markdown", _markdown(name, exchanges))


def _markdown(name: str, exchanges: Sequence[Exchange]) -> str:
    parts = [f"# {escape_markdown(name)}\n"]
    for number, exchange in enumerate(exchanges, 1):
        if exchange.answer:
            parts.append(to_markdown(exchange.answer, f"{number}-"))
        else:
            problem = escape_markdown(exchange.problem or "No answer.")
            parts.append(f"## {escape_markdown(exchange.question)}\n\n*{problem}*\n")
    return "\n".join(parts)


class _Item(NamedTuple):
    """A question with its answer as HTML; where that is empty, with its problem."""

    html: str
    question: str
    problem: str


def _html(name: str, exchanges: Sequence[Exchange]) -> str:
    items = [
        _Item(
            to_html(exchange.answer, f"t{number}") if exchange.answer else "",
            exchange.question,
            exchange.problem or "No answer.",
        )
        for number, exchange in enumerate(exchanges, 1)
    ]
    # A conversation is named for its first question, which then stands there once.
    is_same = bool(exchanges) and one_line(exchanges[0].question) == one_line(name)
    return render("export.html", "page", title=name, is_same=is_same, items=items, style=_STYLE)


def _json(name: str, turns: Sequence[StoredTurn]) -> str:
    return to_json(
        {
            "name": name,
            "turns": [
                {
                    "question": turn.question,
                    "asked": turn.asked.isoformat(),
                    "ignored": sorted(turn.ignored),
                    "answer": turn.answer,
                    "problem": turn.problem,
                    "rating": turn.rating,
                    "reason": turn.reason,
                }
                for turn in turns
            ],
        }
    )
