"""Answer -> HTML: the answer with its marks, the cards of its sources, the chips of its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from sourcebook.rag.answer import Answer, Citation, OtherSource

from .citations import byline, mark_html, place_html, title
from .conflicts import conflicts_html
from .escaping import escape, one_line
from .notes import (
    also_title,
    as_of_line,
    confidence_word,
    days_line,
    footnotes,
    left_out_note,
    pieces,
    surroundings,
    unsupported_note,
)

_NOTHING: Mapping[str, str] = MappingProxyType({})


def answer_html(answer: Answer, anchor: str = "source") -> str:
    """The answer's text with small numbered links to ``#{anchor}-{n}``, as one line of HTML."""
    cited = {c.number: c for c in answer.citations}
    parts: list[str] = []
    for sentence, text in pieces(answer):
        if sentence is None:
            parts.append(escape(text) if text.strip() else ("<br>" if "\n" in text else " "))
            continue
        note = unsupported_note(sentence, answer)
        kind = "sb-sentence sb-unsupported" if note else "sb-sentence"
        parts.append(f'<span class="{kind}">{escape(text)}</span>')
        parts.extend(mark_html(cited[n], anchor) for n in sentence.citations if n in cited)
        if note:
            parts.append(f'<span class="sb-note" role="note">{escape(note)}</span>')
    kind = "sb-answer sb-abstained" if answer.abstained else "sb-answer"
    notes = []
    if answer.stopped and answer.sentences:
        notes.append("Stopped before the end")
    if left_out := left_out_note(answer):
        notes.append(left_out)
    if answer.timings.total:
        notes.append(f"{answer.timings.total:.1f} s")
    foot_notes = [*_sure_html(answer), *map(escape, notes)]
    foot = f'<p class="sb-foot">{" · ".join(foot_notes)}</p>' if foot_notes else ""
    dated = f'<p class="sb-as-of">{day}</p>' if (day := as_of_line(answer)) else ""
    why = f'<p class="sb-reason">{escape(one_line(answer.reason))}</p>' if answer.reason else ""
    differ = "".join(conflicts_html(conflict, anchor) for conflict in answer.conflicts)
    body = f"{dated}<p>{''.join(parts)}</p>{why}{differ}"
    return f'<div class="{kind}" dir="auto">{body}{foot}</div>'


def _sure_html(answer: Answer) -> list[str]:
    """How sure the answer is, in a word; its probability a hover or a Tab away. Nothing for a
    question that was stopped before there was an answer."""
    if answer.stopped and not answer.sentences:
        return []
    hint = f"{answer.confidence:.0%} likely that your articles hold the answer"
    if not all(sentence.supported for sentence in answer.sentences):
        hint += "; not every sentence of it stands in them"
    word = confidence_word(answer)
    return [f'<span class="sb-sure" tabindex="0" title="{hint}" data-tell="{hint}">{word}</span>']


def chips_html(answer: Answer, *, removable: bool = False) -> str:
    """The filters that the question named, as chips; ``removable``: each with a button whose
    ``data-ignore`` is the key to ask again without it. Empty when it named none."""
    chips: list[str] = []
    for named in answer.filters:
        label = one_line(named.label)
        if not named.applied:
            unmet = escape(f"Nothing found: {label}")
            chips.append(f'<li class="sb-chip sb-unmet"><bdi>{unmet}</bdi></li>')
            continue
        drop = (
            f'<button type="button" data-ignore="{escape(one_line(named.key))}" '
            f'aria-label="{escape(f"Ask again without: {label}")}">×</button>'
        )
        chips.append(
            f'<li class="sb-chip"><bdi>{escape(label)}</bdi>{drop if removable else ""}</li>'
        )
    return f'<ul class="sb-chips" aria-label="Filters">{"".join(chips)}</ul>' if chips else ""


