"""Retrieval measures of one question, from the ranks at which its gold quotes were found.

``ranks`` has one entry for each gold quote: the rank, from 1, of the first passage that holds it,
or None. No gold quote means no measure: callers leave such questions out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

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
    found = [rank for rank in ranks if rank is not None and rank <= k]
    return 1 / min(found) if found else 0.0


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
