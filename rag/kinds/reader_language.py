"""The language that the product itself speaks in an answer: that of the question."""

from __future__ import annotations

import re
from typing import Literal

from sourcebook.rag.language.word_lists import read_words

ReaderLanguage = Literal["en", "de"]

_WORD = re.compile(r"[^\W\d_]+")
_GERMAN_LETTER = re.compile(r"[äöüß]", re.IGNORECASE)


def reader_language(question: str) -> ReaderLanguage:
    """Return the language to answer a question in: German where it is German, else English.

    A name with an umlaut in an English question does not make it German: the small words decide,
    and the letters only where there are none of either.
    """
    words = [word.casefold() for word in _WORD.findall(question)]
    german = sum(word in read_words("german_small_words") for word in words)
    english = sum(word in read_words("english_small_words") for word in words)
    if german != english:
        return "de" if german > english else "en"
    return "de" if _GERMAN_LETTER.search(question) else "en"
