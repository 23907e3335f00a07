"""An article to be read, with a quote highlighted where it stands. Pure functions.

All offsets count characters of ``document.text``, the clean text that citations refer to.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from markupsafe import Markup

from sourcebook.index.documents.records import Document
from sourcebook.ui.render.citations import human_date, place_html, title
from sourcebook.ui.render.escaping import one_line
from sourcebook.ui.render.templating import ENVIRONMENT, render_macro

from .blocks import blocks_html, title_block, title_html
from .highlights import Highlights, PageStart, TextSpan, page_before

__all__ = ["article_html", "article_page", "part_html"]

REACH = 24_000
"""Characters shown on each side of the quote, at first; a browser lays them out at once."""

_NEAR = 1_000
"""Characters within which a bound is looked for."""


def article_html(
    document: Document,
    quote: TextSpan | None = None,
    *,
    other_quotes: Iterable[TextSpan] = (),
    pages: Sequence[PageStart] = (),
    note: str = "",
    reach: int = REACH,
    original: str = "",
) -> str:
    """Return the article as one line of HTML.

    Args:
        document: the article.
        quote: the span that is highlighted; its first element has the class ``sb-here``.
        other_quotes: spans that are highlighted quietly.
        pages: where the pages of a PDF begin.
        note: a line above the text.
        reach: of a long article, the most characters on each side of the quote, in whole lines
            where they are not too long. A button with ``data-part`` stands for the rest, see
            `part_html`.
        original: the address of the file it was read from, opened at the quote's page.
    """
    about = [document.source, document.author, human_date(document.published)]
    page = page_before(pages, quote.start) if quote else None
    about += [f"page {page}"] if page is not None else []
    quoted = document.text[quote.start : quote.end] if quote else ""
    middle = (quote.start, quote.end) if quote else (0, 0)
    start, end = _window(document.text, middle[0] - reach, middle[1] + reach)
    highlights = Highlights(quote, other_quotes, pages)
    return str(
        render_macro(
            ENVIRONMENT,
            "article.html",
            "article",
            name=title(document),
            title=title_html(document, highlights),
            about=[one_line(part) for part in about if part],
            place=place_html(document, quoted, page, file=original),
            note=note,
            text=_text_html(document, start, end, highlights),
        )
    )


def article_page(
    document: Document,
    quote: TextSpan | None,
    *,
    pages: Sequence[PageStart] = (),
    reach: int = REACH,
) -> str:
    """Return the article as a whole HTML document with its own styles and no scripts.

    Args:
        document: the article.
        quote: the span that is highlighted.
        pages: where the pages of a PDF begin.
        reach: the most characters on each side of the quote.
    """
    html = Markup(article_html(document, quote, pages=pages, reach=reach))  # noqa: S704
    values = {"name": title(document), "article": html}
    return str(render_macro(ENVIRONMENT, "article.html", "page", **values))


def part_html(
    document: Document,
    start: int,
    end: int,
    *,
    other_quotes: Iterable[TextSpan] = (),
    pages: Sequence[PageStart] = (),
    most: int = 2 * REACH,
) -> str:
    """Return a part of the article's text, for the place of a button with ``data-part``.

    Args:
        document: the article.
        start: where the part begins, as ``data-part="start:end"`` says.
        end: where it ends.
        other_quotes: spans that are highlighted quietly.
        pages: where the pages of a PDF begin.
        most: the most characters. The rest is left to another button, at the side where the
            article is read on; a part that begins the article is read backwards.
    """
    text = document.text
    start, end = max(0, start), min(end, len(text))
    if end - start <= most:
        first, last = start, end
    elif start == 0:
        first, last = _first_bound(text, end - most, end), end
    else:
        first, last = start, _last_bound(text, start, start + most)
    highlights = Highlights(None, other_quotes, pages)
    return str(_text_html(document, first, last, highlights, bounds=(start, end)))


def _text_html(
    document: Document,
    start: int,
    end: int,
    highlights: Highlights,
    bounds: tuple[int, int] | None = None,
) -> Markup:
    """The lines from ``start`` to ``end``, with a button for what ``bounds`` has on either side."""
    first, last = bounds or (0, len(document.text))
    highlights.start_at(start)
    blocks = blocks_html(document, start, end, highlights) if document.blocks else None
    return render_macro(
        ENVIRONMENT,
        "article.html",
        "part",
        before=_button(document, first, start),
        lines=() if document.blocks else _lines(document.text, start, end, highlights),
        blocks=blocks,
        after=_button(document, end, last),
    )


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """``start`` and ``end`` moved inwards to the bounds of lines, of words where lines are long."""
    if start > 0:
        start = _first_bound(text, start, len(text))
    if end < len(text):
        end = _last_bound(text, 0, end)
    return max(0, start), max(0, start, min(end, len(text)))


def _first_bound(text: str, start: int, end: int) -> int:
    """The first beginning of a line, or of a word, from ``start`` on; ``start`` when it is far."""
    for mark in ("\n", " "):
        at = text.find(mark, start, min(end, start + _NEAR))
        if at >= 0:
            return at + 1
    return start


def _last_bound(text: str, start: int, end: int) -> int:
    """The last beginning of a line, or of a word, up to ``end``; ``end`` when it is far."""
    for mark in ("\n", " "):
        at = text.rfind(mark, max(start, end - _NEAR), end)
        if at >= 0:
            return at + 1
    return end


def _button(document: Document, start: int, end: int) -> dict[str, int] | None:
    """What a button for a part of the article shows; None for a part without words.

    The title is shown above the text.
    """
    heading = title_block(document)
    first = max(start, heading.end) if heading else start
    return {"start": start, "end": end} if document.text[first:end].strip() else None


def _lines(text: str, start: int, end: int, highlights: Highlights) -> Iterator[dict[str, object]]:
    """The lines of ``text[start:end]`` in pieces, each with the numbers of the pages it begins."""
    while start < end:
        stop = text.find("\n", start, end)
        stop = end if stop < 0 else stop
        if text[start:stop].strip():
            numbers = highlights.new_pages(stop)
            yield {"pages": numbers, "pieces": highlights.pieces(text, start, stop)}
        start = stop + 1
