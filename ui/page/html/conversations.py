"""The list of conversations, suggested questions and the hits of a search as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from sourcebook.index.documents.records import Hit
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.rag.history.conversation_schema import ConversationSummary
from sourcebook.rag.language.stems import content_stems
from sourcebook.ui.page.templating import render
from sourcebook.ui.render import one_line
from sourcebook.ui.render.citations import human_date

if TYPE_CHECKING:
    from sourcebook.index import Document


__all__ = ["TOOLS_HTML", "conversations_html", "editing_html", "hits_html", "suggestions_html"]

TOOLS_HTML = render("conversations.html", "tools")
"""The buttons below the question box."""

_WORD = re.compile(r"[^\W_]+(?:[’'-][^\W_]+)*")


def conversations_html(
    summaries: Sequence[ConversationSummary],
    current: str | None,
    query: str = "",
    problem: str | None = None,
) -> str:
    """Return the list of conversations, each with its buttons.

    Args:
        summaries: the conversations, in their order.
        current: the id of the open one, if any.
        query: the words that the list was searched for.
        problem: one line above the list.
    """
    no_rows = f"None contains “{one_line(query)[:80]}”." if query.strip() else "None yet."
    return render(
        "conversations.html",
        "conversations",
        summaries=summaries,
        current=current or "",
        no_rows=no_rows,
        problem_message=problem,
    )


def suggestions_html(questions: Sequence[str], heading: str) -> str:
    """Return questions to be asked by a click; empty for none."""
    if not questions:
        return ""
    return render("conversations.html", "suggestions", heading=heading, questions=questions)


def editing_html(number: int | None, more: int = 0) -> str:
    """Return the line above the box while a question is rewritten.

    Args:
        number: the number of the question; None gives an empty line.
        more: how many questions come after it, which go too.
    """
    if number is None:
        return ""
    return render("conversations.html", "editing", number=number, more=more)


class _Snippet(NamedTuple):
    """A piece of a passage: a word of the search, or the text up to the next one."""

    text: str
    is_match: bool


class _Card(NamedTuple):
    """A hit, with its best sentence at the offsets ``start`` and ``end`` of the article's text."""

    document: Document
    start: int
    end: int
    quote: str
    byline: list[str]
    page: int | None
    runs: list[_Snippet]


def hits_html(words: str, hits: Sequence[Hit]) -> str:
    """Return the hits of a search as cards that open the article.

    Args:
        words: what was searched for; it is highlighted.
        hits: the hits, best first.
    """
    stems = set(content_stems(words))
    cards = [_card(hit, stems) for hit in hits]
    return render("conversations.html", "hits", query=one_line(words)[:200], cards=cards)


def _card(hit: Hit, stems: set[str]) -> _Card:
    document, passage = hit.document, hit.passage
    page = f"page {passage.page}" if passage.page is not None else None
    byline = [document.source, human_date(document.published), page]
    start, end = _best_sentence(passage.text, stems)
    return _Card(
        document,
        passage.start + start,
        passage.start + end,
        passage.text[start:end],
        [part for part in byline if part],
        passage.page,
        list(_runs(passage.text, stems)),
    )


def _best_sentence(text: str, stems: set[str]) -> tuple[int, int]:
    """Return the first of the sentences that contain most of the words."""
    spans = sentence_spans(text) or [(0, len(text))]
    return max(spans, key=lambda span: len(stems & set(content_stems(text[slice(*span)]))))


def _runs(text: str, stems: set[str]) -> Iterator[_Snippet]:
    position = 0
    for word in _WORD.finditer(text):
        if stems & set(content_stems(word.group())):
            yield _Snippet(text[position : word.start()], is_match=False)
            yield _Snippet(word.group(), is_match=True)
            position = word.end()
    yield _Snippet(text[position:], is_match=False)
