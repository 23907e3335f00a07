"""The sentences that stand in the cells of a comparison.

What two sources tell of one thing is told in like words: "a dividend of 1.20 crowns a share" here,
"a dividend of 2.75 crowns a share" there. So the sentences of two sides are chosen together, by how
well each fits what is compared and how alike they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sourcebook.index.documents.words import count_words
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.structure.context import context_at
from sourcebook.rag.language import ParsedSentence, content_stems
from sourcebook.rag.retrieval import Evidence

from .salience import is_prose
from .side_match import Side
from .subject import name_of, terms_of

_POOL, _POOL_WORTH = 24, 0.3
"""Sentences of each side that are compared with those of the other: so many, none much worse than
the best."""

_ALIKE = 2.5
"""What a cosine of 1 between the sentences of two sides counts, beside their z-scores."""

_AMOUNT, _MOST_AMOUNTS = 0.4, 2
"""What each amount adds to a sentence's score: what is compared is mostly one."""

_HEAD_OF_ROW = 0.8
"""What it adds to a row's score that all words of its first cell are among what is compared."""

_OF_ITS_OWN = 0.4
"""What it adds that the article is named after the side."""

NEAR, _RATHER_NEAR, _SHARED = 0.33, 0.25, 0.5
"""Cosine with what is compared of a sentence that has to do with it; where it has this share of its
words, a lower one."""

_OF_THE_YEAR = 0.8
"""What it adds that it is of the year that was asked about."""

_WORTH = 1.0
"""How much lower the score of a further pair of sentences may be."""

_NO_DIFFERENCE = 1.0
"""What it takes from a pair of sentences that their figures are the same, where the question asks
for all differences."""

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CLOSED = re.compile(r"[.!;)”\"]$")
_SENTENCE = 6
"""Words of a sentence without a full stop."""

_CLAUSE_NUMBER = re.compile(r"^(?:[A-ZÄÖÜ]{2,}\s+)*\W*\d+(?:\.\d+)*\W*\s")


def is_cell(evidence: Evidence) -> bool:
    """Return whether a sentence can tell something of a side: a row, or prose."""
    kind = evidence.block.kind if evidence.block else "paragraph"
    if kind in ("heading", "caption", "code"):
        return False
    is_whole = _CLOSED.search(evidence.text) or count_words(evidence.text) >= _SENTENCE
    return kind == "row" or (bool(is_whole) and is_prose(evidence))


def with_years(ranked: Sequence[Evidence], aspect: str) -> list[Evidence]:
    """Return the sentences, with a higher score those of a year that an aspect names: it stands in
    the sentence, or in the title or file name of its article.

    Args:
        ranked: with their scores.
        aspect: "the dividend of 2024".
    """
    years = set(_YEAR.findall(aspect))
    if not years:
        return list(ranked)
    return [replace(e, score=e.score + _OF_THE_YEAR * (_years_of(e) >= years)) for e in ranked]


def _years_of(evidence: Evidence) -> set[str]:
    document = evidence.document
    file = (document.location or "").rpartition("/")[2]
    return set(_YEAR.findall(f"{document.title} {file} {evidence.text}"))


def fit_score(evidence: Evidence, side: Side | None, aspect: str) -> float:
    """Return how well a sentence fits a cell.

    Args:
        evidence: with its score for what is compared.
        side: that it is for.
        aspect: what is compared.
    """
    text = _CLAUSE_NUMBER.sub("", evidence.text)
    claims = replace(evidence, text=text).sentence.claims_without_days
    amounts = sum(claim.is_number for claim in claims)
    score = evidence.score + _AMOUNT * min(amounts, _MOST_AMOUNTS)
    if evidence.block and evidence.block.kind == "row":
        head = next((cell.text for cell in evidence.block.children if cell.text), "")
        score += _HEAD_OF_ROW * bool(aspect and _is_part(head, aspect))
    if side is not None and side.words and side.share(name_of(evidence.document)) >= 1:
        score += _OF_ITS_OWN
    return score


def tells_of(evidence: Evidence, aspect: str) -> bool:
    """Return whether a sentence has something to do with what is compared.

    Args:
        evidence: with its similarity to it.
        aspect: what is compared.
    """
    stems = set(content_stems(aspect))
    above = context_at(evidence.document.blocks, evidence.start)
    text = " ".join([*above, evidence.context, evidence.text])
    has_words = ParsedSentence(text).stem_share(stems) >= _SHARED
    return evidence.similarity >= (_RATHER_NEAR if has_words else NEAR)


def choose_best(
    own: Sequence[Evidence], side: Side | None, aspect: str, most: int, worth: float = _WORTH
) -> list[Evidence]:
    """Return the best sentences of one side, none much worse than the first."""
    scored = sorted(((fit_score(e, side, aspect), e) for e in own), key=lambda pair: -pair[0])[
        :most
    ]
    return [e for score, e in scored if score >= scored[0][0] - worth]


def choose_together(
    own: Sequence[Sequence[Evidence]],
    sides: Sequence[Side],
    aspect: str,
    embedder: Embedder,
    *,
    most: int,
    worth: float = _WORTH,
) -> list[list[Evidence]]:
    """Return the sentences for one cell of each side, so that the first of each are about the same,
    and so on.

    Args:
        own: the sentences of each side, best first.
        sides: as many.
        aspect: what is compared.
        embedder: for the likeness of sentences.
        most: sentences of each side.
        worth: how much lower the score of a further one may be.
    """
    if len(sides) != 2 or not all(own):
        return [
            choose_best(items, side, aspect, most) for items, side in zip(own, sides, strict=True)
        ]
    left, right = (
        choose_best(items, side, aspect, _POOL, _POOL_WORTH + worth)
        for items, side in zip(own, sides, strict=True)
    )
    likeness = embedder.embed([e.text for e in left]) @ embedder.embed([e.text for e in right]).T
    value = _ALIKE * np.where(_same(left, right), -1.0, likeness)
    value += np.array([fit_score(e, sides[0], aspect) for e in left])[:, None]
    value += np.array([fit_score(e, sides[1], aspect) for e in right])[None, :]
    if worth > _WORTH:
        value -= _NO_DIFFERENCE * _same_figures(left, right)
    chosen: tuple[list[Evidence], list[Evidence]] = [], []
    least = float(value.max()) - 2 * worth
    while len(chosen[0]) < min(most, len(left), len(right)) and value.max() >= least:
        a, b = (int(n) for n in np.unravel_index(int(value.argmax()), value.shape))
        chosen[0].append(left[a])
        chosen[1].append(right[b])
        value[a, :] = value[:, b] = -np.inf
    return [list(items) for items in chosen]


def _is_part(head: str, aspect: str) -> bool:
    own = terms_of(head)
    return bool(own) and set(own) <= set(terms_of(aspect))


def _same(left: Sequence[Evidence], right: Sequence[Evidence]) -> NDArray[np.bool_]:
    """Return for each pair whether it is one sentence."""
    return np.array([[a.place == b.place for b in right] for a in left])


def _same_figures(left: Sequence[Evidence], right: Sequence[Evidence]) -> NDArray[np.bool_]:
    """Return for each pair whether both have the same figures, so that they tell no difference."""
    figures = [[_figures(e) for e in side] for side in (left, right)]
    return np.array([[a == b for b in figures[1]] for a in figures[0]])


def _figures(evidence: Evidence) -> list[str]:
    return _FIGURE.findall(_CLAUSE_NUMBER.sub("", evidence.text))
