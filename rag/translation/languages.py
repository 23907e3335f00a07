"""From which language a question must be translated, and into which."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sourcebook.index.documents.language import detect_among
from sourcebook.rag.language.reading import LANGUAGE_NAMES
from sourcebook.rag.language.word_lists import read_words

_LEAST = 0.8
"""Probability of another language. Of 3,325 English questions of SQuAD 2, CLAPnq and our own sets
none was taken for another with more than .78."""

_LEAST_SHARE = 0.1
"""Share of the articles in a language for which a question in it stays as it is."""

_SMALL_WORDS = {"en": "english_small_words", "de": "german_small_words"}
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Direction:
    """The codes of two languages: the reader's and the articles'."""

    reader: str
    articles: str


def find_direction(question: str, languages: Mapping[str, int]) -> Direction | None:
    """Return from which language into which a question is to be translated; None where it is in a
    language of the articles, or cannot be told.

    Args:
        question: its text.
        languages: how many articles are in which language, by codes of two letters.
    """
    total = sum(languages.values())
    main = max(languages, key=lambda code: languages[code], default=None)
    if main not in LANGUAGE_NAMES or _is_surely(main, question):
        return None
    code, probability = detect_among(question, tuple(LANGUAGE_NAMES))
    if probability < _LEAST or languages.get(code, 0) >= _LEAST_SHARE * total:
        return None
    return Direction(code, main)


def _is_surely(language: str, question: str) -> bool:
    """Whether the small words of a question tell that it is in that language, at no cost."""
    if language not in _SMALL_WORDS:
        return False
    words = [word.casefold() for word in _WORD.findall(question)]
    counts = {
        code: sum(word in read_words(name) for word in words) for code, name in _SMALL_WORDS.items()
    }
    own = counts.pop(language)
    return own >= _SURE_WORDS and own > 2 * max(counts.values())


_SURE_WORDS = 2
"""Small words of a language that make a question one of it: a single one is in others too."""
