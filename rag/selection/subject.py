"""The articles, and the sections of one, that a request names: by title, heading, day or file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import PurePosixPath

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.library import Library
from sourcebook.index.search.overview import DocumentRow
from sourcebook.index.structure.blocks import Block, find_blocks
from sourcebook.rag.language import content_stems
from sourcebook.rag.language.reading import reading_in, text_language
from sourcebook.rag.language.word_lists import read_lines, read_words

MOST_DOCUMENTS = 24
"""Articles whose headings and text are compared with the words of a request."""

_LONGEST_TEXT = 60_000
"""Characters; of a longer text its found passages stand for it."""

_IN_TITLE, _IN_NAME, _IN_HEADING, _IN_TEXT = 1.0, 0.9, 0.9, 0.5
"""What a word counts that stands in the title; in the day, author or file name; in a heading;
elsewhere."""

_OF_THAT_MONTH = 0.15
"""What it counts that the request names the month in which an article appeared."""

_VOTE = 0.4
"""What an article counts to which all found passages belong, the first ones most."""

_YEAR = re.compile(r"(?:19|20)\d\d")
_TERM = re.compile(r"\d+(?:[.,]\w+)+|\w+")


@dataclass(frozen=True, slots=True)
class Subject:
    """An article that a request names, and how well.

    ``share`` in [0, 1] is the weight of the request's words that the article has; ``name_share``
    that of those in its title, day, author, file name and headings. ``sections`` are the bounds
    of those whose headings the request names; empty for the whole article. ``missing`` are the
    words of the request that stand nowhere in it.
    """

    document: Document
    share: float
    name_share: float
    sections: tuple[tuple[int, int], ...] = ()
    missing: frozenset[str] = frozenset()


def topic_terms(request: str) -> list[str]:
    """Return the words of a request that tell what it is about, each once, as stems."""
    filler = _request_stems(text_language())
    return [term for term in terms_of(request) if term not in filler]


def find_subjects(
    library: Library, request: str, hits: Sequence[Hit], *, beyond_hits: bool = True
) -> list[Subject]:
    """Return the articles that have words of a request, best first; all without such words.

    Args:
        library: the articles.
        request: the question.
        hits: the passages found for it.
        beyond_hits: whether other articles are looked up by their names.

    Raises:
        LibraryError: the library cannot be read.
    """
    terms = topic_terms(request)
    documents = _candidates(library, terms, hits, beyond_hits=beyond_hits)
    texts, votes = _texts(documents, hits), _votes(hits)
    levels = [_levels(document, texts[document.id]) for document in documents]
    weights = _weights(terms, levels)
    total = sum(weights.values()) or 1.0
    subjects: list[Subject] = []
    for document, level in zip(documents, levels, strict=True):
        values = {term: weight * level.get(term, 0.0) / total for term, weight in weights.items()}
        subjects.append(
            Subject(
                document,
                sum(values.values()),
                sum(value for term, value in values.items() if level.get(term, 0.0) > _IN_TEXT),
                _named_sections(document, weights),
                frozenset(term for term in terms if term not in level),
            )
        )

    def rank(subject: Subject) -> float:
        document = subject.document
        bonus = _OF_THAT_MONTH * is_of_month(document, terms)
        return subject.share + bonus + _VOTE * votes.get(document.id, 0.0)

    return sorted(subjects, key=rank, reverse=True)


def is_of_month(document: Document, terms: Sequence[str]) -> bool:
    """Return whether the words of a request name the month, and no other year, in which an article
    appeared.

    Args:
        document: the article.
        terms: from `topic_terms`.
    """
    if document.published is None:
        return False
    years = {term for term in terms if _YEAR.fullmatch(term)}
    month = terms_of(read_lines("months")[document.published.month - 1])
    return bool(set(month) & set(terms)) and (not years or str(document.published.year) in years)


def _levels(document: Document, text: set[str]) -> dict[str, float]:
    """Return what each word of an article counts, by where it stands."""
    levels = dict.fromkeys(text, _IN_TEXT)
    for block in find_blocks(document.blocks, "heading"):
        levels |= dict.fromkeys(terms_of(block.text), _IN_HEADING)
    day = document.published.date().isoformat() if document.published else None
    about = _name("", document.author, document.source, document.location, day)
    levels |= dict.fromkeys(terms_of(about), _IN_NAME)
    return levels | dict.fromkeys(terms_of(document.title), _IN_TITLE)


def _votes(hits: Sequence[Hit]) -> dict[str, float]:
    """Return the share of the passages that each article has, the first ones counting most."""
    votes: dict[str, float] = {}
    for rank, hit in enumerate(hits):
        votes[hit.document.id] = votes.get(hit.document.id, 0.0) + 1 / (rank + 2)
    total = sum(votes.values())
    return {document_id: vote / total for document_id, vote in votes.items()}


def _candidates(
    library: Library, terms: Sequence[str], hits: Sequence[Hit], *, beyond_hits: bool
) -> list[Document]:
    rows = library.overview() if beyond_hits else ()
    documents = {hit.document.id: hit.document for hit in hits}
    if len(rows) > MOST_DOCUMENTS:
        rows = tuple(sorted(rows, key=lambda row: -len(set(terms) & set(terms_of(_row_name(row))))))
        rows = tuple(
            row for row in rows[: MOST_DOCUMENTS // 2] if set(terms) & set(terms_of(_row_name(row)))
        )
    ids = dict.fromkeys([*(row.id for row in rows), *documents])
    return [documents[i] if i in documents else library.document(i) for i in ids][:MOST_DOCUMENTS]


def _texts(documents: Sequence[Document], hits: Sequence[Hit]) -> dict[str, set[str]]:
    hit_texts: dict[str, str] = {}
    for hit in hits:
        hit_texts[hit.document.id] = hit_texts.get(hit.document.id, "") + "\n" + hit.passage.text
    return {
        d.id: set(terms_of(d.text if len(d.text) <= _LONGEST_TEXT else hit_texts.get(d.id, "")))
        for d in documents
    }


def _weights(terms: Sequence[str], documents: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return how much each term tells articles apart; a term of none as one of a few."""
    counts = Counter(term for words in documents for term in words.keys() & set(terms))
    return {t: log(1 + len(documents) / (counts[t] or 2)) for t in terms}


