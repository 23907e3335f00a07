"""Judges: rules or models that decide whether quotes support a claim; results name theirs."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.rag.language import ParsedSentence, content_stems, find_claims
from sourcebook.rag.llm.base import LanguageModel, Message

THRESHOLD = 0.65
"""The lexical score from which a claim counts as supported.

With it, on 157 CLAPnq questions, gold sentences support 96.5 % of the sentences of gold answers;
the other sentences of the passage support 3.5 %."""

_CACHE_SIZE = 4096
"""Vectors in the cache: quotes and sentences are judged several times."""


class Judge(Protocol):
    """Decides whether a premise supports a claim: same premise and claim, same verdict."""

    @property
    def name(self) -> str:
        """The name of the judge in results."""
        ...

    def entails(self, premise: str, claim: str) -> bool:
        """Whether a reader of ``premise`` alone would call ``claim`` true."""
        ...


class LexicalJudge:
    """A judge by rule: every number and name of the claim, and enough of its words and meaning.

    1. Each number and each name of the claim stands in the premise (``rag.language.claims``, the
       rule by which Sourcebook itself marks an answer as unsupported).
    2. The mean of two shares is at least THRESHOLD: content words of the claim (stemmed) that
       stand in the premise, and the cosine similarity of claim and premise.

    It cannot see a negation or who did what to whom; an entailment model, as ALCE (Gao et al. 2023)
    uses, can. Figures it made compare with each other, not with figures made by such a model.
    """

    def __init__(self, embedder: Embedder) -> None:
        self.name = f"lexical rule with {embedder.name.rsplit('/', 1)[-1]}"
        self._embedder = embedder
        self._vectors: dict[str, Vectors] = {}

    def entails(self, premise: str, claim: str) -> bool:
        if not claim.strip() or not all(map(ParsedSentence(premise).states, find_claims(claim))):
            return False
        return self.score(premise, claim) >= THRESHOLD

    def score(self, premise: str, claim: str) -> float:
        """The mean of word containment and cosine similarity, in [0, 1]."""
        words = set(content_stems(claim))
        contained = len(words & set(content_stems(premise))) / len(words) if words else 1.0
        cosine = float(self._vector(premise) @ self._vector(claim))
        return (contained + max(0.0, cosine)) / 2

    def _vector(self, text: str) -> Vectors:
        if text not in self._vectors:
            if len(self._vectors) >= _CACHE_SIZE:
                self._vectors.clear()
            self._vectors[text] = np.asarray(self._embedder.embed([text])[0])
        return self._vectors[text]


class ModelJudge:
    """The language model as judge: it is asked for Yes or No, and the odds decide."""

    def __init__(self, model: LanguageModel) -> None:
        self.name = f"language model {model.name}"
        self._model = model

    def entails(self, premise: str, claim: str) -> bool:
        prompt = (
            Message("system", "You check claims against a text. Reply with Yes or No only."),
            Message(
                "user",
                f"Text:\n{premise}\n\nClaim:\n{claim}\n\n"
                "Does the text state everything the claim says? Yes or No?",
            ),
        )
        return self._model.yes_log_odds(prompt) > 0
