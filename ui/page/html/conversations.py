"""The list of conversations, suggested questions, the hits of a search, as HTML. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcebook.index.documents.records import Hit
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.rag.history.conversation_schema import Summary
from sourcebook.rag.language.stems import content_stems
from sourcebook.ui.render.citations import human_date, place_html, title
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.numbers import count

from .base import problem_html

__all__ = ["TOOLS_HTML", "editing_html", "hits_html", "suggestions_html", "talks_html"]

TOOLS_HTML = (
    '<div class="sb-tools"><button type="button" data-act="talks" aria-controls="talks" '
    'aria-expanded="false">Conversations</button><details class="sb-export"><summary>Export'
    '</summary><div><button type="button" data-export="markdown">Markdown</button>'
    '<button type="button" data-export="html">HTML</button>'
    '<button type="button" data-export="json">JSON</button></div></details>'
    '<span class="sb-told" role="status"></span></div>'
)

_BACK = '<button type="button" class="sb-back" data-act="back">Back to the sources</button>'
_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


def talks_html(
    summaries: Sequence[Summary],
    current: str | None,
    searched: str = "",
    problem: str | None = None,
) -> str:
    """The conversations that are kept, each with buttons for it; ``current`` is the id of the one
    that is open, which scripts read from ``data-talk``."""
    rows = "".join(_talk_html(summary, current) for summary in summaries)
    none = f"None holds “{one_line(searched)[:80]}”." if searched.strip() else "None yet."
    body = f"<ul>{rows}</ul>" if rows else f'<p class="sb-hint">{escape(none)}</p>'
    return (
        f'<nav class="sb-talks" aria-label="Conversations" data-talk="{escape(current or "")}">'
        f"{problem_html(problem) if problem else ''}{body}</nav>"
    )


def _talk_html(summary: Summary, current: str | None) -> str:
    name = escape(one_line(summary.name) or "Untitled")
    which = f'data-id="{escape(summary.id)}"'
    about = f"{human_date(summary.changed)} · {count(summary.turns, 'question')}"
    here = ' aria-current="true"' if summary.id == current else ""
    return (
        f'<li class="sb-talk" {which}><button type="button" class="sb-talk-open" data-act="open"'
        f'{here}><bdi>{name}</bdi><span class="sb-talk-about">{escape(about)}</span></button>'
        f'<button type="button" data-act="rename" aria-label="Rename: {name}" title="Rename">'
        "✎</button>"
        f'<button type="button" data-act="delete" aria-label="Delete: {name}" title="Delete">'
        "×</button></li>"
    )


def suggestions_html(questions: Sequence[str], heading: str) -> str:
    """Questions that can be asked by a click; nothing for none."""
    items = "".join(
        f'<li><button type="button" data-ask="{escape(one_line(question))}">'
        f"{escape(one_line(question))}</button></li>"
        for question in questions
    )
    if not items:
        return ""
    return (
        f'<section class="sb-suggested" aria-label="{escape(heading)}">'
        f"<p>{escape(heading)}</p><ul>{items}</ul></section>"
    )


def editing_html(number: int | None, more: int = 0) -> str:
    """Says that a question is being written anew, and what goes with it; nothing for None."""
    if number is None:
        return ""
    also = f" and {count(more, 'question')} after it" if more else ""
    return (
        f'<p class="sb-editing" role="status">You are editing question {number}. Its answer{also} '
        'will be replaced. <button type="button" data-act="keep">Cancel</button></p>'
    )


def hits_html(words: str, hits: Sequence[Hit]) -> str:
    """What a search found, as cards that open the article: the words highlighted in the passage."""
    asked = escape(one_line(words)[:200])
    if not hits:
        return (
            '<section class="sb-panel" aria-label="Search results"><h2>Search</h2>'
            f'<p class="sb-hint">Nothing found for “{asked}”.</p>{_BACK}</section>'
        )
    stems = set(content_stems(words))
    cards = "".join(_hit_html(number, hit, stems) for number, hit in enumerate(hits, 1))
    return (
        '<section class="sb-panel" aria-label="Search results">'
        f"<h2>{count(len(hits), 'passage')} for “{asked}”</h2>{_BACK}"
        f'<ol class="sb-cards">{cards}</ol></section>'
    )


def _hit_html(number: int, hit: Hit, stems: set[str]) -> str:
    document, passage = hit.document, hit.passage
    page = f"page {passage.page}" if passage.page is not None else None
    known = [document.source, human_date(document.published), page]
    about = " · ".join(f"<bdi>{escape(one_line(part))}</bdi>" for part in known if part)
    start, end = _best_sentence(passage.text, stems)
    quote = passage.text[start:end]
    return (
        f'<li class="sb-card sb-hit" tabindex="-1" data-document="{escape(one_line(document.id))}" '
        f'data-start="{passage.start + start}" data-end="{passage.start + end}" '
        f'data-quote="{escape(one_line(quote))}"><span class="sb-number">{number}</span>'
        '<p class="sb-title"><button type="button" class="sb-read" title="Open the article">'
        f"<bdi>{escape(title(document))}</bdi></button></p>"
        + (f'<p class="sb-byline">{about}</p>' if about else "")
        + f'<blockquote class="sb-quote" dir="auto">{_highlighted(passage.text, stems)}'
        f"</blockquote>{place_html(document, quote, passage.page)}</li>"
    )


def _best_sentence(text: str, stems: set[str]) -> tuple[int, int]:
    """The first of the sentences that hold most of the words."""
    spans = sentence_spans(text) or [(0, len(text))]
    return max(spans, key=lambda span: len(stems & set(content_stems(text[slice(*span)]))))


def _highlighted(text: str, stems: set[str]) -> str:
    """``text`` as HTML with the words of those stems marked."""
    parts: list[str] = []
    at = 0
    for word in _WORD.finditer(text):
        if stems & set(content_stems(word.group())):
            parts += [_run(text[at : word.start()]), f"<mark>{escape(word.group())}</mark>"]
            at = word.end()
    return "".join([*parts, _run(text[at:])])


def _run(text: str) -> str:
    """Text between highlights: a line break at its ends stays one."""
    if not text.strip():
        return "<br>" if "\n" in text else text
    lead = "<br>" if text.startswith("\n") else ""
    return lead + escape(text) + ("<br>" if text.endswith("\n") else "")
