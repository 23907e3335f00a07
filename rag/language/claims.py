"""What the words of a sentence say: stems, numbers, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sourcebook.index.search.stop_words import STOP_WORDS

from .calendar import CALENDAR_WORDS, MONTH_WORDS, SHORT_MONTHS
from .numbers import SCALES, read_number_words
from .stems import content_stems, without_possessive

_SCALE_BEHIND = re.compile(rf"[ -]({'|'.join(SCALES)})\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,])[$€£]?(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:st|nd|rd|th|%|m|bn|k)?(?![\d])",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:[’'\-.][^\W\d_]+)*")
_PLAIN_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
_NAME_RUN = re.compile(r"[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*")
_UNITED_STATES = {"us", "usa", "america", "american", "americans"}
_PEOPLE = re.compile(r"(ians?|ans?|ia|ns|a|e)$")
_MONTHS_AND_VERBS = {"may", "march", "mar", "jan"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A number or a name as a text has it; two with the same ``key`` are the same."""

    text: str
    key: str

    @property
    def is_number(self) -> bool:
        """Whether it is a number, not a name."""
        return self.key.startswith("#")

    @property
    def is_month(self) -> bool:
        """Whether it is the name of a month."""
        return self.key[1:] in MONTH_WORDS


def find_claims(text: str) -> list[Claim]:
    """Return the numbers and names of ``text``, each once: what a source must state."""
    unique = {claim.key: claim for claim in [*find_names(text), *find_numbers(text)]}
    return list(unique.values())


def find_numbers(text: str) -> list[Claim]:
    """Return the numbers in ``text``, in digits and in words.

    "eight" and "8" have the same key, and "two and a half" is 2.5.
    """
    results: list[Claim] = []
    for match in _NUMBER.finditer(text):
        value = float(match.group("digits").replace(",", ""))
        scale = _SCALE_BEHIND.match(text, match.end())
        if scale:
            value *= SCALES[scale.group(1).casefold()]
        results.append(Claim(text[match.start() : (scale or match).end()], f"#{value:g}"))
    return [*results, *_spelled_numbers(text)]


def _spelled_numbers(text: str) -> list[Claim]:
    """Return the runs of number words: "thirty-two", "two and a half", "one hundred thousand"."""
    results: list[Claim] = []
    words = list(re.finditer(r"[A-Za-z]+", text))
    position = 0
    while position < len(words):
        value, length = read_number_words(
            [w.group().casefold() for w in words[position : position + 8]]
        )
        if length:
            first, last = words[position], words[position + length - 1]
            results.append(Claim(text[first.start() : last.end()], f"#{value:g}"))
        position += max(1, length)
    return results


def find_names(text: str) -> list[Claim]:
    """Return the words of ``text`` that are written like names, and its months and weekdays.

    A name is capitalised inside a sentence. The first word of a sentence always is, so it
    counts only when it is a month, a day, or no common word and followed by another capitalised
    one ("Wendy Sherman").
    """
    results: list[Claim] = []
    words = list(re.finditer(r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:[’'\-][^\W\d_]+)*\.?", text))
    for position, match in enumerate(words):
        word = without_possessive(match.group().rstrip("."))
        folded = word.casefold()
        if not word or not word[0].isupper():
            continue
        is_first = _starts_sentence(text, match.start())
        if _is_date_word(folded) and not (is_first and folded in _MONTHS_AND_VERBS):
            results.append(Claim(word, f"@{SHORT_MONTHS.get(folded, folded)}"))
        elif len(word) > 1 and folded not in STOP_WORDS:
            follows = text[match.end() :].lstrip(" ")[:1]
            if not is_first or (follows.isupper() and position + 1 < len(words)):
                results.append(Claim(word, f"@{name_key(word)}"))
    return results


def _is_date_word(folded: str) -> bool:
    return folded in CALENDAR_WORDS or folded in SHORT_MONTHS


def name_key(word: str) -> str:
    """Return what the forms of a name share.

    Case, dots and a possessive do not count, nor the difference between a country and its people
    ("Russia", "Russians").
    """
    bare = without_possessive(word.casefold()).replace(".", "").replace("-", " ")
    if bare in _UNITED_STATES:
        return "us"
    root = _PEOPLE.sub("", bare)
    return root if len(root) >= 4 else bare


def find_name_runs(text: str) -> list[str]:
    """Return the runs of capitalised words in ``text``: "Russian President Vladimir Putin"."""
    return _NAME_RUN.findall(text)


def _starts_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip(" \n\t“”\"'‘(")
    return not before or before[-1] in ".!?:•"


def states(source: str, claim: Claim) -> bool:
    """Return whether a text states a claim: a number in any form, a name as a word.

    Args:
        source: the text.
        claim: a number or a name of another text.
    """
    if claim.is_number:
        return any(number.key == claim.key for number in find_numbers(source))
    if claim.is_month:
        return any(name.key == claim.key for name in find_names(source))
    return f" {claim.key[1:]} " in f" {name_words(source)} "


def is_stated_in(words: str, source: str) -> bool:
    """Return whether a text states the numbers and names of some words.

    Args:
        words: of an answer; words without a number or name must be in ``source`` as they are.
        source: the text.
    """
    required = find_claims(f"of {words}")  # a name that begins a sentence would be no name
    if not required:
        return words.casefold() in source.casefold()
    return all(states(source, claim) for claim in required)


@lru_cache(maxsize=2048)
def name_words(source: str) -> str:
    """Return the words of ``source``, each by its `name_key`, with single spaces."""
    return " ".join(word_keys(source))


def word_keys(source: str) -> tuple[str, ...]:
    """Return the `name_key` of each word of ``source``, in order."""
    return tuple(name_key(word) for word in _WORD.findall(source))


def find_terms(text: str) -> frozenset[str]:
    """Return the stems of the content words; a country and its people have one stem."""
    words = _PLAIN_WORD.findall(text.replace("-", " "))
    keys = [name_key(word) for word in words if word.casefold() not in STOP_WORDS]
    return frozenset(stem for key in keys for stem in content_stems(key))
