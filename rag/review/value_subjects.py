"""Of what a sentence gives its numbers: the value of one thing is not that of another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sourcebook.rag.language import ParsedSentence, content_stems
from sourcebook.rag.language.calendar import MONTH_WORDS
from sourcebook.rag.language.claims import find_names, find_numbers
from sourcebook.rag.language.negation import verb_stems
from sourcebook.rag.language.stems import stem_word, stop_words
from sourcebook.rag.language.units import measure_of
from sourcebook.rag.language.word_lists import any_of
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.verification.support import YEAR

__all__ = ["find_strangers", "find_swapped", "find_units"]

_SEGMENT = re.compile(r"(?<!\d)[.,:]|[.,:](?!\d)|[;!?()|]|\b(?:and|but|while|whereas|than)\b")
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]
_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS)})\b(?! (?:of|time)\b)", re.IGNORECASE)
_SUBJECT = re.compile(r"\s*(?:the|a|an|its|their|his|her|this|that|these|those)\b", re.IGNORECASE)
"""The beginning of a segment that names what it speaks of."""

_CLOCK = re.compile(r"\d:\d\d")
_NUMBER = re.compile(r"\d[\d.,]*\s?[^\W\d_]*")
_UNIT = re.compile(r"(?:-|\s)?(°\s?[CF]\b|%|[^\W\d_]+)")
_MONTHS = any_of(word.capitalize() for word in MONTH_WORDS)
_IN_NAME = re.compile(rf"\b(?!(?:{_MONTHS})\b)[A-Z][a-z]+ $")
_NUMBER_IN_NAME = re.compile(rf"\b(?!(?:{_MONTHS})\b)[A-Z][a-z]+ (\d+)\b")
"""What stands before the number of a model or a room."""

_CURRENCY = re.compile(r"([£€$]|\b[A-Z]{3})\s?(?:$|(?=\d))")

_NAME, _WORD, _INHERITED = 2.0, 1.0, 0.5
"""What a name, any other word, and a word of the beginning of the sentence are worth."""

_MARGIN = 1.0
"""By how much another value must fit a statement better than its own does."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A number or an ordinal, its unit, and the words it is given of, each with its worth."""

    text: str
    key: str
    unit: str
    words: tuple[tuple[str, float], ...]

    def fit(self, other: _Value) -> float:
        """How much of what another is given of this one is given of too."""
        weights = dict(self.words)
        return sum(min(weights[word], worth) for word, worth in other.words if word in weights)


def find_swapped(sentence: ParsedSentence, sources: Sequence[Evidence]) -> list[str]:
    """Return the values of a statement that the sources give of something else, where they give
    another value of the same unit of what the statement speaks of.

    Args:
        sentence: a statement.
        sources: sentences of articles.
    """
    stated = [value for source in sources for value in _values(source.text)]
    swapped = []
    for own in _values(sentence.text):
        rivals = [value for value in stated if value.unit == own.unit]
        carriers = [own.fit(value) for value in rivals if value.key == own.key]
        strange_fits = [own.fit(value) for value in rivals if value.key != own.key]
        if carriers and strange_fits and max(strange_fits) - max(carriers) >= _MARGIN:
            swapped.append(own.text)
    return swapped


def find_units(sentence: ParsedSentence, sources: Sequence[Evidence]) -> list[str]:
    """Return the numbers of a statement that the sources give in another unit: "8-core" is no 8 GB.

    Args:
        sentence: a statement.
        sources: sentences of articles.
    """
    stated = [value for source in sources for value in _values(source.text)]
    words = set(content_stems(sentence.text))
    misread = []
    for own in _values(sentence.text):
        units = {value.unit for value in stated if value.key == own.key}
        is_unit = own.unit in {value.unit for value in stated if value.key != own.key} or bool(
            measure_of(own.text, sentence.text)
        )
        if own.unit and units and own.unit not in units and is_unit and not units & words:
            misread.append(own.text)
    return misread


def find_strangers(sentence: ParsedSentence, sources: Sequence[Evidence]) -> list[str]:
    """Return the names in a list of a statement that a source leaves out of the same list.

    Args:
        sentence: a statement.
        sources: sentences of articles.
    """
    for names in _lists(sentence.text):
        for source in sources:
            for listed in _lists(source.text):
                if len(names & listed) >= max(2, len(names) - 1) and names - listed:
                    return sorted(names - listed)
    return []


_NAME_RUN = r"[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*"
_LIST = re.compile(rf"{_NAME_RUN}(?:, {_NAME_RUN})+,? (?:and|or) {_NAME_RUN}")


def _lists(text: str) -> list[set[str]]:
    return [
        set(re.split(r", (?:and |or )?| and | or ", found[0])) for found in _LIST.finditer(text)
    ]


@lru_cache(maxsize=1024)
def _values(text: str) -> tuple[_Value, ...]:
    return tuple(_read(text))


def _read(text: str) -> Iterator[_Value]:
    bounds = [0, *(match.end() for match in _SEGMENT.finditer(text)), len(text)]
    segments = [(a, b) for a, b in pairwise(bounds) if text[a:b].strip()]
    first = _weigh(text[: segments[0][1]]) if segments else {}
    for start, end in segments:
        segment = text[start:end]
        here = _weigh(segment)
        share = _INHERITED if _SUBJECT.match(segment) or _has_name(segment) else 1.0
        words = {**{word: share * worth for word, worth in first.items()}, **here}
        for value, key, unit in _numbers(segment):
            own = set(content_stems(value)) | {unit}
            yield _Value(value, key, unit, tuple((w, n) for w, n in words.items() if w not in own))


def _numbers(segment: str) -> Iterator[tuple[str, str, str]]:
    at = 0
    for number in find_numbers(segment):
        place = segment.find(number.text, at)
        is_name = _IN_NAME.search(segment[:place]) and not measure_of(number.text, segment)
        if place < 0 or is_name or _CLOCK.search(segment, max(0, place - 3), place + 5):
            continue
        at = place + len(number.text)
        before = _CURRENCY.search(segment[:place]) or _CURRENCY.match(number.text)
        after = _UNIT.match(segment, at)
        unit = before[1] if before else after[1].casefold() if after else ""
        if unit in MONTH_WORDS or YEAR.fullmatch(number.key):
            continue
        yield number.text, number.key, "" if unit in stop_words() else stem_word(unit)
    for match in _ORDINAL.finditer(segment):
        yield match[0], f"#{_ORDINALS.index(match[0].casefold()) + 1}th", "ordinal"


def _has_name(segment: str) -> bool:
    return bool(find_names(f"of {_NUMBER.sub('', segment).strip()}"))


def _weigh(text: str) -> dict[str, float]:
    names = {stem for name in find_names(f"of {text.strip()}") for stem in verb_stems(name.text)}
    numbers = set(_NUMBER_IN_NAME.findall(text))
    return {
        stem: _NAME if stem in names or stem in numbers else _WORD
        for stem in verb_stems(text)
        if stem in numbers or not stem.isdecimal()
    }
