"""Where the gold evidence of a question stands in a library."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from sourcebook.index.documents.records import Document, Hit, Passage
from sourcebook.index.library import Library
from sourcebook.index.search.filters import Filters

from .dataset import Question
from .validation import as_date

_PLAIN = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})


@dataclass(frozen=True, slots=True)
class Gold:
    """A gold quote found: ``document.text[start:end]`` says what the quote says.

    ``answer`` as in ``Evidence``. ``start == end`` when there is no quote, only an article.
    """

    document_id: str
    start: int
    end: int
    answer: int | None = None

    def covered_by(self, document_id: str, start: int, end: int) -> bool:
        """Whether a span of the article holds at least half of the quote's characters."""
        shared = min(self.end, end) - max(self.start, start)
        return document_id == self.document_id and 2 * shared >= self.end - self.start > 0


@dataclass(frozen=True, slots=True)
class Located:
    """The evidence of one question: what was found, and what was not, in words."""

    found: tuple[Gold, ...] = ()
    missing: tuple[str, ...] = ()

    def groups(self) -> list[list[Gold]]:
        """The quotes that belong together: one list for each answer they are tied to.

        Evidence tied to no answer is in every list.
        """
        quotes = [g for g in self.found if g.end > g.start]
        answers = sorted({g.answer for g in quotes if g.answer is not None})
        if not answers:
            return [quotes] if quotes else []
        return [[g for g in quotes if g.answer in (None, a)] for a in answers]


class Locator:
    """Finds the documents and quotes that questions name in one library.

    A document is named by its id, path, URL, file name or title. Where several have that name, the
    one that holds the quote is meant.
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
        """A hash over the texts of the library, the same wherever they were read from."""
        return hashlib.sha256("\n".join(sorted(self._hashes)).encode()).hexdigest()[:16]

    def document(self, document_id: str) -> Document:
        """The document, read once."""
        if document_id not in self._texts:
            self._texts[document_id] = self._library.document(document_id)
        return self._texts[document_id]

    def ids(self, name: str) -> list[str]:
        """The documents of that name; a path also matches by its last part."""
        return self._ids.get(_name(name)) or self._ids.get(_name(PurePath(name).name), [])

    def locate(self, question: Question) -> Located:
        """Where the evidence of ``question`` stands."""
        found: list[Gold] = []
        missing: list[str] = []
        for evidence in question.evidence:
            ids = self.ids(evidence.document)
            spans = ((i, find(evidence.quote, self.document(i).text)) for i in ids)
            place = next(((i, span) for i, span in spans if span), None)
            if place:
                found.append(Gold(place[0], *place[1], evidence.answer))
            elif ids:
                missing.append(f"{evidence.document} does not hold “{_short(evidence.quote)}”")
            else:
                missing.append(f"{evidence.document} is not in the library")
        return Located(tuple(found), tuple(missing))

    def filters(self, question: Question) -> Filters | None:
        """The search limits of a question, its document names resolved to ids."""
        raw = question.filters
        if not raw:
            return None
        names: Iterable[str] = raw.get("documents", ())
        return Filters(
            sources=frozenset(raw.get("sources", ())),
            since=as_date(raw.get("since")),
            until=as_date(raw.get("until")),
            documents=frozenset(i for name in names for i in self.ids(name) or [name]),
        )

    def gold_hits(self, located: Located) -> list[Hit]:
        """The passages that hold the gold quotes, in the order of the text, as perfect hits.

        An article named without a quote gives all its passages.
        """
        passages: dict[str, Passage] = {}
        for gold in located.found:
            for passage in self._library.passages(gold.document_id):
                overlaps = passage.start < gold.end and passage.end > gold.start
                if overlaps or gold.start == gold.end:
                    passages[passage.id] = passage
        ordered = sorted(passages.values(), key=lambda p: (p.document_id, p.start))
        return [Hit(p, self.document(p.document_id), 1.0) for p in ordered]


def find(quote: str, text: str) -> tuple[int, int] | None:
    """Where ``quote`` stands in ``text``; spacing and the shape of quotation marks do not matter.

    An empty quote stands at (0, 0).
    """
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    kept = [i for i, c in enumerate(text) if not c.isspace()]
    squeezed = "".join(text[i] for i in kept).translate(_PLAIN)
    wanted = "".join(quote.split()).translate(_PLAIN)
    at = squeezed.find(wanted)
    if at < 0 or not wanted:
        return None
    return kept[at], kept[at + len(wanted) - 1] + 1


def ranks(golds: Sequence[Gold], spans: Sequence[tuple[str, int, int]]) -> list[int | None]:
    """For each gold quote the rank, from 1, of the first (document id, start, end) covering it."""
    return [
        next((n for n, span in enumerate(spans, start=1) if gold.covered_by(*span)), None)
        for gold in golds
    ]


def missing_lines(located: Mapping[str, Located]) -> list[str]:
    """``question id: what is missing``, for every question whose evidence was not all found."""
    return [f"{qid}: {line}" for qid, place in located.items() for line in place.missing]


def _name(name: str) -> str:
    return " ".join(name.split()).casefold()


def _short(text: str, limit: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
