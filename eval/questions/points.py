"""Whether an answer makes the points that it must make, and says nothing that makes it wrong.

A point is a group of alternatives; it is made when one of them stands in the answer, word by word.
Case, punctuation, English articles and the marks of ordinals do not matter; "eight" is "8", "1,200"
and "1.200" are "1200", "6.5kV" is "6.5 kV". An "…" in an alternative stands for up to GAP words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from sourcebook.rag.language.numbers import read_number_words

__all__ = ["GAP", "PointsFound", "find_points", "holds_word_of", "says"]

GAP = 8
"""Words that an "…" in an alternative may stand for."""

_SPACES = "\u00a0\u202f\u2009"
_RUN = re.compile(rf"\d(?:[\d.,]|[{_SPACES}](?=\d))*\d|\d")
_THOUSANDS = re.compile(rf"\d{{1,3}}(?:[,{_SPACES}]\d{{3}})+(?:\.\d+)?")
_THOUSANDS_WITH_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?")
_TOKEN = re.compile(r"\d+(?:\.\d+)+|[^\W_]+")
_NUMBER_WITH_UNIT = re.compile(r"(\d+)([^\W\d_x]{1,3})")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)([.,])(\d+)(?![\d.,])")
_ELLIPSIS = re.compile(r"…|\.\.\.")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
_ARTICLES = frozenset({"a", "an", "the"})
_OTHER_NUMBERS = {
    word: str(number)
    for words in (
        "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf",
        "dos tres cuatro cinco seis siete ocho nueve diez",
    )
    for number, word in enumerate(words.split(), start=2)
}
"""Numbers in German and Spanish; "once" is an English word."""

_FUNCTION_WORDS = frozenset(
    word
    for words in (
        "and or of in on at to for from by with is are was were be not no it its as than that this",
        "und oder von im am zu für mit ist sind der die das den dem ein eine nicht",
        "del los las con por",
    )
    for word in words.split()
)


@dataclass(frozen=True, slots=True)
class PointsFound:
    """What an answer says of what it must and must not say.

    ``made`` has one entry for each point; ``forbidden`` are the alternatives that make it wrong.
    """

    made: tuple[bool, ...]
    forbidden: tuple[str, ...]

    def is_right(self, least: int) -> bool:
        """Whether at least ``least`` points are made and nothing forbidden is said."""
        return sum(self.made) >= least and not self.forbidden


def find_points(
    text: str, points: Sequence[Sequence[str]], forbidden: Sequence[str]
) -> PointsFound:
    """Return which points a text makes, and what it says that is forbidden.

    Args:
        text: the answer without its citation marks.
        points: groups of alternatives.
        forbidden: alternatives that make the answer wrong.
    """
    words = normalise(text)
    return PointsFound(
        made=tuple(any(_stands_in(one, words) for one in group) for group in points),
        forbidden=tuple(one for one in forbidden if _stands_in(one, words)),
    )


def says(text: str, alternative: str) -> bool:
    """Whether an alternative stands in a text."""
    return _stands_in(alternative, normalise(text))


def holds_word_of(text: str, alternatives: Sequence[str]) -> bool:
    """Whether a text holds a telling word of one of the alternatives: a number, or a word of three
    letters or more that is no function word."""
    words = set(normalise(text).split())
    telling = {
        word
        for one in alternatives
        for word in normalise(one).split()
        if word[0].isdigit() or (len(word) >= 3 and word not in _FUNCTION_WORDS)
    }
    return bool(words & telling)


def normalise(text: str) -> str:
    """Return the words of a text in lower case with single spaces: without punctuation and
    articles, numbers as digits."""
    text = _RUN.sub(_join_thousands, text)
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"['’]s\b|['’]", "", text)
    text = re.sub(r"\bv(?=\d)", "v ", text)
    words: list[str] = []
    for match in _TOKEN.finditer(text):
        token = match.group()
        if number := _NUMBER_WITH_UNIT.fullmatch(token):
            digits, unit = number.group(1), number.group(2)
            words += [digits] if unit in _ORDINALS else [digits, unit]
        else:
            words.append(_OTHER_NUMBERS.get(token, token))
    return " ".join(word for word in _digits(words) if word not in _ARTICLES)


def _digits(words: list[str]) -> list[str]:
    """Return the words with spelled numbers as digits."""
    result: list[str] = []
    position = 0
    while position < len(words):
        value, length = read_number_words(words[position : position + 8])
        result.append(f"{value:.12g}" if length else words[position])
        position += max(1, length)
    return result


def _join_thousands(match: re.Match[str]) -> str:
    """Return a run of digits without the signs between thousands.

    "10.50,13.10" are two numbers, and so are "120,150" among the values of a CSV line.
    """
    run, text = match.group(), match.string
    after = text[match.end() : match.end() + 2]
    in_csv = text[: match.start()].endswith(",") or (after[:1] == "," and after[1:].strip() != "")
    if _THOUSANDS.fullmatch(run) and not in_csv:
        return re.sub(rf"[,{_SPACES}]", "", run)
    if _THOUSANDS_WITH_POINTS.fullmatch(run):
        return run.replace(".", "")
    return run


def _stands_in(alternative: str, words: str) -> bool:
    return any(pattern.search(words) for pattern in _patterns(alternative))


@lru_cache(maxsize=4096)
def _patterns(alternative: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of an alternative; one with a decimal comma may have a point instead."""
    other = _DECIMAL.sub(lambda m: f"{m[1]}{',' if m[2] == '.' else '.'}{m[3]}", alternative)
    gap = rf"(?: \S+){{0,{GAP}}} "
    patterns: list[re.Pattern[str]] = []
    for wording in dict.fromkeys((alternative, other)):
        parts = [words for part in _ELLIPSIS.split(wording) if (words := normalise(part))]
        if parts:
            patterns.append(re.compile(rf"(?<!\S){gap.join(map(re.escape, parts))}(?!\S)"))
    return tuple(patterns)
