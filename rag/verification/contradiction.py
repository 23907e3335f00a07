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

from sourcebook.rag.language.negation import Negation, find_negations, verb_stems
from sourcebook.rag.language.negation_words import IMPLICIT

_PARTICLE = re.compile(r"^\W*(yes|no|correct|indeed)\b(?:[,.:;!]+\s*|\s*$)", re.IGNORECASE)
_CLAUSE = re.compile(r"[;:.!?()]|,?\s*\b(?:but|however|although|though|while|whereas|and|yet)\b")


def find_contradiction(sentence: str, source: str, question: str = "") -> str | None:
    """The words of ``source`` that deny what ``sentence`` affirms, or the reverse; else None.

    A bare "Yes." or "No." is read with its ``question``. Made to be silent when in doubt: a word
    that a sentence both affirms and denies, or that lies beside a focus, decides nothing.
    """
    bare = _PARTICLE.sub("", sentence)
    if not verb_stems(bare):
        return _contrary_particle(sentence, source, question)
    return _find_denial(bare, source) or _find_affirmation(bare, source)


def find_baseless_denial(sentence: str, source: str) -> str | None:
    """A denial of ``sentence`` for which ``source`` has no word of denial at all; else None."""
    if find_negations(source) or IMPLICIT.search(source):
        return None
    said = [n for n in find_negations(_PARTICLE.sub("", sentence)) if n.focus]
    return said[0].text if said else None


def affirms(sentence: str) -> bool:
    """Whether ``sentence`` begins with a yes, or no word of denial stands in it."""
    if particle := _PARTICLE.match(sentence):
        return particle.group(1).casefold() != "no"
    return not find_negations(sentence) and not IMPLICIT.search(sentence)


def _contrary_particle(sentence: str, source: str, question: str) -> str | None:
    particle = _PARTICLE.match(sentence)
    if not particle or not question:
        return None
    if particle.group(1).casefold() != "no":
        return _find_denial(question, source)
    asked = set(verb_stems(question))
    said = asked and asked <= set(verb_stems(source))
    untouched = (
        not find_negations(source) and not find_negations(question) and not IMPLICIT.search(source)
    )
    return source.strip() if said and untouched else None


def _find_denial(sentence: str, source: str) -> str | None:
    """Words of the source that deny what the sentence affirms."""
    affirmed = _affirmed_stems(sentence)
    outside = _stems_outside_scopes(source)
    for negation in find_negations(source):
        denied = [f for f in negation.focus if f in affirmed and f not in outside]
        if denied and _is_same_matter(negation, affirmed, set(verb_stems(sentence))):
            return negation.text
    return None


def _find_affirmation(sentence: str, source: str) -> str | None:
    """Words of the source that affirm what the sentence denies."""
    stems, outside = set(verb_stems(sentence)), _stems_outside_scopes(sentence)
    source_affirmed = _affirmed_stems(source)
    for negation in find_negations(sentence):
        for focus in negation.focus:
            if focus not in source_affirmed or focus in outside:
                continue
            others = stems - set(negation.focus) - _cue_stems(negation)
            clause = next(c for c in _clauses(source) if focus in verb_stems(c))
            near = source if not find_negations(source) and not IMPLICIT.search(source) else clause
            shared = len(others & set(verb_stems(near)))
            matter = _is_same_matter(negation, source_affirmed, set(verb_stems(source)))
            if matter and (not others or shared / len(others) > 0.5):
                return next(w for w in near.split() if focus in verb_stems(w)).strip('.,;:!?"”“')
    return None


def _is_same_matter(negation: Negation, affirmed: frozenset[str], said: set[str]) -> bool:
    """Whether a denied noun is denied of what the other sentence speaks of: "no deal ON GAS"."""
    if not negation.of_noun:
        return True
    rest = negation.scope - set(negation.focus)
    return not rest or bool(rest & (affirmed | said))


def _affirmed_stems(text: str) -> frozenset[str]:
    """Stems that stand outside of every scope and in none."""
    denied = {stem for n in find_negations(text) for stem in (*n.focus, *n.scope)}
    return _stems_outside_scopes(text) - denied


def _stems_outside_scopes(text: str) -> frozenset[str]:
    """Stems that stand outside of every scope somewhere."""
    kept, last = "", 0
    for negation in find_negations(text):
        kept += text[last : max(last, negation.start)] + " "
        last = max(last, negation.end)
    return frozenset(verb_stems(kept + text[last:]))


def _cue_stems(negation: Negation) -> set[str]:
    return set(verb_stems(negation.text))


def _clauses(text: str) -> Iterator[str]:
    yield from (part for part in _CLAUSE.split(text) if part.strip())
    yield text
