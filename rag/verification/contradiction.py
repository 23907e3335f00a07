"""Whether one sentence says what another denies.

Only focuses of denials are compared: what else lies in a scope ("did not meet IN GENEVA") is
neither affirmed nor denied. Between two articles, the kinds "negation" and "antonym" of de
Marneffe, Rafferty and Manning 2008, "Finding Contradictions in Text": the same words, but one of
them negated, or with one word turned into its opposite. There only sentences that share most other
words count, as a negation mostly belongs to something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.language.negation import Negation, verb_stems

_PARTICLE = re.compile(
    r"^\W*(yes|no|correct|indeed|ja|nein|sí|oui|non)\b(?:[,.:;!]+\s*|\s*$)", re.IGNORECASE
)


_CONDITION = re.compile(
    r"(?:^|[.;:,(“\"—–])\W*(?:(?:and|or|but|even|only|und|oder)\s+)?"
    r"(?:if|unless|in case|wenn|falls|sofern|si)\b[^.;:,]*$",
    re.IGNORECASE,
)
"""The text before a word that stands in a clause of condition, which states nothing."""


def find_contradiction(
    sentence: ParsedSentence, source: ParsedSentence, question: ParsedSentence | None = None
) -> str | None:
    """Return the words of a source that deny what a sentence affirms, or the reverse.

    Made to be silent when in doubt: a word that a sentence both affirms and denies, or that lies
    beside a focus, decides nothing.

    Args:
        sentence: of an answer, or of another article.
        source: the sentence to compare it with.
        question: the one that a bare "Yes." or "No." is read with.

    Returns:
        None where neither denies the other.
    """
    bare = _without_particle(sentence)
    if not bare.verb_stems:
        return _contradict_particle(sentence, source, question)
    return _find_denial(bare, source) or _find_affirmation(bare, source)


def find_baseless_denial(sentence: ParsedSentence, source: ParsedSentence) -> str | None:
    """Return a denial of a sentence that its source does not make; None where there is no such.

    Args:
        sentence: of an answer.
        source: what it rests on, which denies nothing itself, with the sentences around it. Where
            one of these denies a word of what the sentence denies, the denial is made.
    """
    denied = {stem for n in source.negations for stem in (*n.scope, *n.focus)}
    denials = (n for n in _without_particle(sentence).negations if n.focus)
    return next((n.text for n in denials if denied.isdisjoint((*n.scope, *n.focus))), None)


def affirms(sentence: ParsedSentence) -> bool:
    """Return whether ``sentence`` begins with a yes, or no word of denial stands in it."""
    if particle := _PARTICLE.match(sentence.text):
        return particle.group(1).casefold() not in ("no", "nein", "non")
    return not sentence.has_denial


def _without_particle(sentence: ParsedSentence) -> ParsedSentence:
    """The sentence behind its "Yes" or "No"."""
    bare = _PARTICLE.sub("", sentence.text)
    return sentence if bare == sentence.text else ParsedSentence(bare, sentence.published)


def _contradict_particle(
    sentence: ParsedSentence, source: ParsedSentence, question: ParsedSentence | None
) -> str | None:
    particle = _PARTICLE.match(sentence.text)
    if not particle or not question or not question.text:
        return None
    if particle.group(1).casefold() != "no":
        return _find_denial(question, source)
    stems = set(question.verb_stems)
    is_affirmed = bool(stems) and stems <= set(source.verb_stems)
    is_plain = not source.has_denial and not question.negations
    return source.text.strip() if is_affirmed and is_plain else None


def _find_denial(sentence: ParsedSentence, source: ParsedSentence) -> str | None:
    """Words of the source that deny what the sentence affirms."""
    affirmed, outside = sentence.affirmed_stems, source.unscoped_stems
    for negation in source.negations:
        if _CONDITION.search(source.text[: negation.start]):
            continue  # "If you have no alum, ..." does not deny that there is some
        is_denial = any(f in affirmed and f not in outside for f in negation.focus)
        if is_denial and _is_same_matter(negation, affirmed, sentence):
            return negation.text
    return None


def _find_affirmation(sentence: ParsedSentence, source: ParsedSentence) -> str | None:
    """Words of the source that affirm what the sentence denies."""
    stems, outside, affirmed = (
        set(sentence.verb_stems),
        sentence.unscoped_stems,
        source.affirmed_stems,
    )
    for negation in sentence.negations:
        for focus in negation.focus:
            if focus not in affirmed or focus in outside:
                continue
            rest = stems - set(negation.focus) - set(verb_stems(negation.text))
            clause = next(c for c in _clauses(source) if focus in verb_stems(c))
            near = clause if source.has_denial else source.text
            overlap = len(rest & set(verb_stems(near)))
            is_matter = _is_same_matter(negation, affirmed, source)
            if is_matter and (not rest or overlap / len(rest) > 0.5):
                return next(w for w in near.split() if focus in verb_stems(w)).strip('.,;:!?"”“')
    return None


def _is_same_matter(negation: Negation, affirmed: frozenset[str], sentence: ParsedSentence) -> bool:
    """Whether a denied noun is denied of what the other sentence speaks of: "no deal ON GAS"."""
    if not negation.of_noun:
        return True
    remainder = negation.scope - set(negation.focus)
    return not remainder or bool(remainder & (affirmed | set(sentence.verb_stems)))


def _clauses(sentence: ParsedSentence) -> Iterator[str]:
    yield from sentence.clauses
    yield sentence.text
