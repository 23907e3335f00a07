"""The order of sections for a question: by words, by meaning, by what their headings promise."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.search.ranking import weighted_z_scores

from .bm25_scores import bm25
from .sections import Extract, Section, find_sections

EMBEDDED = 12
"""Sections that are compared by meaning: the best by their words and their passages."""

EMBEDDED_EXTRACTS = 16
"""The same of extracts."""

_TEXT = 400
"""Characters of a section that its meaning is taken from."""

_OF_ARTICLE = 0.3
"""Share that the best section of an article lends to the others."""

_SAME, _OTHER = 0.7, 1.5
"""What a section gains whose headings have the question's number ("for 12", "2.x" for 2.2), and
loses when they have another in its place."""

_NUMBER = re.compile(
    r"(?<![\w.,])(?:([^\W\d_]{2,})\s+)?v?(\d+(?:\.(?:\d+|x))*)(?![\w%]|[.,]\d)", re.I
)

_SECTION_NUMBER = re.compile(r"^\W*\d[\d.]*[.)]?\s+(?=[^\W\d])")


@dataclass(frozen=True, slots=True)
class RankedSection:
    """A section and how well it fits the question; scores compare within one question.

    ``similarity`` is the cosine of the question and the section's headings and beginning.
    """

    section: Section
    score: float
    similarity: float


def rank_sections(
    question: str,
    hits: Sequence[Hit],
    embedder: Embedder,
    *,
    bonus: Callable[[Section], float] | None = None,
    prefer: Callable[[Document, str], float] | None = None,
) -> list[RankedSection]:
    """Return the sections that the passages lie in, best first.

    Args:
        question: the stand-alone one.
        hits: the passages.
        embedder: for the nearness of sections and question.
        bonus: the gain of a section for what it is made of, in units of the fused z-scores.
        prefer: the gain of a document for its date.
    """
    sections = find_sections(hits)
    if not sections:
        return []
    words = bm25(question, [section.text for section in sections])
    passages = [section.score for section in sections]
    gains = [bonus(section) if bonus else 0.0 for section in sections]
    first = weighted_z_scores((0.5, words), (0.5, passages))
    rough = [score + gain for score, gain in zip(first, gains, strict=True)]
    likely = sorted(range(len(sections)), key=lambda row: -rough[row])[:EMBEDDED]
    query, *vectors = embedder.embed(
        [
            question,
            *(sections[row].text[:_TEXT] for row in likely),
            *(sections[row].heading_text for row in likely),
        ]
    )
    cosines = [float(vector @ query) for vector in vectors]
    scores = weighted_z_scores(
        (0.3, [words[row] for row in likely]),
        (0.4, cosines[: len(likely)]),
        (0.2, [passages[row] for row in likely]),
        (0.2, cosines[len(likely) :]),
    )
    best: dict[str, float] = {}
    for row, score in zip(likely, scores, strict=True):
        best[sections[row].document.id] = max(score, best.get(sections[row].document.id, score))
    ranked = [
        RankedSection(
            section := sections[row],
            score
            + gains[row]
            + _OF_ARTICLE * best[section.document.id]
            + fit_numbers(question, (section.document.title, *section.headings))
            + (prefer(section.document, section.heading_text) if prefer else 0.0),
            cosine,
        )
        for row, score, cosine in zip(likely, scores, cosines[: len(likely)], strict=True)
    ]
    return sorted(ranked, key=lambda item: -item.score)


def fit_numbers(question: str, headings: Sequence[str]) -> float:
    """Return what a section gains or loses by the numbers in its headings: a version, or a number
    after the same word as in the question.

    Args:
        question: the stand-alone one.
        headings: the title and the headings; the number of a section before its words is none.
    """
    numbers = _numbers(question)
    comparable = [
        any(_is_same(number, other) for other in same_sort)
        for heading in headings
        for word, number in _numbers(_SECTION_NUMBER.sub("", heading))
        if (
            same_sort := [
                other
                for before, other in numbers
                if (word and before == word) or ("." in number and "." in other)
            ]
        )
    ]
    if not comparable:
        return 0.0
    return _SAME if any(comparable) else -_OTHER


def _numbers(text: str) -> list[tuple[str, str]]:
    return [((m[1] or "").casefold(), m[2].casefold()) for m in _NUMBER.finditer(text)]


def _is_same(number: str, other: str) -> bool:
    """Whether two numbers are one, "x" standing for any part of a version."""
    pairs = zip(number.split("."), other.split("."), strict=False)
    return all(a == b or "x" in (a, b) for a, b in pairs)


@dataclass(frozen=True, slots=True)
class RankedExtract:
    """An extract, the section that it stands in, and how well it fits the question.

    ``similarity`` is the cosine of the question and the extract under its headings.
    """

    section: Section
    extract: Extract
    score: float
    similarity: float


def rank_extracts(
    question: str,
    hits: Sequence[Hit],
    embedder: Embedder,
    *,
    gain: Callable[[Section, Extract], float],
) -> list[RankedExtract]:
    """Return the extracts of the sections that the passages lie in, best first.

    Args:
        question: the stand-alone one.
        hits: the passages.
        embedder: for the nearness of extracts and question.
        gain: what an extract gains for what it is, in units of the fused z-scores.
    """
    pairs = [(section, one) for section in find_sections(hits) for one in section.extracts]
    if not pairs:
        return []
    texts = [f"{section.heading_text}: {one.text[:_TEXT]}" for section, one in pairs]
    words = bm25(question, texts)
    passages = [section.score for section, _ in pairs]
    gains = [gain(section, one) for section, one in pairs]
    first = weighted_z_scores((0.6, words), (0.4, passages))
    likely = sorted(range(len(pairs)), key=lambda row: -first[row] - gains[row])[:EMBEDDED_EXTRACTS]
    query, *vectors = embedder.embed([question, *(texts[row] for row in likely)])
    cosines = [float(vector @ query) for vector in vectors]
    scores = weighted_z_scores(
        (0.3, [words[row] for row in likely]),
        (0.6, cosines),
        (0.1, [passages[row] for row in likely]),
    )
    ranked = [
        RankedExtract(*pairs[row], score + gains[row], cosine)
        for row, score, cosine in zip(likely, scores, cosines, strict=True)
    ]
    return sorted(ranked, key=lambda item: -item.score)
