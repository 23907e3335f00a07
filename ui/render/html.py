"""Answer -> HTML: the answer with its marks, and the cards of its sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from sourcebook.index.structure.blocks import Block
from sourcebook.rag.answer import Answer, Citation, OtherSource
from sourcebook.rag.question import Kind

from .chips import chips_html
from .citations import byline, place_html, title
from .conflicts import conflicts_html
from .escaping import escape, one_line
from .forms import group_values
from .notes import (
    also_title,
    as_of_line,
    confidence_word,
    days_line,
    footnotes,
    left_out_note,
    surroundings,
)
from .structure import is_code, quoted_table, row_cells
from .templating import ENVIRONMENT, render_macro

_NOTHING: Mapping[str, str] = MappingProxyType({})


_COMPUTED: frozenset[Kind] = frozenset({"library", "small-talk"})
"""Kinds whose answers are computed: exact, or of nothing that could be wrong."""


def answer_html(
    answer: Answer, anchor: str = "source", *, heading_level: int = 4, is_live: bool = False
) -> str:
    """Return the answer as one line of HTML.

    Args:
        answer: the answer.
        anchor: its small numbered links lead to ``#{anchor}-{n}``.
        heading_level: that of a heading inside of it.
        is_live: whether it stands in the page: code has a button to copy it, and each question that
            small talk offers is one to ask it.
    """
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
            groups=group_values(answer, anchor, heading_level=heading_level, is_live=is_live),
            conflicts=[conflicts_html(conflict, anchor) for conflict in answer.conflicts],
            foot=foot,
            certainty=_certainty(answer),
            day=as_of_line(answer),
        )
    )


def _certainty(answer: Answer) -> dict[str, str] | None:
    """How sure the answer is, in a word, and its probability for a hover or a Tab.

    None for a question that was stopped before there was an answer, and for one that is answered
    without a doubt to weigh: by the library's own tables, or with a greeting.
    """
    if (answer.stopped and not answer.sentences) or answer.kind in _COMPUTED:
        return None
    hint = f"{answer.confidence:.0%} likely that this answer is right"
    if not all(sentence.supported for sentence in answer.sentences):
        hint += "; not every sentence of it stands in your articles"
    return {"word": confidence_word(answer), "hint": hint}


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
        "table": _table(source),
        "title": title(source.document),
        "byline": byline(source),
        "place": place_html(source.document, source.quote, source.page),
    }


def _table(source: Citation | OtherSource) -> dict[str, object] | None:
    """The rows that a quote stands in, under their heads, with the cells that it says marked."""
    table = quoted_table(source)
    if table is None:
        return None

    def cell_values(cell: Block | None) -> dict[str, object]:
        is_quoted = cell is not None and cell.start < source.end and cell.end > source.start
        return {
            "text": one_line(cell.text) if cell else "",
            "is_head": bool(cell and cell.cell and cell.cell.is_head),
            "is_quoted": is_quoted and bool(cell and cell.text.strip()),
        }

    def rows_values(rows: Sequence[Block]) -> list[list[dict[str, object]]]:
        return [[cell_values(cell) for cell in row_cells(row)] for row in rows]

    heads, rows = rows_values(table.heads), rows_values(table.rows)
    return {"caption": table.caption, "heads": heads, "rows": rows}


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
            body=Markup(answer_html(answer, anchor, heading_level=3)),  # noqa: S704
            heading=heading,
            sources=Markup(sources_html(citations, anchor)) if citations else "",  # noqa: S704
        )
    )
