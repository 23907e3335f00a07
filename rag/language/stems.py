"""The stems of a text's words."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from sourcebook.index.documents.words import space_words
from sourcebook.index.search.stop_words import STOP_WORDS

_WORD = re.compile(r"\w+(?:[’'\-]\w+)*")
_POSSESSIVE = re.compile(r"[’']s?$")
_STEMMER = Stemmer.Stemmer("english")


def word_set(words: str) -> frozenset[str]:
    """Return the words of a string, as a set."""
    return frozenset(words.split())


def content_stems(text: str) -> list[str]:
    """Return the stems of the content words of ``text``, in order, in small letters.

    A possessive 's is left off.
    """
    words = map(without_possessive, _WORD.findall(space_words(text).casefold()))
    parts = [part for word in words for part in word.replace("’", "'").split("-")]
    return _stems(tuple(part for part in parts if part and part not in STOP_WORDS))


def without_possessive(word: str) -> str:
    """Return ``word`` without the "’s" or "’" at its end."""
    return _POSSESSIVE.sub("", word)


@lru_cache(maxsize=8192)
def _stem_words(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_STEMMER.stemWords(list(words)))


def _stems(words: tuple[str, ...]) -> list[str]:
    return list(_stem_words(words))
