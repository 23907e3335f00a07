"""What the words of a sentence say: stems, numbers, names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from sourcebook.index.search.stop_words import STOP_WORDS

from .calendar import CALENDAR_WORDS, MONTH_WORDS
from .numbers import SCALES, read_number_words

_SCALE_BEHIND = re.compile(rf"[ -]({'|'.join(SCALES)})\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"(?<![\w.,])[$€£]?(?P<digits>\d+(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:st|nd|rd|th|%|m|bn|k)?(?![\d])",
    re.IGNORECASE,
)
_SHORT_MONTHS = {month[:3]: month for month in MONTH_WORDS} | {"sept": "september"}
_UNITED_STATES = {"us", "usa", "america", "american", "americans"}
_PEOPLE = re.compile(r"(ians?|ans?|ia|ns|a|e)$")
_ALSO_VERBS = {"may", "march", "mar", "jan"}


@dataclass(frozen=True, slots=True)
class Claim:
    """A number or a name as it stands in a text, and the key by which two are the same."""

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
    """The numbers, dates and names of ``text``, each once: what a source must state."""
    found = {claim.key: claim for claim in [*find_names(text), *find_numbers(text)]}
    return list(found.values())


def find_numbers(text: str) -> list[Claim]:
    """Numbers in digits or words. "eight" and "8" are the same, "two and a half" is 2.5."""
    found: list[Claim] = []
    for match in _NUMBER.finditer(text):
        value = float(match.group("digits").replace(",", ""))
        scale = _SCALE_BEHIND.match(text, match.end())
        if scale:
            value *= SCALES[scale.group(1).casefold()]
        found.append(Claim(text[match.start() : (scale or match).end()], f"#{value:g}"))
    return [*found, *_spelled_numbers(text)]


def _spelled_numbers(text: str) -> list[Claim]:
    """Runs of number words: "thirty-two", "two and a half", "one hundred thousand"."""
    found: list[Claim] = []
    words = list(re.finditer(r"[A-Za-z]+", text))
    position = 0
    while position < len(words):
        value, used = read_number_words(
            [w.group().casefold() for w in words[position : position + 8]]
        )
        if used:
            first, last = words[position], words[position + used - 1]
            found.append(Claim(text[first.start() : last.end()], f"#{value:g}"))
        position += max(1, used)
    return found


def find_names(text: str) -> list[Claim]:
    """Words written like names: capitalised inside a sentence, or months and days.

    The first word of a sentence is capitalised anyway, so it counts only when it is a month, a
    day, or no common word and followed by another capitalised one ("Wendy Sherman").
    """
    found: list[Claim] = []
    words = list(re.finditer(r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:[’'\-][^\W\d_]+)*\.?", text))
    for position, match in enumerate(words):
        word = re.sub(r"[’']s?$", "", match.group().rstrip("."))
        folded = word.casefold()
        if not word or not word[0].isupper():
            continue
        first = _starts_sentence(text, match.start())
        if _is_date_word(folded) and not (first and folded in _ALSO_VERBS):
            found.append(Claim(word, f"@{_SHORT_MONTHS.get(folded, folded)}"))
        elif len(word) > 1 and folded not in STOP_WORDS:
            follows = text[match.end() :].lstrip(" ")[:1]
            if not first or (follows.isupper() and position + 1 < len(words)):
                found.append(Claim(word, f"@{name_key(word)}"))
    return found


def _is_date_word(folded: str) -> bool:
    return folded in CALENDAR_WORDS or folded in _SHORT_MONTHS


def name_key(word: str) -> str:
    """What two forms of a name share: case, dots, a possessive, and whether it is a country or its
    people ("Russia", "Russians") do not count."""
    bare = re.sub(r"[’']s?$", "", word.casefold()).replace(".", "").replace("-", " ")
    if bare in _UNITED_STATES:
        return "us"
    root = _PEOPLE.sub("", bare)
    return root if len(root) >= 4 else bare


def _starts_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip(" \n\t“”\"'‘(")
    return not before or before[-1] in ".!?:•"


def states(source: str, claim: Claim) -> bool:
    """Whether ``source`` holds the claim: the number in any form, the name as a word."""
    if claim.is_number:
        return any(number.key == claim.key for number in find_numbers(source))
    if claim.is_month:
        return any(name.key == claim.key for name in find_names(source))
    return f" {claim.key[1:]} " in f" {name_words(source)} "


def is_stated_in(words: str, source: str) -> bool:
    """Whether a number or name, as it is written in ``words``, stands in ``source``; other words
    must stand there as they are."""
    required = find_claims(f"of {words}")  # a name that begins a sentence would be no name
    if not required:
        return words.casefold() in source.casefold()
    return all(states(source, claim) for claim in required)


@lru_cache(maxsize=2048)
def name_words(source: str) -> str:
    """The words of ``source``, each by its `name_key`, with single spaces."""
    words = re.findall(r"[^\W\d_]+(?:[’'\-.][^\W\d_]+)*", source)
    return " ".join(name_key(word) for word in words)
