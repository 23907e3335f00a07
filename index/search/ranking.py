"""Dense and BM25 rankings made one, within filters."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from sourcebook.index.documents.records import Hit
from sourcebook.index.documents.words import letter_pairs, space_words
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.store.contract import LibraryStore

from .filters import Filters, Mode
from .finder import VectorSearch, WordSearch
from .stop_words import stop_words_in

DENSE_WEIGHT = 0.6
"""Share of the dense score in the z-scored sum; the rest is BM25's. On 646 SQuAD paragraphs this
sum found the right one first for 82.8 % of the questions, dense alone for 66.6 %, BM25 alone for
79.6 %, reciprocal-rank fusion for 79.0 %."""

CANDIDATES = 100
"""How deep each ranking is read before they are made one."""

_WORD = re.compile(r"\w+")


def search(
    store: LibraryStore,
    word_index: WordSearch,
    index: VectorSearch,
    words: str,
    query: Vectors | None,
    *,
    k: int,
    mode: Mode,
    filters: Filters | None,
) -> list[Hit]:
    """Find the passages that fit some words best.

    Args:
        store: the library's database.
        word_index: the words of its passages.
        index: the vectors of its passages.
        words: a question or some words.
        query: their vector, shape (d,); None to rank by words alone.
        k: how many hits are returned at most.
        mode: which ranking, or both as one.
        filters: the documents to look among; by default all.

    Returns:
        Hits, the best first.

    Raises:
        LibraryDamaged, LibraryBusy, LibraryError: the database cannot be read.
    """
    condition = filters.condition() if filters else None
    allowed = store.keys(*condition) if condition else None
    depth = max(CANDIDATES, k)
    matches = word_index.match(content_words(words) if mode != "dense" else [])
    bm25: Mapping[int, float] = matches.best(depth, allowed)
    dense: Mapping[int, float] = {}
    if query is not None and mode != "bm25":
        dense = index.search(query, depth, allowed)
    if mode == "hybrid" and query is not None:
        only_words = [key for key in bm25 if key not in dense]
        only_meaning = [key for key in dense if key not in bm25]
        dense = {**dense, **index.scores(query, only_words)}
        bm25 = {**bm25, **matches.of(only_meaning)}
    ranked = _ranked(dense, bm25, mode)[:k]
    passages = store.passages_by_key([key for key, _ in ranked])
    return [
        Hit(
            passage=passages[key][1],
            document=passages[key][0],
            score=score,
            dense=dense.get(key),
            bm25=bm25.get(key, 0.0) if mode != "dense" else None,
        )
        for key, score in ranked
        if key in passages
    ]


def content_words(words: str, limit: int = 64) -> list[str]:
    """Return the words to match passages by, ``limit`` at most, each once, without the commonest
    unless all of them are."""
    words = words.casefold()
    terms = list(dict.fromkeys([*_WORD.findall(space_words(words)), *letter_pairs(words)]))
    common = stop_words_in(terms)
    return ([word for word in terms if word not in common] or terms)[:limit]


def weighted_z_scores(*rankings: tuple[float, Sequence[float]]) -> list[float]:
    """Return the weighted sum of z-scored rankings of the same candidates.

    z = (x - mean) / standard deviation over the candidates; a ranking without spread counts
    nothing. Linear combination of normalised scores: Fox and Shaw 1994 (CombSUM); z-scores after
    Montague and Aslam 2001.

    Args:
        rankings: pairs of a weight and the candidates' scores, in one order of the candidates.

    Returns:
        A score for each candidate, in that order.
    """
    return [
        sum(parts)
        for parts in zip(
            *([weight * z for z in _z_scores(scores)] for weight, scores in rankings), strict=True
        )
    ]


def _z_scores(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    array = np.asarray(values, float)
    spread = float(array.std())
    if spread < 1e-9:
        return [0.0] * len(values)
    return [float(z) for z in (array - array.mean()) / spread]


def _ranked(
    dense: Mapping[int, float], bm25: Mapping[int, float], mode: Mode
) -> list[tuple[int, float]]:
    """Keys with a score in [0, 1], best first; ties by key, so that a search repeats."""
    keys = list(dict.fromkeys([*dense, *bm25]))
    if mode == "dense":
        scores = [(dense[key] + 1) / 2 for key in keys]
    elif mode == "bm25":
        scores = [bm25[key] / (1 + bm25[key]) for key in keys]
    else:
        fused = weighted_z_scores(
            (DENSE_WEIGHT, [dense.get(key, 0.0) for key in keys]),
            (1 - DENSE_WEIGHT, [bm25.get(key, 0.0) for key in keys]),
        )
        scores = [1 / (1 + math.exp(-score)) for score in fused]
    limited = (min(1.0, max(0.0, score)) for score in scores)
    return sorted(zip(keys, limited, strict=True), key=lambda pair: (-pair[1], pair[0]))
