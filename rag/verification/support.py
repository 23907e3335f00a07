"""Which sources carry one sentence of an answer, and what of it none of them states.

The sentence is compared with every sentence that was found: by meaning (cosine of their embeddings)
and by words (share of its content words that stand there). The best one is taken; others are added
only to cover numbers, days and names that the best one does not state, or, from the same article,
much of what it leaves unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.rag.language.claims import Claim, states
from sourcebook.rag.language.stems import content_stems, stem_share
from sourcebook.rag.prompting.prompts import format_heading
from sourcebook.rag.retrieval.evidence import Evidence

from .attribution import Additions, claims_about_another_subject, is_same_unit, surroundings
from .claim_set import ClaimSet, extract_claims, names_any_day, states_claim
from .contradiction import find_baseless_denial, find_contradiction
from .corroboration import CorroborationFinder
from .coverage import SUBJECT_SHARE, Candidates

SUPPORTED_FROM = 0.5
"""Support below this marks a sentence as unsupported. One whose number or day a source states, of
the same thing, has it at least: a short sentence may be carried by a long one that it hardly
resembles."""

_SAME_SUBJECT = 0.55
"""Cosine from which a sentence vouches for numbers whatever its words."""

_HEADING_SHARE = 0.6
"""Share of a sentence's words from which a heading says the same."""

_YEAR = re.compile(r"#(1\d|20)\d\d")

_CONTRARY = 0.25
"""What a source loses in the choice when it says the contrary of the sentence."""


@dataclass(frozen=True, slots=True)
class Support:
    """Sources of a sentence, best first; its words that stand in none; how well it is carried.

    ``contrary``: words of a source that say the opposite, when one does.
    """

    sources: tuple[Evidence, ...]
    missing: tuple[str, ...]
    support: float
    contrary: str | None = None


