"""Words of which a sentence says one and not the other: before and after, all and some."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.language.negation import verb_stems
from sourcebook.rag.language.word_lists import any_of, read_groups
from sourcebook.rag.retrieval import Evidence

__all__ = ["Alternative", "agrees", "find_alternative"]

_SEGMENT = re.compile(r"(?<!\d)[.,]|[.,](?!\d)|[;:!?()|]|\b(?:but|while|whereas|although)\b")
_NOT = re.compile(
    r"(?:\b(?:not|never|no|nobody|none|neither|nor)|n[’']t)\s+(?:\w+\s+)?$", re.IGNORECASE
)

_LISTS = ("opposites", "alternatives")
"""Words that exclude each other; those of "contrasts" only tell two things apart."""

_REACH = 4
"""Content words on each side of a word that tell what it is said of, the nearest most."""

_LEAST_SHARE, _LEAST = 0.5, 1.0
"""How much of what surrounds a word of a source must surround that of a statement."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A word of a statement, the other one that a source has in its place, and the source."""

    words: str
    source_words: str
    source: Evidence


@dataclass(frozen=True, slots=True)
class _Choice:
    """A word of a line of the list: which line, which group, and the stems around it."""

    words: str
    line: int
    group: int
    near: Mapping[str, float]

    def share(self, own: _Choice) -> float:
        """How much of what stands around this word stands around another, in [0, 1]."""
        common = sum(min(worth, own.near.get(stem, 0.0)) for stem, worth in self.near.items())
        share = common / sum(self.near.values()) if self.near else 0.0
        return share if common >= _LEAST and share >= _LEAST_SHARE else 0.0


def find_alternative(sentence: ParsedSentence, sources: Sequence[Evidence]) -> Alternative | None:
    """Return the first word of a statement in whose place a source has another.

    A word is compared with the one of its line that stands among the same words; where both do, the
    two agree.

    Args:
        sentence: a statement.
        sources: sentences of articles.
    """
    rivals = [(source, choice) for source in sources for choice in _choices(source.text)]
    for own in _choices(sentence.text):
        if (other := _counterpart(own, rivals)) and other[1].group != own.group:
            return Alternative(own.words, other[1].words, other[0])
    return None


def agrees(sentence: ParsedSentence, source: Evidence) -> bool:
    """Return whether a source says another word of the same group in the place of one of a
    statement: "not allowed" for "forbidden"."""
    rivals = [(source, choice) for choice in _choices(source.text)]
    pairs = [(own, _counterpart(own, rivals)) for own in _choices(sentence.text)]
    return any(
        other is not None
        and other[1].group == own.group
        and other[1].words.casefold() != own.words.casefold()
        for own, other in pairs
    )


def _counterpart(
    own: _Choice, rivals: Sequence[tuple[Evidence, _Choice]]
) -> tuple[Evidence, _Choice] | None:
    """The word of the same line that stands among the same words, if there is one."""
    fits = [
        (share, other.group == own.group, index)
        for index, (_, other) in enumerate(rivals)
        if other.line == own.line and (share := other.share(own))
    ]
    return rivals[max(fits, key=lambda fit: fit[:2])[2]] if fits else None


@lru_cache(maxsize=1024)
def _choices(text: str) -> tuple[_Choice, ...]:
    return tuple(_find(text))


def _find(text: str) -> Iterator[_Choice]:
    words = _words()
    for match in words.pattern.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        near = _weigh_around(before, after)
        is_denied = " " not in match[0] and _NOT.search(before)
        for line, group in words.places[" ".join(match[0].casefold().split())]:
            is_other = is_denied and words.sizes[line] == 2  # "not allowed" is "forbidden"
            yield _Choice(match[0], line, 1 - group if is_other else group, near)


def _weigh_around(before: str, after: str) -> dict[str, float]:
    """The stems of the same segment, the nearest worth most."""
    left = verb_stems(_SEGMENT.split(before)[-1])[::-1]
    right = verb_stems(_SEGMENT.split(after, maxsplit=1)[0])
    weights: dict[str, float] = {}
    for stems in (left, right):
        for distance, stem in enumerate(stems[:_REACH], 1):
            weights[stem] = max(weights.get(stem, 0.0), 1 / distance)
    return weights


@dataclass(frozen=True, slots=True)
class _Words:
    """A pattern of all words of the lists; where each stands; the groups of each line."""

    pattern: re.Pattern[str]
    places: Mapping[str, Sequence[tuple[int, int]]]
    sizes: Sequence[int]


@cache
def _words() -> _Words:
    lines = [groups for name in _LISTS for groups in read_groups(name)]
    places: dict[str, list[tuple[int, int]]] = {}
    for line, groups in enumerate(lines):
        for number, group in enumerate(groups):
            for word in group:
                places.setdefault(word.replace("_", " "), []).append((line, number))
    pattern = re.compile(rf"\b(?:{any_of(places)})\b", re.IGNORECASE)
    return _Words(pattern, places, [len(groups) for groups in lines])
