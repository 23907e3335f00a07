"""What the words of a sentence say: stems, numbers, names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .calendar import CALENDAR_WORDS, MONTH_WORDS, SHORT_MONTHS
from .numbers import is_adjacent, number_key, read_plain_number, tokenize, word_at
from .reading import text_language
from .stems import content_stems, stem_word, stop_words, without_possessive

_SUFFIXES = ("st", "nd", "rd", "th", "%", "m")
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
    tokens = tokenize(text)
    results: list[Claim] = []
    at = 0
    while at < len(tokens):
        number = read_plain_number(tokens, at)
        at = number.stop if number else at + 1
        if number is not None:
            has_suffix = is_adjacent(tokens, at) and word_at(tokens, at) in _SUFFIXES
            end = tokens[at if has_suffix else at - 1].end()
            words = text[tokens[number.start].start() : end]
            results.append(Claim(words, number_key(number.low)))
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
        elif len(word) > 1 and folded not in stop_words():
            follows = text[match.end() :].lstrip(" ")[:1]
            if not is_first or (follows.isupper() and position + 1 < len(words)):
                results.append(Claim(word, f"@{name_key(word)}"))
    return results


def _is_date_word(folded: str) -> bool:
    return folded in CALENDAR_WORDS or folded in SHORT_MONTHS


def name_key(word: str) -> str:
    """Return what the forms of a name share.

    Case, dots and a possessive do not count, nor the difference between a country and its people
    ("Russia", "Russians"). Where texts are read as German, all nouns are written like names, and
    their endings do not count.
    """
    bare = without_possessive(word.casefold()).replace(".", "").replace("-", " ")
    if text_language() != "en":
        return " ".join(map(stem_word, bare.split()))
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


def word_keys(source: str) -> tuple[str, ...]:
    """Return the `name_key` of each word of ``source``, in order."""
    return tuple(name_key(word) for word in _WORD.findall(source))


def find_terms(text: str) -> frozenset[str]:
    """Return the stems of the content words; a country and its people have one stem."""
    words, common = _PLAIN_WORD.findall(text.replace("-", " ")), stop_words()
    keys = [name_key(word) for word in words if word.casefold() not in common]
    return frozenset(stem for key in keys for stem in content_stems(key))