def _named_sections(
    document: Document, weights: Mapping[str, float]
) -> tuple[tuple[int, int], ...]:
    """Return the bounds of the sections whose headings have the most words that the title lacks."""
    title = set(terms_of(document.title))
    headings = find_blocks(document.blocks, "heading")
    scores = [sum(weights.get(t, 0.0) for t in set(terms_of(b.text)) - title) for b in headings]
    best = max(scores, default=0.0)
    if not best:
        return ()
    return tuple(
        section_bounds(document, headings, number)
        for number, score in enumerate(scores)
        if score == best
    )


def section_bounds(document: Document, headings: Sequence[Block], number: int) -> tuple[int, int]:
    """Return where a section begins, with its heading, and ends.

    Args:
        document: the article.
        headings: all of its headings, in order.
        number: which of them.
    """
    level = headings[number].level or 1
    after = (block.start for block in headings[number + 1 :] if (block.level or 1) <= level)
    return headings[number].start, next(after, len(document.text))


def name_of(document: Document) -> str:
    """Return all that an article is called: title, author, source, file name and day, in words."""
    day = document.published.date().isoformat() if document.published else None
    return _name(document.title, document.author, document.source, document.location, day)


def _name(
    title: str, author: str | None, source: str | None, place: str | None, day: str | None
) -> str:
    file = PurePosixPath(place or "").stem.replace("_", " ").replace("-", " ")
    return " ".join(part for part in (title, author, source, file, _day_words(day)) if part)


def _row_name(row: DocumentRow) -> str:
    day = row.published.date().isoformat() if row.published else None
    return _name(row.title, row.author, row.source, row.place, day)


def _day_words(day: str | None) -> str:
    """Return the words for a day in the languages of the list: "13 february februar 2024"."""
    if not day:
        return ""
    year, month, number = day.split("-")
    return f"{int(number)} {read_lines('months')[int(month) - 1]} {year}"


@cache
def _request_stems(language: str) -> frozenset[str]:
    """Return the stems of the words of requests, as a language has them."""
    with reading_in(language):
        return frozenset(terms_of(" ".join(read_words("summary/request_words"))))


def terms_of(text: str) -> list[str]:
    """Return the words of a text as stems, versions ("2.2") whole; each once, in order."""
    terms: dict[str, None] = {}
    for word in _TERM.findall(text.casefold()):
        for term in [word] if any(c.isdigit() for c in word) else content_stems(word):
            if len(term) > 1 or term.isdigit():
                terms[term] = None
    return list(terms)
