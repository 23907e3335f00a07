"""Which other documents say what a cited sentence says: "also reported by 2".

Evidence holds each wording once, so that the model reads it once; here the documents that share a
wording, or say the same in other words, are found again in the passages that search gave.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.rag.answer import OtherSource
from sourcebook.rag.language import Bound, ParsedSentence
from sourcebook.rag.language.time import day_of
from sourcebook.rag.retrieval import Candidate, Evidence, passage_candidates

from .claim_set import ClaimSet, extract_claims, states_claim
from .contradiction import find_contradiction

SAME_CLAIMS_COSINE = 0.8
"""Cosine from which two sentences that state the same numbers and names say the same."""

NO_CLAIMS_COSINE = 0.9
"""The same where there is no number, day or name to compare."""

MAX_REPORTS = 9
"""Documents named beside one citation."""


@dataclass(frozen=True)
class _Candidate:
    place: Candidate

    @property
    def hit(self) -> Hit:
        return self.place.hit

    @property
    def text(self) -> str:
        return self.place.text

    @cached_property
    def sentence(self) -> ParsedSentence:
        return ParsedSentence(self.text, day_of(self.hit.document.published))

    def source(self) -> OtherSource:
        place = self.place
        return OtherSource(
            place.hit.document,
            place.hit.passage.id,
            place.text,
            place.start,
            place.end,
            place.page,
        )


class CorroborationFinder:
    """The sentences of the passages found, to be asked which of them say the same as a source."""

    def __init__(self, hits: Sequence[Hit], embedder: Embedder) -> None:
        self._embedder = embedder
        self._candidates = [_Candidate(place) for hit in hits for place in passage_candidates(hit)]
        self._vectors: Vectors | None = None

    def find(
        self, source: Evidence, sentence: ParsedSentence, cited: Collection[str]
    ) -> tuple[OtherSource, ...]:
        """Return sentences of other documents that say what a source says for a sentence.

        One a document, the nearest (by cosine) first, at most ``MAX_REPORTS``. The same article
        once more (the same text from the same place of publication) is no other report.

        Args:
            source: what the sentence cites.
            sentence: of the answer.
            cited: ids of the documents that it cites already.
        """
        candidates = [
            (row, candidate)
            for row, candidate in enumerate(self._candidates)
            if candidate.hit.document.id not in cited and not _is_copy(candidate.hit, source)
        ]
        if not candidates:
            return ()
        if self._vectors is None:
            self._vectors = self._embedder.embed([candidate.text for candidate in self._candidates])
        cosines = (self._vectors @ source.vector).tolist()
        claims = _shared_claims(sentence, source)
        matches: dict[str, _Candidate] = {}
        for row, candidate in sorted(candidates, key=lambda pair: -cosines[pair[0]]):
            if candidate.hit.document.id not in matches and _is_corroborating(
                candidate, source, sentence, claims, cosines[row]
            ):
                matches[candidate.hit.document.id] = candidate
        return tuple(candidate.source() for candidate in list(matches.values())[:MAX_REPORTS])


def _shared_claims(sentence: ParsedSentence, source: Evidence) -> ClaimSet:
    """What the answer sentence claims and this source states."""
    claims = extract_claims(sentence)
    shared = [c for c in claims.claims if states_claim(c, claims.days, source.sentence)]
    return ClaimSet(tuple(shared), claims.days)


def _is_corroborating(
    candidate: _Candidate,
    source: Evidence,
    sentence: ParsedSentence,
    claims: ClaimSet,
    cosine: float,
) -> bool:
    if _normalized(candidate.text) == _normalized(source.text):
        return True
    if cosine < (SAME_CLAIMS_COSINE if claims.claims else NO_CLAIMS_COSINE):
        return False
    return (
        all(states_claim(claim, claims.days, candidate.sentence) for claim in claims.claims)
        and not find_contradiction(sentence, candidate.sentence)
        and not find_contradiction(source.sentence, candidate.sentence)
        and not _bounds_differ(source.sentence, candidate.sentence)
    )


def _bounds_differ(one: ParsedSentence, other: ParsedSentence) -> bool:
    """Whether "nearly 100,000" stands against "more than 100,000"."""
    shared = one.bounds.keys() & other.bounds.keys()
    return any({one.bounds[n], other.bounds[n]} == {Bound.BELOW, Bound.ABOVE} for n in shared)


def _is_copy(hit: Hit, source: Evidence) -> bool:
    one, other = hit.document, source.document
    same_text = bool(one.content_hash) and one.content_hash == other.content_hash
    return same_text and one.source == other.source


def _normalized(text: str) -> str:
    return " ".join(text.casefold().split())
