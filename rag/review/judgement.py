"""What the nearest sentences of a library say of a statement: the verdict.

The checks are those of answers. An answer's question tells what its sentences are about; a
statement has none, so here more is asked of a source: numbers and days must stand in the sentence
that says the rest, and who does something must be named where it is done.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sourcebook.rag.citation import Place
from sourcebook.rag.conflicts.statements import Objection, find_objections
from sourcebook.rag.language import Claim, ParsedSentence, find_names
from sourcebook.rag.language.claims import find_name_runs
from sourcebook.rag.language.negation import verb_stems
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.verification import CHECKS, Support
from sourcebook.rag.verification.attribution import (
    cells_of_another_row,
    text_around,
    unit_after,
)
from sourcebook.rag.verification.claim_set import ClaimSet, extract_claims, states_claim
from sourcebook.rag.verification.coverage import parse_heading
from sourcebook.rag.verification.support import YEAR, find_support
from sourcebook.rag.verification.table_cells import states

from .records import Verdict

_ABOUT_IT = 0.5
"""Cosine, or share of a statement's content words, from which a sentence is about the same."""

_SAME_MATTER = 0.7
"""Cosine from which another number of the same unit is another value of the same thing."""

_NEARLY_AS_NEAR = 0.8
"""Share of the best sentence's cosine from which another is about the statement as well."""

_FAR = 0.5
"""Share of the nearest sentence's cosine below which one that states a number is about others."""

_FREE_OF = re.compile(r"\b[^\W\d_]+-free\b", re.IGNORECASE)

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
    objections = _objections(statement, support, sources)
    numbers = [claim for claim in extract_claims(sentence).claims if claim.is_number]
    elsewhere = cells_of_another_row(sentence, numbers, support.sources)
    missing = (
        support.missing
        or tuple(claim.text for claim in elsewhere)
        or _misattributed(sentence, context, support, sources)
    )
    is_supported = CHECKS.is_supported(replace(support, missing=missing))
    if is_supported and _outweighs(objections, sentence, support):
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
    if support.contrary and _deny_alike(sentence, support.sources[0]):
        best = support.sources[0]
        score = (max(0.0, best.similarity) + best.sentence.stem_share(set(matching.stems))) / 2
        support = replace(support, contrary=None, support=min(1.0, score))
    return support


def _deny_alike(sentence: ParsedSentence, best: Evidence) -> bool:
    """Whether a statement and its source deny something, each in its own words ("gluten-free")."""
    source = best.sentence
    denies = bool(source.negations) or bool(_FREE_OF.search(source.text))
    return bool(sentence.negations) and denies and source.stem_share(set(sentence.stems)) >= 0.5


def _objections(
    statement: Evidence, support: Support, sources: Sequence[Evidence]
) -> list[Objection]:
    """What the articles say otherwise, first what the nearest sentence denies."""
    words = statement.text
    objections = [
        *_other_numbers(statement, sources[0]),
        *(
            objection
            for objection in find_objections(statement, sources)
            if objection.kind != "denial" or not _deny_alike(statement.sentence, objection.source)
        ),
    ]
    if support.contrary:
        source = next((s for s in support.sources if support.contrary in s.text), None)
        objections = [
            Objection("denial", words, support.contrary, source or support.sources[0]),
            *objections,
        ]
    elif denial := _denied_noun(statement.sentence, support.sources):
        objections = [Objection("denial", words, *denial), *objections]
    by_place = {objection.source.place: objection for objection in reversed(objections)}
    return list(by_place.values())[::-1]


def _other_numbers(statement: Evidence, nearest: Evidence) -> list[Objection]:
    """The one number that the nearest sentence gives of the unit of a number it does not state."""
    if nearest.similarity < _SAME_MATTER:
        return []
    sentence, source = statement.sentence, nearest.sentence
    objections: list[Objection] = []
    for number in sentence.numbers:
        unit = unit_after(number.text, sentence.text)
        if unit is None or source.states(number) or YEAR.fullmatch(number.key):
            continue
        same_unit = [n for n in source.numbers if unit_after(n.text, source.text) == unit]
        if len(same_unit) == 1 and not sentence.states(same_unit[0]):
            objections.append(Objection("number", number.text, same_unit[0].text, nearest))
    return objections


def _denied_noun(
    sentence: ParsedSentence, sources: Sequence[Evidence]
) -> tuple[str, Evidence] | None:
    """The denial of a word that the statement affirms, in a source that is about the same.

    Between two articles a denied noun decides nothing ("no veto over ..."), as it may be denied of
    something else; the source of a statement is about what the statement is about.
    """
    affirmed = sentence.affirmed_stems
    for source in sources:
        share = source.sentence.stem_share(set(sentence.stems))
        if max(source.similarity, share) < _ABOUT_IT:
            continue
        outside = source.sentence.unscoped_stems
        for negation in source.sentence.negations:
            denied = (set(negation.focus) | negation.scope) & affirmed - outside
            if denied and not _denies_else(sentence, denied, source.sentence):
                return negation.text, source
    return None


def _denies_else(sentence: ParsedSentence, denied: Collection[str], source: ParsedSentence) -> bool:
    """Whether the statement denies something that its source does not, apart from the words that
    the source denies: then it may say the same in another way."""
    other_words = [
        word for word in sentence.text.split() if not set(verb_stems(word)) & set(denied)
    ]
    remainder = ParsedSentence(" ".join(other_words))
    shared = {negation.focus for negation in source.negations}
    if all(negation.focus in shared for negation in sentence.negations):
        return remainder.has_denial and not sentence.negations
    return True


def _misattributed(
    sentence: ParsedSentence, context: str, support: Support, pool: Sequence[Evidence]
) -> tuple[str, ...]:
    """The names and numbers that only a sentence beside the best one states, which says nothing
    else of the statement: "Kirby complained" is not told by one who complains, and Kirby nearby."""
    if not support.sources:
        return ()
    required = extract_claims(sentence)
    premises = extract_claims(ParsedSentence(context))
    best, *other_sources = support.sources
    if best.similarity < _FAR * pool[0].similarity:
        best, other_sources = pool[0], list(support.sources)
    before = ParsedSentence(text_around(best, 2, 0), best.sentence.published)
    absent = [
        claim
        for claim in (*_leading_names(sentence, pool), *required.claims)
        if not premises.repeats(claim, required)
        and not _states(claim, required, best, before, parse_heading(best))
    ]
    carried = {
        claim.text
        for other in other_sources
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
    known = {name.key for item in pool for name in item.sentence.names}
    return [name for key, name in names.items() if key in known]


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


def _outweighs(objections: Sequence[Objection], sentence: ParsedSentence, support: Support) -> bool:
    """Whether a sentence with another value is nearer than those that state the statement's."""
    required = extract_claims(sentence)
    for objection in objections:
        if objection.kind == "denial":
            return True
        own = extract_claims(ParsedSentence(objection.words)).claims
        carriers = [
            source.similarity
            for source in support.sources
            if own and all(states_claim(c, required.days, source.sentence) for c in own)
        ]
        if objection.source.similarity > max(carriers, default=-1.0):
            return True
    return False


def _missing_words(sentence: ParsedSentence, sources: Sequence[Evidence]) -> tuple[str, ...]:
    """The content words of a statement that stand in no source."""
    stems = {stem for item in sources for stem in item.sentence.stems}
    words = [word.strip(_MARKS) for word in sentence.text.split()]
    return tuple(
        dict.fromkeys(
            word for word in words if (own := ParsedSentence(word).stems) and not stems & set(own)
        )
    )
