"""Passages that say the same in nearly the same words, made one hit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from sourcebook.index.documents.records import Hit

SHARE = 0.8
"""Of the runs of three words in the shorter of two passages, how many the other has too where they
are twins: an agency's report in two papers, a notice that stands in every manual."""

_WORD = re.compile(r"\w+")


def collapse_twins(hits: Iterable[Hit], k: int) -> list[Hit]:
    """Return the first of each group of twins, with the others named in it.

    Args:
        hits: the best first.
        k: how many are returned at most; twins are looked for in all.
    """
    distinct: list[Hit] = []
    runs: list[frozenset[tuple[str, ...]]] = []
    for hit in hits:
        own = _runs(hit.passage.text)
        twin = next((n for n, other in enumerate(runs) if _is_twin(own, other)), None)
        if twin is None:
            distinct.append(hit)
            runs.append(own)
        else:
            first = distinct[twin]
            distinct[twin] = replace(first, twins=(*first.twins, hit.passage))
    return distinct[:k]


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    length = min(3, len(words))
    return frozenset(tuple(words[n : n + length]) for n in range(len(words) - length + 1))


def _is_twin(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    fewer = min(len(one), len(other))
    return bool(fewer) and len(one & other) >= SHARE * fewer
