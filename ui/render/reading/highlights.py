"""What is made seen in an article's text: its quotes, and where its pages begin. Pure functions.

All offsets count characters of ``document.text``, the clean text that citations refer to.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sourcebook.index.documents.records import Document, Passage
from sourcebook.ui.render.escaping import escape

__all__ = ["Highlights", "PageStart", "TextSpan", "document_pages", "page_before", "page_starts"]


@dataclass(frozen=True, slots=True)
class TextSpan:
    """A run of an article's text: ``document.text[start:end]``.

    Raises:
        ValueError: it is empty or begins before the text.
    """

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"no text stands at {self.start}:{self.end}")


@dataclass(frozen=True, slots=True)
class PageStart:
    """Page ``number`` (from 1) is known to have begun where ``start`` stands in the text."""

    start: int
    number: int


def page_starts(passages: Iterable[Passage]) -> list[PageStart]:
    """Where pages begin, as far as passages (in order) tell; empty where the format has none."""
    starts: list[PageStart] = []
    for passage in passages:
        if passage.page is not None and (not starts or starts[-1].number != passage.page):
            starts.append(PageStart(passage.start, passage.page))
    return starts


def document_pages(document: Document, passages: Iterable[Passage]) -> list[PageStart]:
    """Where the pages of an article begin: all that have text; as far as its passages tell where
    it was read before all were kept."""
    if not document.pages:
        return page_starts(passages)
    bounds = [*document.pages, len(document.text)]
    return [
        PageStart(start, number)
        for number, (start, end) in enumerate(pairwise(bounds), 1)
        if document.text[start:end].strip()
    ]


def page_before(pages: Sequence[PageStart], offset: int) -> int | None:
    """Return the last page known to have begun at ``offset``; None for none."""
    before = bisect_right([page.start for page in pages], offset)
    return pages[before - 1].number if before else None


class Highlights:
    """The quotes and pages of a text, as it is shown from a place on, piece by piece."""

    def __init__(
        self,
        quote: TextSpan | None = None,
        other_quotes: Iterable[TextSpan] = (),
        pages: Sequence[PageStart] = (),
    ) -> None:
        """Take what is to be seen.

        Args:
            quote: the span that is highlighted; its first piece has the class ``sb-here``.
            other_quotes: spans that are highlighted quietly.
            pages: where pages begin, in order.
        """
        self.quote = quote
        self._places = [span for span in (quote, *other_quotes) if span]
        self._pages = pages
        self._page = 0
        self._has_begun = False  # the quote's first piece was given out

    def start_at(self, offset: int) -> None:
        """Begin there: pages that begin before are not named."""
        self._page = bisect_right([page.start for page in self._pages], offset - 1)

    def new_pages(self, stop: int) -> list[int]:
        """Return the numbers of the pages that begin before ``stop`` and were not named yet."""
        numbers: list[int] = []
        while self._page < len(self._pages) and self._pages[self._page].start < stop:
            numbers.append(self._pages[self._page].number)
            self._page += 1
        return numbers

    def mark_row(self, start: int, stop: int) -> str:
        """Return the CSS class of a row of a table, whose cells were given out: empty without a
        quote. A quote of a head that stands between two cells is first seen in the row."""
        if not self.quote or self.quote.start >= stop or self.quote.end <= start:
            return ""
        name = "sb-quoted-row" if self._has_begun else "sb-quoted-row sb-here"
        self._has_begun = True
        return name

    def pieces(self, text: str, start: int, stop: int) -> list[tuple[str, str]]:
        """Return a run of the text as pairs of a CSS class (empty for none) and a text."""
        overlaps = [place for place in self._places if place.start < stop and place.end > start]
        cuts = {start, stop}
        for span in overlaps:
            cuts |= {max(start, span.start), min(stop, span.end)}
        pieces: list[tuple[str, str]] = []
        for first, last in pairwise(sorted(cuts)):
            piece = text[first:last]
            spans = [s for s in overlaps if s.start <= first and last <= s.end]
            name = ""
            if self.quote in spans and escape(piece).strip():
                name = "sb-quoted" if self._has_begun else "sb-quoted sb-here"
                self._has_begun = True
            elif spans and escape(piece).strip():
                name = "sb-also-quoted"
            pieces.append((name, piece))
        return pieces
