"""How a citation is named, dated and linked, alike wherever it stands. Pure functions."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import quote as percent

from markupsafe import Markup

from sourcebook.index.documents.records import Document
from sourcebook.index.ingest.uploads import display_name
from sourcebook.rag.answer import Citation, OtherSource
from sourcebook.rag.language.calendar import human_day

from .escaping import one_line, safe_url
from .templating import ENVIRONMENT, render_macro

__all__ = ["at_quote", "byline", "human_date", "mark_html", "place_html", "title"]

_AT_ENDS = 4
"""Words at each end of a quote that tell where it stands."""


def byline(citation: Citation | OtherSource) -> list[str]:
    """Source, date, page: what is known of them."""
    document = citation.document
    page = f"page {citation.page}" if citation.page is not None else None
    parts = [document.source, human_date(document.published), page]
    return [one_line(part) for part in parts if part]


def title(document: Document) -> str:
    """The article's title in one line."""
    return one_line(document.title) or "Untitled"


def mark_html(citation: Citation, anchor: str) -> Markup:
    """Return a small numbered link to the card ``#{anchor}-{n}``."""
    name = title(citation.document)
    return render_macro(
        ENVIRONMENT,
        "citations.html",
        "mark",
        number=citation.number,
        anchor=anchor,
        label=one_line(f"Source {citation.number}: {name}"),
        hover=one_line(f"{name}: “{citation.quote}”"),
    )


def human_date(moment: datetime | None) -> str | None:
    """``10 January 2022``, the day where the article was published; None stays None."""
    return human_day(moment) if moment else None


def place_html(
    document: Document, quote: str = "", page: int | None = None, *, file: str = ""
) -> Markup:
    """Return where the article was read, as a link.

    Args:
        document: the article; a plain web address leads to itself.
        quote: the quote that a browser shows there.
        page: the page at which a PDF is opened.
        file: the address that the article's file has on this page, if any.
    """
    place = one_line(document.location or "")
    if not place:
        return Markup()
    url = safe_url(document.url)
    address = url or file
    if address and page is not None and document.media_type == "application/pdf":
        address += "" if "#" in address else f"#page={page}"
    return render_macro(
        ENVIRONMENT,
        "citations.html",
        "place",
        address=at_quote(address, quote) if address else "",
        # A person knows a file by its name; the rest of its path is a hover away.
        name=url or display_name(place),
        hover="" if url else place,
        is_file=bool(file) and not url,
    )


def at_quote(address: str, quote: str) -> str:
    """``address``, where a browser shows ``quote`` highlighted: a page of the web, or a PDF.

    A text fragment (https://wicg.github.io/scroll-to-text-fragment/). Of a long quote the first and
    the last words: between them a line may end, or a word be divided.
    """
    words = one_line(quote).split()
    if not words or ":~:" in address:
        return address
    ends = [words] if len(words) <= 2 * _AT_ENDS else [words[:_AT_ENDS], words[-_AT_ENDS:]]
    # "-" has a meaning there, and is not encoded otherwise.
    fragment = ",".join(percent(" ".join(end), safe="").replace("-", "%2D") for end in ends)
    return f"{address}{'' if '#' in address else '#'}:~:text={fragment}"
