"""What a translation must keep: numbers, codes, names, and whether it denies."""

from __future__ import annotations

import re
from functools import cache

from sourcebook.rag.language import find_names
from sourcebook.rag.language.calendar import CALENDAR_WORDS
from sourcebook.rag.language.word_lists import read_lines, read_words

_NUMBER = re.compile(r"\d+(?:[.,:\u00a0\u202f]\d+)*")
_CODE = re.compile(
    r"`[^`]+`|--?[a-z][\w-]+|\b(?:[A-Z]{2,}|[A-Za-z]+[_\d]|[A-Z][a-z]+[A-Z])[\w./-]*"
)
_TRANSLATED_NAMES = ("countries", "places", "adjectives_of_place")


def missing_terms(text: str, translation: str) -> list[str]:
    """Return the numbers and codes of a text that its translation lacks.

    A number may have its separators changed: "12.50" is "12,50".
    """
    folded = translation.casefold()
    codes = [code.strip("`") for code in _CODE.findall(text)]
    missing = [code for code in codes if code.casefold() not in folded]
    numbers = {_digits(number) for number in _NUMBER.findall(translation)}
    text_numbers = _NUMBER.findall(_CODE.sub(" ", text))
    missing += [number for number in text_numbers if _digits(number) not in numbers]
    return list(dict.fromkeys(missing))


def missing_words(text: str, translation: str) -> list[str]:
    """Return the words of four letters or more whose beginning a translation lacks."""
    folded = translation.casefold()
    words = dict.fromkeys(re.findall(r"[^\W\d_]{4,}", text))
    return [word for word in words if word.casefold()[:5] not in folded]


def keeps_negation(text: str, translation: str, language: str, into: str) -> bool:
    """Return whether both of a sentence and its translation deny something, or neither does; true
    where the words of a language that deny are not known.

    Args:
        text: the sentence.
        translation: the same in another language.
        language: the code of that of the sentence.
        into: that of the translation.
    """
    patterns = _negations()
    if language not in patterns or into not in patterns:
        return True
    return bool(patterns[language].search(text)) == bool(patterns[into].search(translation))


@cache
def _negations() -> dict[str, re.Pattern[str]]:
    lines = (line.partition(" = ") for line in read_lines("negations"))
    return {code: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for code, _, words in lines}


def keeps_terms(text: str, translation: str, language: str) -> bool:
    """Return whether a translation states what can be compared of a sentence.

    That is its numbers and no others, its codes, and in English its names but those of countries,
    cities, days and months, which have other forms in other languages.

    Args:
        text: the sentence.
        translation: the same in another language.
        language: the code of that of the sentence. In some, as in German, capitals show no names.
    """
    if missing_terms(text, translation) or missing_terms(translation, text):
        return False
    if language != "en":
        return True
    folded = translation.casefold()
    names = (name.text.casefold() for name in find_names(text))
    return all(name[:4] in folded for name in names if not _has_other_forms(name))


def _has_other_forms(name: str) -> bool:
    return name in CALENDAR_WORDS or any(name in read_words(each) for each in _TRANSLATED_NAMES)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)
