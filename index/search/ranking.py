"""Dense and BM25 rankings made one, within filters."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sourcebook.index.documents.records import Document, Hit, Passage
from sourcebook.index.documents.words import letter_pairs, space_words
from sourcebook.index.embedding.base import Vectors
from sourcebook.index.finding.diversity import diverse_order
from sourcebook.index.finding.fusion import (
    FINAL,
    FIRST,
    RankSignals,
    fuse,
    probability_of,
    weighted_z_scores,
)
from sourcebook.index.finding.nearness import holders_of, nearness
from sourcebook.index.finding.spelling import compound_words
from sourcebook.index.finding.twins import collapse_twins
from sourcebook.index.store.contract import LibraryStore

from .filters import Filters, Mode
from .finder import Finder, WordMatches
from .stop_words import stop_words_in

__all__ = ["content_words", "gather", "search", "weighted_z_scores"]

CANDIDATES = 100
"""How deep each ranking is read before they are made one, and how many of all are looked at more
closely."""

_WIDER = 3
"""Hits read for each one that is returned, where twins are made one or some are left out."""

_WORD = re.compile(r"\w+")


def search(
    store: LibraryStore,
    finder: Finder,
    words: str,
    query: Vectors | None,
    *,
    k: int,
    mode: Mode,
    filters: Filters | None,
    distinct: bool = False,
    diverse: bool = False,
) -> list[Hit]:
    """Find the passages that fit some words best.

    Args:
        store: the library's database.
        finder: searches it.
        words: a question or some words.
        query: their vector, shape (d,); None to rank by words alone.
        k: how many hits are returned at most.
        mode: which ranking, or both as one.
        filters: the documents to look among; by default all.
        distinct: make twins one hit (`collapse_twins`).
        diverse: leave out what is like better ones (`diverse_order`).

    Returns:
        Hits, the best first; diverse ones in the order in which they are taken.

    Raises:
        LibraryDamaged, LibraryBusy, LibraryError: the database cannot be read.
    """
    condition = filters.condition() if filters else None
    among = store.keys(*condition) if condition else None
    candidates = gather(
        finder, words, query if mode != "bm25" else None, depth=k, mode=mode, among=among
    )
    ranking = _rank(candidates, mode)[: k * _WIDER if distinct or diverse else k]
    passages = store.passages_by_key([signals.key for signals, _ in ranking])
    hits = [
        _hit(Candidate(signals, *passages[signals.key]), score, mode)
        for signals, score in ranking
        if signals.key in passages
    ]
    if distinct:
        hits = collapse_twins(hits, len(hits))
    if diverse and hits:
        keys = {passages[key][1].id: key for key in passages}
        vectors = finder.vectors().of([keys[hit.passage.id] for hit in hits])
        hits = [hits[at] for at in diverse_order([hit.score for hit in hits], vectors, k)]
    return hits[:k]


class Candidate(NamedTuple):
    """A passage that a search looks at closely, and what speaks for it."""

    signals: RankSignals
    document: Document
    passage: Passage


def read_candidates(
    store: LibraryStore,
    finder: Finder,
    words: str,
    query: Vectors | None,
    *,
    k: int,
    mode: Mode,
    filters: Filters | None,
) -> list[Candidate]:
    """Return the passages of which `search`, called alike, returns the best; in no order."""
    condition = filters.condition() if filters else None
    among = store.keys(*condition) if condition else None
    candidates = gather(finder, words, query, depth=k, mode=mode, among=among)
    passages = store.passages_by_key([signals.key for signals in candidates])
    return [Candidate(s, *passages[s.key]) for s in candidates if s.key in passages]


def rank_together(groups: Sequence[Sequence[Candidate]], mode: Mode) -> list[tuple[int, Hit]]:
    """Rank the candidates of several libraries as those of one.

    Args:
        groups: the candidates of each library, for the same words and with the same embedder.
        mode: that they were read for.

    Returns:
        The place of the library among ``groups``, and the hit; best first.
    """
    all_candidates = [
        (at, candidate)
        for at, group in enumerate(groups)
        for candidate in sorted(group, key=lambda candidate: candidate.signals.key)
    ]
    signals = [replace(c.signals, key=row) for row, (_, c) in enumerate(all_candidates)]
    ranking = [(*all_candidates[s.key], score) for s, score in _rank(signals, mode)]
    return [(at, _hit(candidate, score, mode)) for at, candidate, score in ranking]


def _hit(candidate: Candidate, score: float, mode: Mode) -> Hit:
    signals, document, passage = candidate
    return Hit(
        passage=passage,
        document=document,
        score=score,
        dense=signals.dense if mode != "bm25" else None,
        bm25=signals.bm25 if mode != "dense" else None,
        part=signals.part,
        near=signals.near if mode == "hybrid" else None,
        probability=probability_of(signals) if mode == "hybrid" else None,
    )


def gather(
    finder: Finder,
    words: str,
    query: Vectors | None,
    *,
    depth: int = CANDIDATES,
    mode: Mode = "hybrid",
    among: Collection[int] | None = None,
) -> list[RankSignals]:
    """Return the candidates of a search with all that speaks for them, in no order.

    Args:
        finder: searches the library.
        words: a question or some words.
        query: their vector, shape (d,); None to look for words alone.
        depth: how many candidates are needed; `CANDIDATES` are gathered at least.
        mode: for "hybrid" alone the parts and the texts of the best are read.
        among: keys of the passages to look among; by default all.
    """
    depth = max(CANDIDATES, depth)
    matches = finder.words.match(
        [*content_words(words), *compound_words(words)] if mode != "dense" else []
    )
    bm25: Mapping[int, float] = matches.best(depth, among)
    if query is None:
        return [RankSignals(key, 0.0, score) for key, score in bm25.items()]
    index = finder.vectors()
    dense = index.search(query, depth, among)
    if mode == "hybrid":
        only_words = [key for key in bm25 if key not in dense]
        only_meaning = [key for key in dense if key not in bm25]
        dense = {**dense, **index.scores(query, only_words)}
        bm25 = {**bm25, **matches.of(only_meaning)}
    keys = list(dict.fromkeys([*dense, *bm25]))
    candidates = [RankSignals(key, dense.get(key, 0.0), bm25.get(key, 0.0)) for key in keys]
    if mode != "hybrid":
        return candidates
    best = [signals for signals, _ in _by_score(candidates, fuse(candidates, FIRST))[:depth]]
    return _closely(finder, matches, query, best)


def _closely(
    finder: Finder, matches: WordMatches, query: Vectors, candidates: Sequence[RankSignals]
) -> list[RankSignals]:
    """The candidates with what their parts and their texts say."""
    keys = [signals.key for signals in candidates]
    holders = [signals.key for signals in candidates if signals.bm25 > 0]
    parts, places = finder.details(query, keys, holders)
    near = nearness(places, holders, matches.weights, matches.forms)
    codes = [term for term in matches.weights if " " in term and any(map(str.isdigit, term))]
    exact = holders_of(codes, places)
    return [
        RankSignals(s.key, s.dense, s.bm25, parts.get(s.key), near.get(s.key, 0.0), s.key in exact)
        for s in candidates
    ]


def content_words(words: str, limit: int = 64) -> list[str]:
    """Return the words to match passages by, ``limit`` at most, each once, without the commonest
    unless all of them are."""
    words = words.casefold()
    terms = list(dict.fromkeys([*_WORD.findall(space_words(words)), *letter_pairs(words)]))
    common = stop_words_in(terms)
    return ([word for word in terms if word not in common] or terms)[:limit]


def _rank(candidates: Sequence[RankSignals], mode: Mode) -> list[tuple[RankSignals, float]]:
    """The candidates with a score in [0, 1], best first."""
    if mode == "dense":
        scores = [(signals.dense + 1) / 2 for signals in candidates]
    elif mode == "bm25":
        scores = [signals.bm25 / (1 + signals.bm25) for signals in candidates]
    else:
        scores = [1 / (1 + math.exp(-score)) for score in fuse(candidates, FINAL)]
    return _by_score(candidates, [min(1.0, max(0.0, score)) for score in scores])


def _by_score(
    candidates: Sequence[RankSignals], scores: Sequence[float]
) -> list[tuple[RankSignals, float]]:
    """Best first; ties by key, so that a search repeats."""
    pairs = zip(candidates, scores, strict=True)
    return sorted(pairs, key=lambda pair: (-pair[1], pair[0].key))
