"""The rank of every sentence of the passages.

A sentence is ranked in two forms: alone, and after the title of its article and the sentence before
it, which often has the name behind "he" or "the forum". Each form has a score by meaning (cosine)
and one by words (BM25 over the candidates, on stems). Their z-scores are added, with a small share
of the passage's own score.

On the 52 answerable questions of the bundled set, with the real embedder, a sentence that holds the
answer is the first for 58 % and among the first 5 for 90 %; with the sentence alone and after the
title only, for 54 % and 83 %.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.index.search.ranking import weighted_z_scores

from .bm25_scores import bm25
from .candidates import find_candidates
from .evidence import Evidence

EMBEDDED_ALONE, EMBEDDED_IN_CONTEXT = 24, 16
"""Number of sentences to embed: the best by their words and their passage's score, and of these the
best once more after their title. Of 1,567 questions (the bundled
set, 60 over five articles, SQuAD, CLAPnq) the evidence held more of the answer for 6 and less for 2
than with all of some 40 alone, and a sixth less was embedded; with 24 and 12 more for 6 and less
for 5."""


def rank_by_preference(
    question: str,
    hits: Sequence[Hit],
    embedder: Embedder,
    prefer: Callable[[Document, str], float] | None = None,
) -> list[Evidence]:
    """Return every sentence of the passages, best first.

    Args:
        question: the stand-alone one.
        hits: the passages.
        embedder: for the nearness of sentences and question.
        prefer: the gain of a sentence of a document, in units of the fused z-scores.
    """
    candidates = rank_sentences(question, hits, embedder)
    if prefer:
        rescored = [replace(c, score=c.score + prefer(c.document, c.text)) for c in candidates]
        candidates = sorted(rescored, key=lambda item: -item.score)
    return candidates


def rank_sentences(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[Evidence]:
    """Return every sentence of the passages of ``hits``, once, best first.

    All are ranked by their words, the best EMBEDDED_ALONE of them by meaning too, and the best
    EMBEDDED_IN_CONTEXT of these once more after the sentence before them. The others get the lowest
    value of those: they stay, with an empty vector.
    """
    candidates = find_candidates(hits)
    if not candidates:
        return []
    other_scores = (
        (0.2, bm25(question, [c.text for c in candidates])),
        (0.2, bm25(question, [c.with_sentence_before for c in candidates])),
        (0.2, [c.hit.score for c in candidates]),
    )
    likely = _best(weighted_z_scores(*other_scores))[:EMBEDDED_ALONE]
    query, *embeddings = embedder.embed([question, *(candidates[row].text for row in likely)])
    vectors = dict(zip(likely, embeddings, strict=True))
    cosine = _fill(len(candidates), {row: float(v @ query) for row, v in vectors.items()})
    order = _best(weighted_z_scores((0.6, cosine), *other_scores))
    nearest = [row for row in order if row in vectors][:EMBEDDED_IN_CONTEXT]
    titled = embedder.embed(
        [
            f"{candidates[row].hit.document.title}: {candidates[row].with_sentence_before}"
            for row in nearest
        ]
    )
    in_context = dict(zip(nearest, (titled @ query).tolist(), strict=True))
    with_title = _fill(len(candidates), in_context)
    scores = weighted_z_scores((0.3, cosine), (0.3, with_title), *other_scores)
    ranked = [
        Evidence(
            document=c.hit.document,
            passage_id=c.hit.passage.id,
            text=c.text,
            start=c.start,
            end=c.end,
            similarity=cosine[row],
            score=scores[row],
            vector=vectors.get(row, _NOT_EMBEDDED),
            page=c.page,
            context=c.context,
            block=c.block,
        )
        for row, c in enumerate(candidates)
    ]
    return sorted(ranked, key=lambda item: (-item.score, item.document.id, item.start))


def embed_evidence(
    evidence: Sequence[Evidence], question: str, embedder: Embedder
) -> list[Evidence]:
    """Return the same sentences, each with its vector and its similarity with the question.

    Args:
        evidence: sentences, some of them not embedded yet.
        question: the stand-alone one.
        embedder: the one that the others were embedded with.
    """
    missing = [item for item in evidence if not item.vector.size]
    if not missing:
        return list(evidence)
    query, *embeddings = embedder.embed([question, *(item.text for item in missing)])
    vectors = iter(embeddings)
    return [
        item
        if item.vector.size
        else replace(item, vector=(vector := next(vectors)), similarity=float(vector @ query))
        for item in evidence
    ]


_NOT_EMBEDDED: Vectors = np.zeros(0, np.float32)


def _best(scores: Sequence[float]) -> list[int]:
    """Return the rows by their scores, best first."""
    return sorted(range(len(scores)), key=lambda row: -scores[row])


def _fill(count: int, values: Mapping[int, float]) -> list[float]:
    """Return the value of each row; the lowest for a row without one."""
    lowest = min(values.values())
    return [values.get(row, lowest) for row in range(count)]
