"""All sentences of an article as evidence, with their vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.index.library import Library
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.retrieval.candidates import find_candidates

_NOT_EMBEDDED: Vectors = np.zeros(0, np.float32)


def sentences_of(library: Library, document: Document) -> list[Evidence]:
    """Return the sentences of an article that tell something, in order, without vectors.

    Args:
        library: that has it.
        document: the article.

    Raises:
        LibraryError: it is no longer there.
    """
    hits = [Hit(passage, document, 0.0) for passage in library.passages(document.id)]
    return sentences_in(hits)


def sentences_in(hits: Sequence[Hit]) -> list[Evidence]:
    """Return the sentences of passages that tell something, without vectors."""
    return [
        Evidence(
            document=candidate.hit.document,
            passage_id=candidate.hit.passage.id,
            text=candidate.text,
            start=candidate.start,
            end=candidate.end,
            similarity=0.0,
            score=candidate.hit.score,
            vector=_NOT_EMBEDDED,
            page=candidate.page,
            context=candidate.context,
            block=candidate.block,
        )
        for candidate in find_candidates(hits)
    ]


def embed_sentences(
    sentences: Sequence[Evidence], topic: str, embedder: Embedder
) -> list[Evidence]:
    """Return the same sentences with their vectors and their similarity with a topic.

    Args:
        sentences: of any articles.
        topic: a question, a title, or words of both.
        embedder: makes the vectors.
    """
    if not sentences:
        return []
    query, *vectors = embedder.embed([topic, *(sentence.text for sentence in sentences)])
    return [
        replace(sentence, vector=vector, similarity=float(vector @ query))
        for sentence, vector in zip(sentences, vectors, strict=True)
    ]
