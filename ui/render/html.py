"""Answer -> HTML: the answer with its marks, the cards of its sources, the chips of its filters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from sourcebook.rag.answer import Answer, Citation, OtherSource

from .citations import byline, mark_html, place_html, title
from .conflicts import conflicts_html
from .escaping import escape
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
from .structure import is_code
from .templating import ENVIRONMENT, render_macro

_NOTHING: Mapping[str, str] = MappingProxyType({})


def answer_html(answer: Answer, anchor: str = "source") -> str:
    """Return the answer as one line of HTML.

    Args:
        answer: the answer.
        anchor: its small numbered links lead to ``#{anchor}-{n}``.
    """
    citations = {c.number: c for c in answer.citations}
    parts: list[dict[str, object]] = []
    for sentence, text in pieces(answer):
        if sentence is None:
            line_break = Markup("<br>") if "\n" in text else " "
            parts.append({"gap": text if text.strip() else line_break})
            continue
        numbers = [n for n in sentence.citations if n in citations]
        parts.append(
            {
                "gap": None,
                "text": text,
                "marks": [mark_html(citations[n], anchor) for n in numbers],
                "note": unsupported_note(sentence, answer),
            }
        )
    foot = ["Stopped before the end"] if answer.stopped and answer.sentences else []
    if left_out := left_out_note(answer):
        foot.append(left_out)
    if answer.timings.total:
        foot.append(f"{answer.timings.total:.1f} s")
    return str(
        render_macro(
            ENVIRONMENT,
            "answer.html",
            "answer",
            answer=answer,
            parts=parts,
            conflicts=[conflicts_html(conflict, anchor) for conflict in answer.conflicts],
            foot=foot,
            certainty=_certainty(answer),
            day=as_of_line(answer),
        )
    )


def _certainty(answer: Answer) -> dict[str, str] | None:
    """How sure the answer is, in a word, and its probability for a hover or a Tab.

    None for a question that was stopped before there was an answer.
    """
    if answer.stopped and not answer.sentences:
        return None
    hint = f"{answer.confidence:.0%} likely that your articles hold the answer"
    if not all(sentence.supported for sentence in answer.sentences):
        hint += "; not every sentence of it stands in them"
    return {"word": confidence_word(answer), "hint": hint}


def chips_html(answer: Answer, *, removable: bool = False) -> str:
    """Return the filters that the question named, as chips; empty when it named none.

    Args:
        answer: the answer, with its filters.
        removable: whether each has a button, whose ``data-ignore`` is the key to ask again
            without it.
    """
    if not answer.filters:
        return ""
    return str(
        render_macro(
            ENVIRONMENT, "answer.html", "chips", filters=answer.filters, removable=removable
        )
    )


def sources_html(
    citations: Sequence[Citation],
    anchor: str = "source",
    *,
    openable: bool = False,
    missing: Mapping[str, str] = _NOTHING,
) -> str:
    """Return a card for each citation, its quote marked in its surroundings, as one line of HTML.

    Args:
        citations: the citations.
        anchor: the ids of the cards are ``{anchor}-{n}``.
        openable: whether a card says in ``data-document``, ``data-start``, ``data-end`` and
            ``data-quote`` where its quote stands, with a button for its title.
        missing: documents, by id, that cannot be opened any more, each with a line that says why.
    """
    cards = [_card(citation, openable, missing) for citation in citations]
    return str(render_macro(ENVIRONMENT, "cards.html", "cards", citations=cards, anchor=anchor))


def _card(citation: Citation, openable: bool, missing: Mapping[str, str]) -> dict[str, object]:
    """What a card shows."""
    context = surroundings(citation)
    heading = also_title(citation)
    before = ("…\N{NO-BREAK SPACE}" if context.cut_before else "") + context.before
    after = context.after + ("\N{NO-BREAK SPACE}…" if context.cut_after else "")
    return {
        **_source(citation, openable, missing),
        "number": citation.number,
        "before": _running_text(before),
        "after": _running_text(after),
        "days": days_line(citation),
        "obstacle": missing.get(citation.document.id),
        "also_title": f"{heading[0].upper()}{heading[1:]}",
        "also": [_source(source, openable, missing) for source in citation.also],
    }


def _source(
    source: Citation | OtherSource, openable: bool, missing: Mapping[str, str]
) -> dict[str, object]:
    """What a card and a line below it have in common."""
    return {
        "is_openable": openable and source.document.id not in missing,
        "document_id": source.document.id,
        "start": source.start,
        "end": source.end,
        "quote": source.quote,
        "is_code": is_code(source),
        "title": title(source.document),
        "byline": byline(source),
        "place": place_html(source.document, source.quote, source.page),
    }


def _running_text(text: str) -> Markup:
    """Running text beside the quote: line breaks at its ends are kept, as they part paragraphs."""
    lead = "<br>" if text[: len(text) - len(text.lstrip())].count("\n") else ""
    trail = "<br>" if text.strip() and text[len(text.rstrip()) :].count("\n") else ""
    inner = text.strip("\n")
    html = f"{lead}{escape(inner)}{trail}" if inner.strip() else lead or escape(inner)
    return Markup(html)  # noqa: S704  escaped here


def to_html(answer: Answer, anchor: str = "source") -> str:
    """Return question, answer and sources as one fragment of HTML, without style or script.

    Args:
        answer: the answer.
        anchor: the start of the ids in it; of several answers on one page, each needs its own.
    """
    heading, citations = footnotes(answer)
    return str(
        render_macro(
            ENVIRONMENT,
            "answer.html",
            "page",
            answer=answer,
            # Markup, as these three have escaped their values themselves.
            chips=Markup(chips_html(answer)),  # noqa: S704
            body=Markup(answer_html(answer, anchor)),  # noqa: S704
            heading=heading,
            sources=Markup(sources_html(citations, anchor)) if citations else "",  # noqa: S704
        )
    )
