"""How a citation is named, dated and linked, alike wherever it stands. Pure functions."""

from __future__ import annotations

from datetime import datetime

from ..index.documents import Document
from ..rag.answer import Citation, Source
from ..rag.calendar_days import human_day
from .escaping import escape, one_line

__all__ = ["byline", "human_date", "mark_html", "title"]


def byline(citation: Citation | Source) -> list[str]:
    """Source, date, page: what is known of them."""
    document = citation.document
    page = f"page {citation.page}" if citation.page is not None else None
    parts = [document.source, human_date(document.published), page]
    return [one_line(part) for part in parts if part]


def title(document: Document) -> str:
    """The article's title in one line."""
    return one_line(document.title) or "Untitled"


def mark_html(citation: Citation, anchor: str) -> str:
    """A small numbered link to the card ``#{anchor}-{n}``."""
    label = one_line(f"Source {citation.number}: {title(citation.document)}")
    hover = one_line(f"{title(citation.document)}: “{citation.quote}”")
    return (
        f'<sup class="sb-mark"><a href="#{anchor}-{citation.number}" title="{escape(hover)}"'
        f' aria-label="{escape(label)}">{citation.number}</a></sup>'
    )


def human_date(moment: datetime | None) -> str | None:
    """``10 January 2022``, the day where the article was published; None stays None."""
    return human_day(moment) if moment else None
