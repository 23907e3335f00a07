"""The evidence for a question, by the product's own steps."""

from __future__ import annotations

from collections.abc import Sequence

from sourcebook.index import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.rag.retrieval import Evidence, embed_evidence
from sourcebook.rag.steps import ANSWER_STEPS


def evidence_for(question: str, hits: Sequence[Hit], embedder: Embedder) -> list[Evidence]:
    ranked = ANSWER_STEPS.rank_evidence(question, hits, embedder, None)
    return embed_evidence(ANSWER_STEPS.select_evidence(ranked), question, embedder)
