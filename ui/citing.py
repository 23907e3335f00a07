"""How a citation is named, dated and linked, alike wherever it stands. Pure functions."""

from __future__ import annotations

from datetime import datetime

from ..index.documents import Document
from ..index.uploads import name_of
from ..rag.answer import Citation, Source
from ..rag.calendar_days import human_day
from .escaping import escape, one_line, safe_url

__all__ = ["byline", "human_date", "mark_html", "place_html", "title"]


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


def place_html(document: Document) -> str:
    """Where the article was read: a link when it is a plain web address, else the file's name."""
    place = one_line(document.location or "")
    if not place:
        return ""
    url = safe_url(document.url)
    if url is None:
        # The file's name is what a person knows it by; the rest of its path is a hover away.
        name = name_of(place)
        return f'<p class="sb-place"><bdi title="{escape(place)}">{escape(name)}</bdi></p>'
    return (
        f'<p class="sb-place"><a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
        f"<bdi>{escape(url)}</bdi></a></p>"
    )