def is_supported(support: Support) -> bool:
    """Whether the sources state all of the sentence and resemble it enough."""
    return not support.missing and not support.contrary and support.support >= SUPPORTED_FROM


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one sentence against its sources; an ablation replaces one of them."""

    find_contradiction: Callable[[str, str, str], str | None] = find_contradiction
    find_baseless_denial: Callable[[str, str], str | None] = find_baseless_denial
    find_misattributed: Callable[
        [str, str, Additions, Candidates, Sequence[Evidence]], list[Claim]
    ] = claims_about_another_subject
    cover_claims: Callable[
        [Candidates, Sequence[int], Sequence[Claim]], tuple[list[int], list[Claim]]
    ] = Candidates.cover
    cover_words: Callable[[Candidates, Sequence[int], set[str]], list[int]] = Candidates.cover_words
    is_supported: Callable[[Support], bool] = is_supported
    corroborate: Callable[[Sequence[Hit], Embedder], CorroborationFinder] = CorroborationFinder


CHECKS = Checks()
"""The checks of the product."""


def find_support(
    sentence: str,
    matching: str,
    question: str,
    evidence: Sequence[Evidence],
    similarities: Sequence[float],
    *,
    checks: Checks = CHECKS,
) -> Support:
    """What carries ``sentence``; ``matching`` is it in the form its words are compared in.

    What the sentence repeats from the question is not its own claim: it helps to choose the source
    and need not stand there. ``similarities``: its cosine with each of ``evidence``.
    """
    required = extract_claims(sentence)
    if not evidence:
        return Support((), tuple(claim.text for claim in required.claims), 0.0)
    stems = set(content_stems(matching))
    overlap = [stem_share(stems, source.text) for source in evidence]
    stated = _claims_by_source(sentence, required, stems, evidence, similarities)
    opposed = [checks.find_contradiction(sentence, source.text, question) for source in evidence]
    given = extract_claims(question)
    new = [
        claim
        for claim in required.claims
        # Questions are typed in small letters: "sirens" names the Sirens of the answer.
        if not given.repeats(claim, required) and (claim.is_number or not states(question, claim))
    ]
    # A number says more of where a sentence comes from than the names around it.
    exact = [claim for claim in new if claim.is_number or required.is_full_day(claim)]
    telling = exact or new or required.claims

    def worth(index: int) -> float:
        carried = sum(c in stated[index] for c in telling) / len(telling) if telling else 0.0
        penalty = _CONTRARY if opposed[index] else 0.0
        return (max(0.0, similarities[index]) + overlap[index]) / 2 + carried - penalty

    best = max(range(len(evidence)), key=worth)
    candidates = Candidates(evidence, stated, overlap)
    chosen, missing = checks.cover_claims(candidates, [best], candidates.unsaid(new, [best]))
    chosen = checks.cover_words(candidates, chosen, stems)
    # "The Sirens are the three women" needs the sentence that calls them Sirens, too.
    repeated = [claim for claim in required.claims if claim not in new]
    chosen, _ = checks.cover_claims(candidates, chosen, candidates.unnamed(repeated, chosen))
    missing = _absent_from_headings(missing, required, [evidence[index] for index in chosen])
    if missing and (index := _best_matching_heading(stems, missing, evidence)) is not None:
        chosen, missing = [index], []
    sources = tuple(evidence[index] for index in chosen)
    denied = next((words for index in chosen if (words := opposed[index])), None)
    lacking = [claim.text for claim in missing]
    if not lacking:
        added = Additions(new, exact, stems)
        beside = checks.find_misattributed(sentence, question, added, candidates, sources)
        lacking = [claim.text for claim in beside]
    context = " ".join(surroundings(source, 1) for source in sources)
    if not denied and (invented := checks.find_baseless_denial(sentence, context)):
        lacking.append(invented)
    # "On December 30" stands in "on Dec. 30", whatever the words.
    there = [claim.text for index in chosen for claim in stated[index]]
    together = stem_share(stems, " ".join([*(source.text for source in sources), *there]))
    carried = 0.0 if denied else min(1.0, (max(0.0, similarities[best]) + together) / 2)
    if exact and not lacking and not denied:
        carried = max(carried, SUPPORTED_FROM)
    return Support(sources, tuple(dict.fromkeys(lacking)), carried, denied)


def _claims_by_source(
    sentence: str,
    required: ClaimSet,
    stems: set[str],
    evidence: Sequence[Evidence],
    similarities: Sequence[float],
) -> list[list[Claim]]:
    """The claims that each source states, and may vouch for."""
    counted = [c for c in required.claims if c.is_number or c.key in required.days]
    subject = stems - {stem for claim in counted for stem in content_stems(claim.text)}
    return [
        [
            claim
            for claim in required.claims
            if states_claim(claim, required.days, source.text, source.document.published)
            and not (
                claim.is_number
                and not is_same_unit(claim, sentence, source.text)
                and _is_another_subject(subject, _context(claim, source), similarity)
            )
        ]
        for source, similarity in zip(evidence, similarities, strict=True)
    ]


def _absent_from_headings(
    missing: Sequence[Claim], required: ClaimSet, sources: Sequence[Evidence]
) -> list[Claim]:
    """What the headings do not state either: an article's title and date were read with it.

    The article's date vouches for no other day than the one its sentence names.
    """
    headings = [format_heading(source.document) for source in sources]
    own_day = any(names_any_day(s.text, s.document.published) for s in sources)
    return [
        claim
        for claim in missing
        if (claim.key in required.days and own_day)
        or not any(states_claim(claim, required.days, text, None) for text in headings)
    ]


def _best_matching_heading(
    stems: set[str], missing: Sequence[Claim], evidence: Sequence[Evidence]
) -> int | None:
    """The best source under a heading that says what the sentence says and no text states."""
    for index, source in enumerate(evidence):
        above = format_heading(source.document)
        if stem_share(stems, above) >= _HEADING_SHARE and all(states(above, c) for c in missing):
            return index
    return None


def _is_another_subject(subject: set[str], context: str, similarity: float) -> bool:
    """Whether a source speaks of something else, so that its numbers vouch for nothing here."""
    return similarity < _SAME_SUBJECT and stem_share(subject, context) < SUBJECT_SHARE


def _context(number: Claim, source: Evidence) -> str:
    """What tells of what a number is said: the sentence. A year is often said of the one before
    ("It was the first since 2019"), and seldom taken for that of something else."""
    is_year = _YEAR.fullmatch(number.key)
    return surroundings(source, 1) if is_year else source.text
