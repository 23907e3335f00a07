"""Denials: a sentence of one article against a sentence of another."""

from __future__ import annotations

import re

from sourcebook.rag.language.negation_words import OPPOSITES
from sourcebook.rag.language.stems import word_set
from sourcebook.rag.verification.contradiction import find_contradiction

from .comparability import ComparedSentence, is_comparable, terms

_CUES = word_set("no not never neither nor none did does do didn't doesn't")
_WORDS_SHARED = 0.6
"""Share of each sentence's other words that the two must have in common."""

_FEWEST = 3
"""Fewest words that two sentences must share: "It did not" denies anything."""


# --- between two articles -----------------------------------------------------------------------


def is_contradiction(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Return whether one of the two sentences denies the other, about ``question``."""
    one, two = answer.evidence.sentence, other.evidence.sentence
    if _has_antonyms(one.text, two.text):
        # "Did not accept" and "rejected" mean the same.
        opposite = not one.negations and not two.negations
    else:
        opposite = bool(find_contradiction(one, two) or find_contradiction(two, one))
    if not opposite:
        return False
    first, second = _subject_terms(one.text), _subject_terms(two.text)
    shared = first & second
    return (
        len(shared) >= _FEWEST
        and len(shared) >= _WORDS_SHARED * max(len(first), len(second))
        and len(shared & terms(question)) >= 2
        and is_comparable(question, answer, other)
    )


def _subject_terms(text: str) -> set[str]:
    """Return the terms of a sentence without negations and words that have an opposite."""
    opposite = {word for pair in OPPOSITES for side in pair for word in side} | _CUES
    return terms(" ".join(w for w in re.findall(r"[\w’']+", text) if w.casefold() not in opposite))


def _has_antonyms(one: str, two: str) -> bool:
    first, second = (set(re.findall(r"[^\W\d_]+", text.casefold())) for text in (one, two))
    return any(
        (a & first and b & second and not b & first and not a & second)
        or (b & first and a & second and not a & first and not b & second)
        for a, b in OPPOSITES
    )
