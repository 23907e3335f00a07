"""Denials: a sentence of one article against a sentence of another."""

from __future__ import annotations

import re

from sourcebook.rag.language import ParsedSentence, word_set
from sourcebook.rag.language.claims import find_terms
from sourcebook.rag.language.negation_words import OPPOSITES
from sourcebook.rag.verification import find_contradiction

from .comparability import is_comparable
from .compared_sentence import ComparedSentence

_CUES = word_set("no not never neither nor none did does do didn't doesn't")
_WITH_OPPOSITE = frozenset(word for pair in OPPOSITES for side in pair for word in side)

_WORDS_SHARED = 0.6
"""Share of each sentence's other words that the two must have in common."""

_FEWEST = 3
"""Fewest words that two sentences must share: "It did not" denies anything."""


def is_contradiction(
    question: ParsedSentence, answer: ComparedSentence, other: ComparedSentence
) -> bool:
    """Return whether one of the two sentences denies the other, about ``question``.

    Args:
        question: the question, in a form that stands alone.
        answer: a sentence that the answer cites.
        other: a sentence of another article.
    """
    one, two = answer.sentence, other.sentence
    if _has_antonyms(one, two):
        # "Did not accept" and "rejected" mean the same.
        opposite = not one.negations and not two.negations
    else:
        opposite = bool(find_contradiction(one, two) or find_contradiction(two, one))
    if not opposite:
        return False
    first, second = _subject_terms(one), _subject_terms(two)
    shared = first & second
    return (
        len(shared) >= _FEWEST
        and len(shared) >= _WORDS_SHARED * max(len(first), len(second))
        and len(shared & question.terms) >= 2
        and is_comparable(question, answer, other)
    )


def _subject_terms(sentence: ParsedSentence) -> frozenset[str]:
    """The terms of a sentence without negations and words that have an opposite."""
    words = re.findall(r"[\w’']+", sentence.text)
    return find_terms(
        " ".join(word for word in words if word.casefold() not in _WITH_OPPOSITE | _CUES)
    )


def _has_antonyms(one: ParsedSentence, two: ParsedSentence) -> bool:
    first, second = one.words, two.words
    return any(
        (a & first and b & second and not b & first and not a & second)
        or (b & first and a & second and not a & first and not b & second)
        for a, b in OPPOSITES
    )
