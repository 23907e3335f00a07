"""Other spellings of a question's words, where a library writes them otherwise.

No list of names: endings that differ by country, letters that scripts are written over into, words
written in one or in two, and one slip of the pen. A word with a digit is a code: its letters are
never changed, only its marks ("AB-1234-X", "AB1234X").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

FUZZY_LETTERS = 4
"""The fewest letters of a word whose letters may differ."""

TWO_EDITS_FROM = 8
"""Letters of a word from which two of them may differ."""

MOST = 3
"""Other spellings of one word."""

_SOUND_EDITS = 2
"""Letters in which spellings of the same sounds may differ besides."""

_LOOKED_AT = 200
"""Terms whose letters are near, whose sounds are compared."""

_PIECE = re.compile(r"\d+|[^\W\d_]+")
_COMPOUND = re.compile(r"\w+(?:[-./:_]\w+)+")
_SOUNDS = (
    ("sch", "sh"),
    ("tch", "ch"),
    ("ph", "f"),
    ("kh", "h"),
    ("ck", "k"),
    ("ae", "a"),
    ("oe", "o"),
    ("ue", "u"),
    ("ou", "u"),
    ("w", "v"),
    ("y", "i"),
    ("j", "i"),
)
"""Letters that stand for the same sound where a name is written over from another script."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """A word as it may be written: its terms, side by side where there are several."""

    terms: tuple[str, ...]
    text: str

    @property
    def key(self) -> str:
        """The terms as one."""
        return " ".join(self.terms)


class Speller(Protocol):
    """What a library knows of spellings."""

    def spelling(self, text: str) -> Spelling:
        """Return the terms of a word."""
        ...

    def count(self, spelling: Spelling) -> int:
        """Return how many passages hold it."""
        ...

    def vocabulary(self, letter: str) -> Sequence[str]:
        """Return the terms that begin with a letter."""
        ...


def compound_words(text: str) -> list[str]:
    """Return what a text writes with marks inside, each once: "e-mail", "3.10", "AB-1234-X"."""
    return list(dict.fromkeys(match[0].casefold() for match in _COMPOUND.finditer(text)))


def other_spellings(word: str, forms: Iterable[str], speller: Speller) -> list[Spelling]:
    """Return the other spellings of a word that a library holds.

    Args:
        word: in small letters.
        forms: how it is written elsewhere, by rule (`word_forms.spellings`).
        speller: of the library.

    Returns:
        The nearest first, `MOST` at most. Words that are like it only where no passage holds it.
    """
    own = speller.spelling(word)
    pieces = re.findall(r"\w+", word)
    rules = ["".join(pieces)] if len(pieces) > 1 else forms
    variants = {other.key: other for rule in rules if (other := speller.spelling(rule)).terms}
    variants.pop(own.key, None)
    matches = [other for other in variants.values() if speller.count(other)]
    if matches or not own.terms or speller.count(own):
        return matches[:MOST]
    cuts = [cut for cut in map(speller.spelling, _cuts(word)) if speller.count(cut)]
    if cuts or not word.isalpha() or len(word) < FUZZY_LETTERS:
        return cuts[:1]
    return _similar(word, speller.vocabulary(word[0]))


def _cuts(word: str) -> list[str]:
    """The word as several: a code at its digits, else in two, anywhere."""
    pieces = _PIECE.findall(word)
    if len(pieces) > 1:
        return [" ".join(pieces)]
    if not word.isalpha():
        return []
    return [f"{word[:n]} {word[n:]}" for n in range(3, len(word) - 2)]


def _similar(word: str, terms: Sequence[str]) -> list[Spelling]:
    """Terms with the same first letter and nearly the same sounds."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    most = 2 if len(word) >= TWO_EDITS_FROM else 1
    # By letters first: sounds are worked out in Python, of a few terms instead of the vocabulary.
    near = process.extract(
        word, terms, scorer=OSA.distance, score_cutoff=most + _SOUND_EDITS, limit=_LOOKED_AT
    )
    words = [term for term, _, _ in near if term.isalpha() and len(term) > 2]
    matches = process.extract(
        word, words, scorer=OSA.distance, processor=_sounds, score_cutoff=most, limit=MOST
    )
    return [Spelling((term,), term) for term, _, _ in matches]


def _sounds(word: str) -> str:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return re.sub(r"(.)\1+", r"\1", word)
