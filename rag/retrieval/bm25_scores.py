"""The BM25 score of a few texts for a query."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from sourcebook.rag.language import content_stems

_K1, _B = 1.2, 0.75


def bm25(query: str, texts: Sequence[str]) -> list[float]:
    """Return the BM25 score of each text for a query, over the stems of content words.

    Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", with Lucene's
    idf = log(1 + (N - n + 0.5) / (n + 0.5)), k1 = 1.2, b = 0.75.

    Args:
        query: its words.
        texts: all that are compared; N counts them.
    """
    stems = [content_stems(text) for text in texts]
    counts = [Counter(s) for s in stems]
    containing = Counter(stem for count in counts for stem in count)
    mean = float(np.mean([len(s) for s in stems])) if stems else 0.0
    scores: list[float] = []
    for count, words in zip(counts, stems, strict=True):
        total = 0.0
        for stem in set(content_stems(query)):
            if frequency := count[stem]:
                n = containing[stem]
                idf = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
                norm = _K1 * (1 - _B + _B * len(words) / mean)
                total += idf * frequency * (_K1 + 1) / (frequency + norm)
        scores.append(total)
    return scores