def sources_html(
    citations: Sequence[Citation],
    anchor: str = "source",
    *,
    openable: bool = False,
    missing: Mapping[str, str] = _NOTHING,
) -> str:
    """A card for each citation, with the quote marked in its surroundings, as one line of HTML.

    ``openable``: a card says in ``data-document``, ``data-start``, ``data-end`` and ``data-quote``
    where its quote stands, and its title is a button. ``missing`` are documents, by id, that
    cannot be opened any more, each with a line that says why.
    """
    cards = "".join(_card_html(c, anchor, openable=openable, missing=missing) for c in citations)
    return f'<ol class="sb-cards">{cards}</ol>'


def _card_html(
    citation: Citation, anchor: str, *, openable: bool, missing: Mapping[str, str]
) -> str:
    around = surroundings(citation)
    reason = missing.get(citation.document.id)
    can = openable and reason is None
    about = " · ".join(f"<bdi>{escape(part)}</bdi>" for part in byline(citation))
    days = days_line(citation)
    before = ("…\N{NO-BREAK SPACE}" if around.cut_before else "") + around.before
    after = around.after + ("\N{NO-BREAK SPACE}…" if around.cut_after else "")
    return (
        f'<li class="sb-card" id="{anchor}-{citation.number}" tabindex="-1"{_data(citation, can)}>'
        f'<span class="sb-number">{citation.number}</span>{_title_html(citation, can)}'
        + (f'<p class="sb-byline">{about}</p>' if about else "")
        + f'<blockquote class="sb-quote" dir="auto">{_run(before)}'
        f"<mark>{escape(citation.quote)}</mark>{_run(after)}</blockquote>"
        + (f'<p class="sb-days"><bdi>{escape(days)}</bdi></p>' if days else "")
        + (f'<p class="sb-gone" role="note">{escape(one_line(reason))}</p>' if reason else "")
        + place_html(citation.document, citation.quote, citation.page)
        + f"{_also_html(citation, openable, missing)}</li>"
    )


def _data(place: Citation | OtherSource, openable: bool) -> str:
    """Where the quote stands, as attributes."""
    if not openable:
        return ""
    return (
        f' data-document="{escape(one_line(place.document.id))}" data-start="{place.start}"'
        f' data-end="{place.end}" data-quote="{escape(one_line(place.quote))}"'
    )


def _title_html(place: Citation | OtherSource, openable: bool) -> str:
    name = f"<bdi>{escape(title(place.document))}</bdi>"
    button = f'<button type="button" class="sb-read" title="Open the article">{name}</button>'
    return f'<p class="sb-title">{button if openable else name}</p>'


def _also_html(citation: Citation, openable: bool, missing: Mapping[str, str]) -> str:
    """The other articles that say the same, folded."""
    if not citation.also:
        return ""
    items = "".join(
        f"<li{_data(source, can)}>{_title_html(source, can)}"
        f'<p class="sb-byline">{" · ".join(f"<bdi>{escape(p)}</bdi>" for p in byline(source))}</p>'
        f'<blockquote class="sb-quote" dir="auto">{escape(source.quote)}</blockquote>'
        f"{place_html(source.document, source.quote, source.page)}</li>"
        for source in citation.also
        for can in [openable and source.document.id not in missing]
    )
    heading = also_title(citation)
    return (
        f'<details class="sb-also"><summary>{heading[0].upper()}{heading[1:]}</summary>'
        f"<ul>{items}</ul></details>"
    )


def _run(text: str) -> str:
    """Running text beside the quote: line breaks at its ends are kept, as they part paragraphs."""
    lead = "<br>" if text[: len(text) - len(text.lstrip())].count("\n") else ""
    trail = "<br>" if text.strip() and text[len(text.rstrip()) :].count("\n") else ""
    inner = text.strip("\n")
    return f"{lead}{escape(inner)}{trail}" if inner.strip() else lead or escape(inner)


def to_html(answer: Answer, anchor: str = "source") -> str:
    """Question, answer and its sources as one fragment of HTML, without style or script."""
    heading, citations = footnotes(answer)
    sources = sources_html(citations, anchor)
    return (
        f'<article class="sourcebook"><h2 dir="auto">{escape(one_line(answer.question))}</h2>'
        f"{chips_html(answer)}{answer_html(answer, anchor)}"
        + (f"<h3>{heading}</h3>{sources}" if citations else "")
        + "</article>"
    )
