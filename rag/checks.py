"""What is checked around a draft, whatever the model did: its odds, its words, its sources."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..index.documents import Hit
from ..index.embedding import Embedder
from ..index.errors import DocumentNotFound, GenerationFailed
from ..index.library import Library
from .citations import Verified, verify
from .drafts import clean_draft
from .evidence import Evidence
from .llm import LanguageModel


def check_odds(log_odds: float, model: LanguageModel) -> None:
    """Raises GenerationFailed when a model's odds are no number."""
    if not math.isfinite(log_odds):
        raise GenerationFailed(
            f"{model.name} gave {log_odds} as its odds: its file or its settings are not usable; "
            "see `sourcebook doctor`"
        )


def addresses(evidence: Sequence[Evidence]) -> set[str]:
    """The URLs of the documents that evidence is from."""
    return {item.document.url for item in evidence if item.document.url}


def verify_written(
    written: str,
    question: str,
    evidence: Sequence[Evidence],
    hits: Sequence[Hit],
    embedder: Embedder,
) -> tuple[str, Verified]:
    """What the model wrote, without markup and foreign links, and verified.

    An address may stay only when it is that of a document which is cited.
    """
    urls = addresses(evidence)
    while True:
        draft = clean_draft(written, urls)
        verified = verify(draft, question, evidence, embedder, hits)
        cited = {c.document.url for c in verified.citations if c.document.url}
        if not any(url in draft for url in urls - cited):
            return draft, verified
        urls &= cited


def is_gone(verified: Verified, library: Library) -> bool:
    """Whether a cited document is no longer in the library."""
    try:
        for citation in verified.citations:
            library.document(citation.document.id)
    except DocumentNotFound:
        return True
    return False
