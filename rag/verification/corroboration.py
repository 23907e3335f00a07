"""Which other documents say what a cited sentence says: "also reported by 2".

Evidence holds each wording once, so that the model reads it once; here the documents that share a
wording, or say the same in other words, are found again in the passages that search gave.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Hit
from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.embedding.base import Embedder, Vectors
from sourcebook.rag.answer import OtherSource
from sourcebook.rag.language.claims import find_numbers
from sourcebook.rag.retrieval.evidence import SHORTEST, Evidence

from .claim_set import ClaimSet, extract_claims, states_claim
from .contradiction import find_contradiction

SAME_CLAIMS_COSINE = 0.8
"""Cosine from which two sentences that state the same numbers and names say the same."""

NO_CLAIMS_COSINE = 0.9
"""The same where there is no number, day or name to compare."""

MAX_REPORTS = 9
"""Documents named beside one citation."""

_BELOW = re.compile(r"\b(nearly|almost|under|below|less than|fewer than|up to|at most)\W*$", re.I)
_ABOVE = re.compile(r"\b(more than|over|above|at least|exceed\w*|upwards? of)\W*$", re.I)


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    text: str
    start: int

    def source(self) -> OtherSource:
        hit = self.hit
        end = self.start + len(self.text)
        return OtherSource(hit.document, hit.passage.id, self.text, self.start, end, hit.passage.page)


class CorroborationFinder:
    """The sentences of the passages found, to be asked which of them say the same as a source."""

    def __init__(self, hits: Sequence[Hit], embedder: Embedder) -> None:
        self._embedder = embedder
        self._sayings = [
            _Candidate(hit, hit.passage.text[start:end], hit.passage.start + start)
            for hit in hits
            for start, end in sentence_spans(hit.passage.text)
            if len(hit.passage.text[start:end].split()) >= SHORTEST
        ]
        self._vectors: Vectors | None = None

    def of(self, source: Evidence, sentence: str, cited: Collection[str]) -> tuple[OtherSource, ...]:
        """Sentences of documents other than ``cited``, one a document, that say what ``source``
        says for ``sentence``; ``MOST`` at most, the nearest (by cosine) first.

        The same article once more (the same text from the same place of publication) is no other
        report.
        """
        others = [
            (row, saying)
            for row, saying in enumerate(self._sayings)
            if saying.hit.document.id not in cited and not _is_copy(saying.hit, source)
        ]
        if not others:
            return ()
        if self._vectors is None:
            self._vectors = self._embedder.embed([saying.text for saying in self._sayings])
        cosines = (self._vectors @ source.vector).tolist()
        wanted = _shared_claims(sentence, source)
        found: dict[str, _Candidate] = {}
        for row, saying in sorted(others, key=lambda pair: -cosines[pair[0]]):
            if saying.hit.document.id not in found and _is_corroborating(
                saying, source, sentence, wanted, cosines[row]
            ):
                found[saying.hit.document.id] = saying
        return tuple(saying.source() for saying in list(found.values())[:MAX_REPORTS])


def _shared_claims(sentence: str, source: Evidence) -> ClaimSet:
    """What the answer sentence claims and this source states."""
    claimed = extract_claims(sentence)
    published = source.document.published
    kept = [c for c in claimed.claims if states_claim(c, claimed.days, source.text, published)]
    return ClaimSet(tuple(kept), claimed.days)


def _is_corroborating(
    saying: _Candidate, source: Evidence, sentence: str, wanted: ClaimSet, cosine: float
) -> bool:
    if _normalized(saying.text) == _normalized(source.text):
        return True
    if cosine < (SAME_CLAIMS_COSINE if wanted.claims else NO_CLAIMS_COSINE):
        return False
    published = saying.hit.document.published
    return (
        all(states_claim(claim, wanted.days, saying.text, published) for claim in wanted.claims)
        and not find_contradiction(sentence, saying.text)
        and not find_contradiction(source.text, saying.text)
        and not _bounds_differ(source.text, saying.text)
    )


def _bounds_differ(one: str, other: str) -> bool:
    """Whether "nearly 100,000" stands against "more than 100,000"."""
    mine, theirs = _bounds(one), _bounds(other)
    return any(mine[key] != theirs[key] for key in mine.keys() & theirs.keys())


def _bounds(text: str) -> dict[str, str]:
    """For each number with a bound in front of it, which side it lies on."""
    bounds: dict[str, str] = {}
    for number in find_numbers(text):
        before = text.partition(number.text)[0]
        side = "below" if _BELOW.search(before) else "above" if _ABOVE.search(before) else ""
        if side:
            bounds[number.key] = side
    return bounds


def _is_copy(hit: Hit, source: Evidence) -> bool:
    one, other = hit.document, source.document
    same_text = bool(one.content_hash) and one.content_hash == other.content_hash
    return same_text and one.source == other.source


def _normalized(text: str) -> str:
    return " ".join(text.casefold().split())
