"""The parts of the page that are words and HTML, as pure functions: no Gradio here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from sourcebook.rag.answer import Answer, Citation
from sourcebook.rag.question.turns import Turn
from sourcebook.ui.render.escaping import escape, one_line
from sourcebook.ui.render.numbers import count
from sourcebook.ui.render.text import answer_html, chips_html, footnotes, sources_html

from .base import problem_html, waiting

if TYPE_CHECKING:
    from sourcebook.rag.history.conversation_schema import Rating


_LONGEST_SHOWN = 2_000
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of a conversation and what the page shows for it.

    ``ignored`` are keys of filters named in the question that it is asked without.
    ``reply`` and ``panel`` are HTML. ``heading`` stands above the panel's cards. ``answer`` is None
    while it is being written, and when it never came: then ``problem`` says why. ``rating`` and
    ``reason`` are what the reader thinks of it.
    """

    question: str
    reply: str
    heading: str = ""
    panel: str = ""
    answer: Answer | None = None
    done: bool = False
    ignored: frozenset[str] = frozenset()
    problem: str | None = None
    rating: Rating | None = None
    reason: str | None = None


def asked(question: str, ignored: frozenset[str] = frozenset()) -> Exchange:
    """A question that was just sent."""
    return Exchange(question, waiting("Searching your articles"), ignored=ignored)


def without(exchange: Exchange, key: str) -> Exchange | None:
    """The same question asked again without the filter of that key; None when it has none such."""
    filters = exchange.answer.filters if exchange.answer else ()
    if not exchange.done or not any(named.applied and named.key == key for named in filters):
        return None
    return asked(exchange.question, exchange.ignored | {key})


def found(exchange: Exchange, evidence: Sequence[Citation], anchor: str) -> Exchange:
    """The evidence has come; no word is written yet."""
    if not evidence:
        return exchange
    articles = len({citation.document.id for citation in evidence})
    sentences = count(len(evidence), "sentence")
    return replace(
        exchange,
        reply=waiting(f"Reading {sentences} from {count(articles, 'article')}"),
        heading="Reading",
        panel=sources_html(evidence, anchor, openable=True),
    )


def drafted(exchange: Exchange, draft: str) -> Exchange:
    """The model is writing; ``draft`` is what there is so far."""
    if not draft.strip():
        return exchange
    return replace(
        exchange,
        reply=f'<div class="sb-answer sb-draft" dir="auto"><p>{escape(draft.strip())}</p></div>',
    )


def answered(
    exchange: Exchange, answer: Answer, anchor: str, gone: Mapping[str, str] = _NOTHING
) -> Exchange:
    """The verified answer, which takes the draft's place; ``gone`` as in `sources_html`."""
    heading, cards = footnotes(answer)
    return replace(
        exchange,
        reply=chips_html(answer, removable=True) + answer_html(answer, anchor),
        heading=heading if cards else "",
        panel=sources_html(cards, anchor, openable=True, gone=gone) if cards else "",
        answer=answer,
        done=True,
    )


def failed(exchange: Exchange, message: str) -> Exchange:
    """The answer did not come; ``message`` is one line that says why and what to do."""
    return replace(
        exchange,
        reply=problem_html(message),
        heading="",
        panel="",
        answer=None,
        done=True,
        problem=message,
    )


def past_html(exchanges: Sequence[Exchange]) -> str:
    """All questions but the last, with their answers."""
    past = "".join(_exchange_html(n, e) for n, e in enumerate(exchanges[:-1], 1))
    return f'<div class="sb-past">{past}</div>' if past else ""


def current_html(exchanges: Sequence[Exchange]) -> str:
    """The last question with what is known of its answer; before the first, an invitation."""
    if not exchanges:
        return '<div class="sb-invitation"><p>What would you like to know?</p></div>'
    return _exchange_html(len(exchanges), exchanges[-1])


def _exchange_html(number: int, exchange: Exchange) -> str:
    question = exchange.question.strip()
    cut = question if len(question) <= _LONGEST_SHOWN else question[:_LONGEST_SHOWN] + " …"
    busy = "false" if exchange.done else "true"
    return (
        f'<article class="sb-exchange" id="t{number}" aria-busy="{busy}">'
        f'<h3 class="sb-question" dir="auto">{escape(cut)}</h3>{exchange.reply}'
        f"{actions_html(number, exchange)}</article>"
    )


def actions_html(number: int, exchange: Exchange) -> str:
    """What can be done with an answer. Its scripts read ``data-act`` and ``data-number``."""
    if not exchange.done:
        return ""
    items = ['<button type="button" data-act="copy">Copy</button>'] if exchange.answer else []
    items.append('<button type="button" data-act="again">Regenerate</button>')
    items.append('<button type="button" data-act="edit">Edit question</button>')
    rating = ""
    if exchange.answer:
        items += [
            f'<button type="button" class="sb-thumb sb-{way}" data-act="{way}" '
            f'aria-pressed="{str(exchange.rating == way).lower()}" '
            f'aria-label="{said}" title="{said}"></button>'
            for way, said in (("up", "Good answer"), ("down", "Bad answer"))
        ]
        reason = escape(one_line(exchange.reason or ""))
        rating = (
            f'<form class="sb-why"{"" if exchange.rating else " hidden"}><label>Why? (optional) '
            f'<input type="text" name="reason" maxlength="2000" value="{reason}" '
            'autocomplete="off"></label><button type="submit">Save</button></form>'
        )
    return (
        f'<div class="sb-actions" role="group" aria-label="Answer {number}" '
        f'data-number="{number}"><div class="sb-buttons">{"".join(items)}</div>{rating}'
        '<span class="sb-told" role="status"></span></div>'
    )


def turns(exchanges: Iterable[Exchange]) -> list[Turn]:
    """What was asked and answered so far, for follow-up questions: the answers without marks."""
    return [
        Turn(e.question, " ".join(s.text for s in e.answer.sentences) or e.answer.text)
        for e in exchanges
        if e.answer is not None
    ]


def sources_now_html(exchanges: Sequence[Exchange]) -> str:
    """The cards of the last question."""
    hint = "The sentences an answer rests on appear here, each in its article."
    heading, cards = "Sources", ""
    if exchanges:
        last = exchanges[-1]
        heading, cards = last.heading or heading, last.panel
        hint = "No passage to show." if last.done else "Looking …"
    body = cards or f'<p class="sb-hint">{hint}</p>'
    return f'<section class="sb-panel" aria-label="Sources"><h2>{heading}</h2>{body}</section>'


def sources_earlier_html(exchanges: Sequence[Exchange]) -> str:
    """The cards of the questions before, folded, newest first."""
    folded = "".join(
        f"<details><summary>{escape(one_line(e.question)[:200])}</summary>{e.panel}</details>"
        for e in reversed(exchanges[:-1])
        if e.panel
    )
    if not folded:
        return ""
    return f'<section class="sb-earlier"><h2>Earlier in this conversation</h2>{folded}</section>'
