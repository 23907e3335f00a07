"""A question with its answer and sources as the page shows them, without Gradio."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from sourcebook.rag.answer import Answer, Citation
from sourcebook.rag.question import Kind, Turn
from sourcebook.ui.page.templating import render
from sourcebook.ui.render import count
from sourcebook.ui.render.text import answer_html, chips_html, footnotes, sources_html

from .base import problem_html, waiting_html

if TYPE_CHECKING:
    from sourcebook.rag.history.conversation_schema import Rating


_LONGEST_QUESTION = 2_000
"""Characters of a question that are shown."""

_NO_REASONS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of a conversation and what the page shows for it.

    ``ignored`` are keys of filters that the question names and that do not apply, ``kind`` is the
    sort of answer that its reader chose, None where the question's words decide.
    ``reply`` and ``panel`` are HTML. ``heading`` stands above the panel's cards. ``answer`` is None
    until it is complete, and when it never came: then ``problem`` says why. ``rating`` and
    ``reason`` are its reader's.
    """

    question: str
    reply: str
    heading: str = ""
    panel: str = ""
    answer: Answer | None = None
    is_done: bool = False
    ignored: frozenset[str] = frozenset()
    kind: Kind | None = None
    problem: str | None = None
    rating: Rating | None = None
    reason: str | None = None


# --- the states of an exchange, in their order ---


def new_exchange(
    question: str, ignored: frozenset[str] = frozenset(), kind: Kind | None = None
) -> Exchange:
    """Return the exchange of a question that was just sent.

    Args:
        question: as its reader wrote it.
        ignored: the keys of filters that it names and that do not apply.
        kind: the sort of answer that its reader chose.
    """
    waiting = waiting_html("Searching your articles")
    return Exchange(question, waiting, ignored=ignored, kind=kind)


def asked_again(exchange: Exchange, kind: Kind | None = None) -> Exchange:
    """Return the same question, sent again.

    Args:
        exchange: the question with its answer, which also tells what kind it was taken to be of.
        kind: another kind to ask it as.
    """
    kind = kind or (exchange.answer.kind if exchange.answer else exchange.kind)
    return new_exchange(exchange.question, exchange.ignored, kind)


def without_filter(exchange: Exchange, key: str) -> Exchange | None:
    """Return the same question without the filter ``key``; None when none such applied to it."""
    filters = exchange.answer.filters if exchange.answer else ()
    if not exchange.is_done or not any(f.applied and f.key == key for f in filters):
        return None
    return asked_again(replace(exchange, ignored=exchange.ignored | {key}))


def with_evidence(exchange: Exchange, evidence: Sequence[Citation], anchor: str) -> Exchange:
    """Return the exchange with its evidence, before the first word of the answer.

    Args:
        exchange: the exchange so far.
        evidence: the quotes that the answer may rest on.
        anchor: the start of the ids of its cards.
    """
    if not evidence:
        return exchange
    articles = len({citation.document.id for citation in evidence})
    sentences = count(len(evidence), "sentence")
    return replace(
        exchange,
        reply=waiting_html(f"Reading {sentences} from {count(articles, 'article')}"),
        heading="Reading",
        panel=sources_html(evidence, anchor, openable=True),
    )


def with_draft(exchange: Exchange, draft: str) -> Exchange:
    """Return the exchange with what the model has written so far."""
    if not draft.strip():
        return exchange
    return replace(exchange, reply=render("exchange.html", "draft", text=draft.strip()))


def with_answer(
    exchange: Exchange, answer: Answer, anchor: str, missing: Mapping[str, str] = _NO_REASONS
) -> Exchange:
    """Return the exchange with its verified answer in place of the draft.

    Args:
        exchange: the exchange so far.
        answer: the verified answer.
        anchor: the start of the ids of its cards.
        missing: documents, by id, that cannot be opened any more, each with a line that says why.
    """
    heading, cards = footnotes(answer)
    return replace(
        exchange,
        reply=chips_html(answer, is_live=True) + answer_html(answer, anchor, is_live=True),
        heading=heading if cards else "",
        panel=sources_html(cards, anchor, openable=True, missing=missing) if cards else "",
        answer=answer,
        is_done=True,
    )


def with_problem(exchange: Exchange, message: str) -> Exchange:
    """Return the exchange with one line in place of an answer: what is wrong and what to do."""
    return replace(
        exchange,
        reply=problem_html(message),
        heading="",
        panel="",
        answer=None,
        is_done=True,
        problem=message,
    )


def answer_words(answer: Answer) -> list[str]:
    """Return the sentences of an answer without the product's own remarks."""
    return [sentence.text for sentence in answer.sentences if sentence.form != "note"]


def chat_history(exchanges: Iterable[Exchange]) -> list[Turn]:
    """Return the questions and answers, these without marks, for a follow-up question; small talk
    is not among them, as nothing can follow from it."""
    return [
        Turn(e.question, " ".join(answer_words(e.answer)) or e.answer.text)
        for e in exchanges
        if e.answer is not None and e.answer.kind != "small-talk"
    ]


# --- HTML ---


def past_html(exchanges: Sequence[Exchange]) -> str:
    """Return all exchanges but the last; empty when there is one at most."""
    past = exchanges[:-1]
    if not past:
        return ""
    return render("exchange.html", "past", exchanges=past, longest=_LONGEST_QUESTION)


def current_html(exchanges: Sequence[Exchange]) -> str:
    """Return the last exchange; before the first question, an invitation."""
    if not exchanges:
        return render("exchange.html", "invitation")
    return render(
        "exchange.html",
        "exchange",
        number=len(exchanges),
        item=exchanges[-1],
        longest=_LONGEST_QUESTION,
    )


def current_sources_html(exchanges: Sequence[Exchange]) -> str:
    """Return the panel with the cards of the last question."""
    hint = "The sentences an answer rests on appear here, each in its article."
    heading, cards = "Sources", ""
    if exchanges:
        last = exchanges[-1]
        heading, cards = last.heading or heading, last.panel
        hint = "No passage to show." if last.is_done else "Looking …"
    return render("exchange.html", "sources", heading=heading, cards=cards, no_cards=hint)


def earlier_sources_html(exchanges: Sequence[Exchange]) -> str:
    """Return the cards of the questions before the last, folded, the newest first."""
    earlier = [exchange for exchange in reversed(exchanges[:-1]) if exchange.panel]
    return render("exchange.html", "earlier_sources", exchanges=earlier) if earlier else ""
