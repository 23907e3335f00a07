"""The stems of a text's words."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

import Stemmer

from sourcebook.index.documents.words import space_words
from sourcebook.index.search.stop_words import STOP_WORDS_BY_LANGUAGE

from .reading import text_language

_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")
_POSSESSIVE = re.compile(r"[’']s?$")
_STEMMERS = {
    "da": "danish",
    "de": "german",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "nl": "dutch",
    "no": "norwegian",
    "pt": "portuguese",
    "ru": "russian",
    "sv": "swedish",
}


def word_set(words: str) -> frozenset[str]:
    """Return the words of a string, as a set."""
    return frozenset(words.split())


def content_stems(text: str) -> list[str]:
    """Return the stems of the content words of ``text``, in order, in small letters.

    A possessive 's is left off. They are stems of the language in which texts are read.
    """
    common = stop_words()
    words = map(without_possessive, _WORD.findall(space_words(text).casefold()))
    parts = [part for word in words for part in word.replace("’", "'").split("-")]
    return list(
        _stem_words(tuple(part for part in parts if part and part not in common), text_language())
    )


def stop_words() -> frozenset[str]:
    """Return the stop words of the language in which texts are read."""
    return STOP_WORDS_BY_LANGUAGE.get(text_language(), frozenset())


def without_possessive(word: str) -> str:
    """Return ``word`` without the "’s" or "’" at its end."""
    return _POSSESSIVE.sub("", word)


def stem_word(word: str) -> str:
    """Return the stem of one word in small letters."""
    return _stem_words((word,), text_language())[0]


@lru_cache(maxsize=4096)
def _stem_words(words: tuple[str, ...], language: str) -> tuple[str, ...]:
    return tuple(_stemmer(language).stemWords(list(words)))


@cache
def _stemmer(language: str) -> Any:
    return Stemmer.Stemmer(_STEMMERS.get(language, "english"))
