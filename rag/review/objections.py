"""What articles object to a statement: a denial, the other word of two, another number."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from sourcebook.rag.conflicts.statements import Objection
from sourcebook.rag.conflicts.statements import find_objections as find_differences
from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.language.negation import verb_stems
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.verification import Support
from sourcebook.rag.verification.claim_set import extract_claims, states_claim
from sourcebook.rag.verification.coverage import unit_after
from sourcebook.rag.verification.support import YEAR

from .alternatives import agrees, find_alternative

_ABOUT_IT = 0.5
"""Cosine, or share of a statement's content words, from which a sentence is about the same."""

_SAME_MATTER = 0.7
"""Cosine from which another number of the same unit is another value of the same thing."""

_FREE_OF = re.compile(r"\b[^\W\d_]+-free\b", re.IGNORECASE)


def find_objections(
    statement: Evidence, support: Support, sources: Sequence[Evidence]
) -> list[Objection]:
    """What the articles say otherwise, first what the nearest sentence denies."""
    words = statement.text
    objections = [
        *_other_numbers(statement, sources[0]),
        *(
            objection
            for objection in find_differences(statement, sources)
            if objection.kind != "denial" or not deny_alike(statement.sentence, objection.source)
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
    elif other := find_alternative(statement.sentence, sources):
        objections = [
            Objection("denial", other.words, other.source_words, other.source),
            *objections,
        ]
    return list({objection.source.place: objection for objection in reversed(objections)}.values())[
        ::-1
    ]


def outweighs(objections: Sequence[Objection], sentence: ParsedSentence, support: Support) -> bool:
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


def deny_alike(sentence: ParsedSentence, best: Evidence) -> bool:
    """Whether a statement and its source deny something, each in its own words ("gluten-free")."""
    source = best.sentence
    denies = bool(source.negations) or bool(_FREE_OF.search(source.text))
    if bool(sentence.negations) and denies and source.stem_share(set(sentence.stems)) >= 0.5:
        return True
    return agrees(sentence, best)


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
        rivals = [n for n in source.numbers if unit_after(n.text, source.text) == unit]
        if len(rivals) == 1 and not sentence.states(rivals[0]):
            objections.append(Objection("number", number.text, rivals[0].text, nearest))
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
        if max(source.similarity, share) < _ABOUT_IT or agrees(sentence, source):
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
    rest = [word for word in sentence.text.split() if not set(verb_stems(word)) & set(denied)]
    remainder = ParsedSentence(" ".join(rest))
    shared = {negation.focus for negation in source.negations}
    if all(negation.focus in shared for negation in sentence.negations):
        return remainder.has_denial and not sentence.negations
    return True
