"""The sentences of a library that may state, or deny, what a statement says."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from sourcebook.index.documents.records import Document
from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.index.library import Library
from sourcebook.index.search.ranking import weighted_z_scores
from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.retrieval import Candidate, Evidence, bm25
from sourcebook.rag.retrieval.candidates import find_candidates

PASSAGES = 8
"""Passages that are looked through for one statement."""

SENTENCES, FEWEST, WORDS = 6, 3, 120
"""Sentences of them that are compared by meaning, at most; beyond the fewest only as many as have
so many words together: each word takes the embedder some time."""

_STATED, _UNLIKE = 0.6, 1 / 3
"""Where a sentence has this share of the words of a statement, those that have less than a third of
that are not compared."""


def find_sources(
    words: str, library: Library, embedder: Embedder, query: str | None = None
) -> list[Evidence]:
    """Return the sentences of a library that are nearest to a statement, best first.

    Args:
        words: of the statement.
        library: where it is looked for.
        embedder: one with the library's vectors.
        query: what is searched for; by default the words.

    Raises:
        LibraryError, ModelError: the library cannot be searched.
    """
    hits = library.search(query or words, PASSAGES, embedder=embedder)
    candidates = find_candidates(hits)
    if not candidates:
        return []
    likely = _likely(words, candidates, query or words)
    own, *vectors = embedder.embed([words, *(candidate.text for candidate in likely)])
    evidence = [
        _evidence(candidate, own, vector) for candidate, vector in zip(likely, vectors, strict=True)
    ]
    return sorted(evidence, key=lambda item: (-item.similarity, item.document.id, item.start))


def statement_evidence(words: str, before: str, vector: Vectors) -> Evidence:
    """Return a statement as a sentence of a text of its own, to be compared with others.

    Args:
        words: of the statement.
        before: the sentences before it.
        vector: of its words.
    """
    text = f"{before} {words}".lstrip()
    document = Document(id="", text=text, title="")
    start = len(text) - len(words)
    return Evidence(document, "", words, start, len(text), 1.0, 1.0, vector)


def _likely(words: str, candidates: Sequence[Candidate], query: str) -> list[Candidate]:
    """The sentences that are likely to be the nearest, by their words and their passage."""
    scores = weighted_z_scores(
        (0.5, bm25(words, [candidate.text for candidate in candidates])),
        (0.25, bm25(words, [candidate.with_sentence_before for candidate in candidates])),
        (0.25, [candidate.hit.score for candidate in candidates]),
    )
    order = sorted(range(len(candidates)), key=lambda row: -scores[row])
    stems = set(ParsedSentence(query).stems)
    likely = [candidates[row] for row in order[:SENTENCES]]
    parsed = [ParsedSentence(candidate.text) for candidate in likely]
    shares = [sentence.stem_share(stems) for sentence in parsed]
    best = max(range(len(shares)), key=lambda row: shares[row])
    least = _UNLIKE * shares[best] if shares[best] >= _STATED else 0.0
    # Who is named in another sentence only is a stranger to the best.
    unstated = stems - set(parsed[best].stems)
    likely = [
        each
        for each, share, sentence in zip(likely, shares, parsed, strict=True)
        if share >= least or unstated & set(sentence.stems)
    ]
    counts = accumulate(len(candidate.text.split()) for candidate in likely)
    return [
        candidate
        for number, (candidate, count) in enumerate(zip(likely, counts, strict=True))
        if number < FEWEST or count <= WORDS
    ]


def _evidence(candidate: Candidate, own: Vectors, vector: Vectors) -> Evidence:
    similarity = float(np.dot(own, vector))
    return Evidence(
        document=candidate.hit.document,
        passage_id=candidate.hit.passage.id,
        text=candidate.text,
        start=candidate.start,
        end=candidate.end,
        similarity=similarity,
        score=similarity,
        vector=vector,
        page=candidate.page,
        context=candidate.context,
        block=candidate.block,
    )
