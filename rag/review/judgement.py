"""What the nearest sentences of a library say of a statement: the verdict.

The checks are those of answers. An answer's question tells what its sentences are about; a
statement has none, so here more is asked of a source: numbers and days must stand in the sentence
that says the rest, and who does something must be named where it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sourcebook.rag.citation import Place
from sourcebook.rag.conflicts.statements import Objection
from sourcebook.rag.language import Claim, ParsedSentence, find_names
from sourcebook.rag.language.claims import find_name_runs
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.verification import CHECKS, Support
from sourcebook.rag.verification.attribution import text_around
from sourcebook.rag.verification.claim_set import ClaimSet, extract_claims, states_claim
from sourcebook.rag.verification.coverage import parse_heading
from sourcebook.rag.verification.support import YEAR, find_support
from sourcebook.rag.verification.table_cells import cells_of_another_row, states

from .objections import deny_alike, find_objections, outweighs
from .records import Verdict
from .value_subjects import find_strangers, find_swapped, find_units

_NEARLY_AS_NEAR = 0.8
"""Share of the best sentence's cosine from which another is about the statement as well."""

_FAR = 0.5
"""Share of the nearest sentence's cosine below which one that states a number is about others."""

_MARKS = ".,;:!?“”\"'()"


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict, the sentences that it rests on, the best first, and what others object."""

    verdict: Verdict
    support: float
    sources: tuple[Evidence, ...]
    unsupported: tuple[str, ...] = ()
    objections: tuple[Objection, ...] = ()

    @property
    def places(self) -> dict[Place, Evidence]:
        """Every sentence that is referred to, once."""
        items = (*self.sources, *(objection.source for objection in self.objections))
        return {item.place: item for item in items}


def judge(statement: Evidence, context: str, sources: Sequence[Evidence]) -> Finding:
    """Return what the nearest sentences say of a statement.

    Args:
        statement: as a sentence of a text of its own.
        context: the words that it leans on; empty where it stands alone.
        sources: sentences of articles, the nearest first; not empty.
    """
    sentence = statement.sentence
    support = _support(sentence, context, sources)
    objections = find_objections(statement, support, sources)
    numbers = [claim for claim in extract_claims(sentence).claims if claim.is_number]
    elsewhere = cells_of_another_row(sentence, numbers, support.sources)
    missing = (
        _missing_beside_heading(support)
        or tuple(claim.text for claim in elsewhere)
        or _misattributed(sentence, context, support, sources)
        or _turned_round(sentence, sources)
    )
    is_supported = CHECKS.is_supported(replace(support, missing=missing))
    if is_supported and outweighs(objections, sentence, support):
        is_supported = False
    verdict: Verdict = "supported"
    if not is_supported:
        verdict = "contradicted" if objections else "unsupported"
        missing = missing or (() if objections else _missing_words(sentence, support.sources))
    return Finding(verdict, support.support, support.sources, missing, tuple(objections))


def _support(sentence: ParsedSentence, context: str, sources: Sequence[Evidence]) -> Support:
    similarities = [item.similarity for item in sources]
    matching = ParsedSentence(f"{context} {sentence.text}") if context else sentence
    support = find_support(sentence, matching, ParsedSentence(context), sources, similarities)
    if support.contrary and deny_alike(sentence, support.sources[0]):
        best = support.sources[0]
        score = (max(0.0, best.similarity) + best.sentence.stem_share(set(matching.stems))) / 2
        support = replace(support, contrary=None, support=min(1.0, score))
    return support


def _misattributed(
    sentence: ParsedSentence, context: str, support: Support, pool: Sequence[Evidence]
) -> tuple[str, ...]:
    """The names and numbers that only a sentence beside the best one states, which says nothing
    else of the statement: "Kirby complained" is not told by one who complains, and Kirby nearby."""
    if not support.sources:
        return ()
    required = extract_claims(sentence)
    premises = extract_claims(ParsedSentence(context))
    best, *rest = support.sources
    if best.similarity < _FAR * pool[0].similarity:
        best, rest = pool[0], list(support.sources)
    before = ParsedSentence(text_around(best, 2, 0), best.sentence.published)
    absent = [
        claim
        for claim in (*_leading_names(sentence, pool), *required.claims)
        if not premises.repeats(claim, required)
        and not _states(claim, required, best, before, parse_heading(best))
    ]
    carried = {
        claim.text
        for other in rest
        for claim in absent
        if states_claim(claim, required.days, other.sentence)
        and _vouches(claim, absent, sentence, best, other)
    }
    return tuple(claim.text for claim in absent if claim.text not in carried)


def _vouches(
    claim: Claim,
    absent: Sequence[Claim],
    sentence: ParsedSentence,
    best: Evidence,
    other: Evidence,
) -> bool:
    """Whether a source beside the best one is about the statement, so that its words count."""
    required = extract_claims(sentence)
    if other.similarity >= _NEARLY_AS_NEAR * best.similarity:
        return True
    if claim.is_number or claim.key in required.days:
        return other.document.id == best.document.id and _adds_words(
            other, sentence, required, best
        )
    stated = [c for c in absent if states_claim(c, required.days, other.sentence)]
    runs = {run for run in find_name_runs(sentence.text) for c in stated if c.text in run}
    return len(runs) > 1 or _adds_words(other, sentence, required, best)


def _leading_names(sentence: ParsedSentence, pool: Sequence[Evidence]) -> list[Claim]:
    """The first word of a statement, where an article writes it as a name inside a sentence."""
    first, *_ = [*sentence.text.split(), ""]
    names = {name.key: name for name in find_names(f"of {first.strip(_MARKS)}")}
    keys = {name.key for item in pool for name in item.sentence.names}
    return [name for key, name in names.items() if key in keys]


def _states(claim: Claim, required: ClaimSet, own: Evidence, *near: ParsedSentence) -> bool:
    """Whether the sentence states a claim; a name or a year may stand just before it."""
    if states(own, claim, required.days):
        return True
    is_exact = (claim.is_number or claim.key in required.days) and not YEAR.fullmatch(claim.key)
    return not is_exact and any(states_claim(claim, required.days, text) for text in near)


def _adds_words(
    other: Evidence, sentence: ParsedSentence, required: ClaimSet, best: Evidence
) -> bool:
    """Whether another source says something of the statement that the best one lacks."""
    claimed = {stem for c in required.claims for stem in ParsedSentence(c.text).stems}
    remainder = set(sentence.stems) - claimed - set(best.sentence.stems)
    return bool(remainder & set(other.sentence.stems))


def _missing_beside_heading(support: Support) -> tuple[str, ...]:
    """What is missing, but for names that the heading of the best source has: all of an article is
    said of what its title names."""
    if not support.sources:
        return support.missing
    heading = parse_heading(support.sources[0])
    names = [claim for claim in heading.claims if not claim.is_number]
    keys = {claim.key for claim in names}
    return tuple(
        words
        for words in support.missing
        if not (claims := find_names(f"of {words}"))
        or any(claim.key not in keys for claim in claims)
    )


def _turned_round(sentence: ParsedSentence, sources: Sequence[Evidence]) -> tuple[str, ...]:
    """The values and names that the sources state, but of something else."""
    return tuple(
        find_swapped(sentence, sources)
        or find_units(sentence, sources)
        or find_strangers(sentence, sources)
    )


def _missing_words(sentence: ParsedSentence, sources: Sequence[Evidence]) -> tuple[str, ...]:
    """The content words of a statement that stand in no source."""
    stems = {stem for item in sources for stem in item.sentence.stems}
    words = [word.strip(_MARKS) for word in sentence.text.split()]
    return tuple(
        dict.fromkeys(
            word for word in words if (own := ParsedSentence(word).stems) and not stems & set(own)
        )
    )
