"""The measures of a ranking, from the ranks at which it holds the gold quotes (None: nowhere)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from .measure import Measure

Ranks = Sequence[int | None]


def hit_at(ranks: Ranks, k: int) -> float:
    """1 when at least one gold quote stands in the first ``k`` passages, else 0.

    Called success@k in TREC; top-k accuracy in Karpukhin et al. 2020 (DPR).
    """
    return float(any(rank is not None and rank <= k for rank in ranks))


def recall_at(ranks: Ranks, k: int) -> float:
    """Share of the gold quotes that stand in the first ``k`` passages.

    Manning, Raghavan and Schütze 2008, section 8.3, cut off at ``k``.
    """
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def reciprocal_rank_at(ranks: Ranks, k: int = 10) -> float:
    """One over the rank of the first gold passage, 0 when it is not in the first ``k``.

    Voorhees 1999 (TREC-8 question answering); its mean over questions is MRR@k.
    """
    hits = [rank for rank in ranks if rank is not None and rank <= k]
    return 1 / min(hits) if hits else 0.0


def ndcg_at(ranks: Ranks, k: int = 10) -> float:
    """Discounted cumulative gain over its best possible value.

    Järvelin and Kekäläinen 2002, with binary gains and the discount 1/log2(rank + 1). A passage
    that holds several gold quotes gains once; the best ranking has one passage for each quote that
    was not found and for each different passage that was.
    """
    gains = {rank for rank in ranks if rank is not None}
    ideal = len(gains) + sum(rank is None for rank in ranks)
    best = sum(1 / math.log2(n + 1) for n in range(1, min(ideal, k) + 1))
    return sum(1 / math.log2(rank + 1) for rank in gains if rank <= k) / best


RANKINGS: dict[str, tuple[str, Callable[[Ranks], float], bool]] = {
    "hit@1": ("Gold passage first", lambda r: hit_at(r, 1), True),
    "hit@5": ("Gold passage in the first 5", lambda r: hit_at(r, 5), True),
    "recall@5": ("Recall at 5", lambda r: recall_at(r, 5), False),
    "recall@10": ("Recall at 10", lambda r: recall_at(r, 10), False),
    "mrr@10": ("Mean reciprocal rank at 10", reciprocal_rank_at, False),
    "ndcg@10": ("nDCG at 10", ndcg_at, False),
}
"""By name: the title, the score of one question's ranks, and whether that is 0 or 1."""


def column(mode: str, name: str) -> str:
    """Return the name of a retrieval column: hybrid search, the normal one, has no prefix."""
    return name if mode == "hybrid" else f"{mode}.{name}"


MEASURES: tuple[Measure, ...] = tuple(
    Measure(
        column(mode, name),
        f"{title}{suffix}",
        "Retrieval",
        (column(mode, name),),
        yes_no=yes_no,
        gated=mode == "hybrid",
    )
    for mode, suffix in (("hybrid", ""), ("dense", ", dense alone"), ("bm25", ", BM25 alone"))
    for name, (title, _, yes_no) in RANKINGS.items()
)
