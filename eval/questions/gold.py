"""The gold evidence of a question in a library: its documents and character offsets."""

from __future__ import annotations

import csv
import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from sourcebook.index.documents.records import Document, Hit, Passage
from sourcebook.index.library import Library
from sourcebook.index.search.filters import Filters

from .dataset import EvalQuestion
from .validation import as_date

_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})


_NO_MARKDOWN = str.maketrans("", "", "`*")
_LIST_MARKER = re.compile(r"^\s*(?:[-*•]|\d+[.)]|#{1,6})\s+")


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """The place of a gold quote: ``document.text[start:end]``, offsets in characters.

    ``answer`` as in ``GoldEvidence``. ``start == end`` when there is no quote, only an article.
    """

    document_id: str
    start: int
    end: int
    answer: int | None = None

    def is_covered_by(self, document_id: str, start: int, end: int) -> bool:
        """Whether a span of the article holds at least half of the quote's characters."""
        overlap = min(self.end, end) - max(self.start, start)
        return document_id == self.document_id and 2 * overlap >= self.end - self.start > 0


@dataclass(frozen=True, slots=True)
class GoldLocations:
    """The gold evidence of one question in a library.

    ``spans`` are the quotes that the library holds; ``missing`` says in words what it does not.
    ``documents`` counts the pieces of evidence whose document it has, with the quote or without.
    """

    spans: tuple[GoldSpan, ...] = ()
    missing: tuple[str, ...] = ()
    documents: int = 0

    def groups(self) -> list[list[GoldSpan]]:
        """Return one list of quotes for each gold answer that has quotes of its own.

        Quotes that support all answers are in every list.
        """
        quotes = [g for g in self.spans if g.end > g.start]
        answers = sorted({g.answer for g in quotes if g.answer is not None})
        if not answers:
            return [quotes] if quotes else []
        return [[g for g in quotes if g.answer in (None, a)] for a in answers]


class GoldLocator:
    """Finds the documents and quotes that questions name in one library.

    A document is named by its id, path, URL, file name or title. Where several documents have
    that name, the one that holds the quote is taken.
    """

    def __init__(self, library: Library) -> None:
        self._library = library
        self._ids: dict[str, list[str]] = defaultdict(list)
        self._texts: dict[str, Document] = {}
        self._hashes: list[str] = []
        for document in library.documents():
            self._hashes.append(document.content_hash)
            names = {document.id, document.title, document.path, document.url}
            if document.path:
                names.add(PurePath(document.path).name)
            for name in names - {None}:
                self._ids[_name(str(name))].append(document.id)

    @property
    def content(self) -> str:
        """A hash over the texts of the library, whatever folder they were read from."""
        return hashlib.sha256("\n".join(sorted(self._hashes)).encode()).hexdigest()[:16]

    def document(self, document_id: str) -> Document:
        """Return the document; each is read once."""
        if document_id not in self._texts:
            self._texts[document_id] = self._library.document(document_id)
        return self._texts[document_id]

    def ids(self, name: str) -> list[str]:
        """Return the ids of the documents with that name; a path also matches by its last part."""
        return self._ids.get(_name(name)) or self._ids.get(_name(PurePath(name).name), [])

    def locate(self, question: EvalQuestion) -> GoldLocations:
        """Return the places of the evidence of ``question``."""
        quotes: list[GoldSpan] = []
        missing: list[str] = []
        documents = 0
        for evidence in question.evidence:
            ids = self.ids(evidence.document)
            documents += bool(ids)
            spans = ((i, find_quote(evidence.quote, self.document(i).text)) for i in ids)
            place = next(((i, span) for i, span in spans if span), None)
            if place:
                quotes.append(GoldSpan(place[0], *place[1], evidence.answer))
            elif ids:
                missing.append(f"{evidence.document} does not hold “{_short(evidence.quote)}”")
            else:
                missing.append(f"{evidence.document} is not in the library")
        return GoldLocations(tuple(quotes), tuple(missing), documents)

    def filters(self, question: EvalQuestion) -> Filters | None:
        """Return the search filters of a question, its document names resolved to ids."""
        data = question.filters
        if not data:
            return None
        names: Iterable[str] = data.get("documents", ())
        return Filters(
            sources=frozenset(data.get("sources", ())),
            since=as_date(data.get("since")),
            until=as_date(data.get("until")),
            documents=frozenset(i for name in names for i in self.ids(name) or [name]),
        )

    def gold_hits(self, locations: GoldLocations) -> list[Hit]:
        """Return the passages that hold the gold quotes, in text order, as hits of score 1.

        An article without a quote gives all its passages.
        """
        passages: dict[str, Passage] = {}
        for gold in locations.spans:
            for passage in self._library.passages(gold.document_id):
                overlaps = passage.start < gold.end and passage.end > gold.start
                if overlaps or gold.start == gold.end:
                    passages[passage.id] = passage
        passage_order = sorted(passages.values(), key=lambda p: (p.document_id, p.start))
        return [Hit(p, self.document(p.document_id), 1.0) for p in passage_order]


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Return the span of ``quote`` in ``text``, or None.

    White space and the shape of quotation marks do not matter, nor do the signs of Markdown and the
    markers of a list that reading takes away. A row of a table, as it stands in its file, is found
    by its cells. An empty quote is at (0, 0).
    """
    plain = _LIST_MARKER.sub("", quote).translate(_NO_MARKDOWN)
    return _find_words(quote, text) or _find_words(plain, text) or _find_row(plain, text)


def _find_words(quote: str, text: str) -> tuple[int, int] | None:
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    offsets = [i for i, c in enumerate(text) if not c.isspace()]
    compact_text = "".join(text[i] for i in offsets).translate(_PLAIN)
    compact_quote = "".join(quote.split()).translate(_PLAIN)
    first = compact_text.find(compact_quote)
    if first < 0 or not compact_quote:
        return None
    return offsets[first], offsets[first + len(compact_quote) - 1] + 1


def _find_row(quote: str, text: str) -> tuple[int, int] | None:
    """Return the span of the line that holds the cells of a row of Markdown or CSV, in order.

    A line of a table reads "Item: Leeks; Unit: 5 kg", the first of it "Item; Unit".
    """
    row = quote.strip()
    if "\n" in row:
        return None
    cells = row.strip("|").split("|") if row.startswith("|") else next(csv.reader([row]), [])
    cells = [" ".join(cell.split()) for cell in cells if cell.strip()]
    if len(cells) < 2:
        return None
    values = r"; (?:[^\n;]*?: )?".join(map(re.escape, cells))
    match = re.search(rf"^(?:[^\n]*?(?:: |; ))?{values}(?=;|$)[^\n]*", text, re.MULTILINE)
    return match.span() if match else None


def ranks(golds: Sequence[GoldSpan], spans: Sequence[tuple[str, int, int]]) -> list[int | None]:
    """Return for each gold quote the rank, from 1, of the first span that covers it.

    Args:
        golds: the gold quotes.
        spans: a ranking of (document id, start, end).

    Returns:
        The ranks, in the order of the quotes; None where no span covers the quote.
    """
    return [
        next((n for n, span in enumerate(spans, start=1) if gold.is_covered_by(*span)), None)
        for gold in golds
    ]


def describe_missing(locations: Mapping[str, GoldLocations]) -> list[str]:
    """Return a line ``question id: what is missing`` for each quote that is in no document."""
    return [f"{key}: {line}" for key, place in locations.items() for line in place.missing]


def _name(name: str) -> str:
    return " ".join(name.split()).casefold()


def _short(text: str, limit: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
