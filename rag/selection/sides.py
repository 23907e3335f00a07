"""What a question sets side by side: the sides, and what of them is compared."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sourcebook.rag.language.word_lists import read_lines, read_words

from .subject import terms_of, topic_terms

_SENTENCE_END = re.compile(r"[?.!]+(?=\s|$)")
_BETWEEN_ASPECTS = re.compile(
    r"\s*[,;]\s*(?:and|und|or|sowie)\b\s*|\s*[,;]\s+|\s+(?:and|und|sowie)\s+", re.IGNORECASE
)
_LEADING = re.compile(
    r"^(?:(?:please|bitte|by|in|on|and|und|the|their|its|his|her|of|for|as to|is|are|was|were|do"
    r"|does|did|one|ones|has|have|had|die|der|das)\s+)+",
    re.IGNORECASE,
)
_VERBS = frozenset(
    ("is", "are", "was", "were", "the", "ist", "sind", "war", "waren", "than", "als")
)
_TAIL = re.compile(r"(?<=\S)\s+(?:of|von|der|des)\s+(.+)$", re.IGNORECASE)
_TOPIC = re.compile(
    r"(?P<topic>\S.*\S)\s+(?:of|for|in|at|on|from|von|für|in|im|bei|beim)\s+(?P<side>\S+(?:\s\S+){0,3})$",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(r"^(?:of|for|in|at|on|from|von|für|in|im|bei|beim)\s+", re.IGNORECASE)
_VERB_BEFORE = re.compile(
    r"^(?:who|what|which|wer|was|is|are|was|were|do|does|did|has|have|had)\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class ComparedThings:
    """The parts of a question that compares.

    ``sides`` are two or more names as they are written; empty where the question calls them
    together (``shared``: "the two flats"). ``aspects`` are what is compared of each; empty for
    everything. ``shared`` are words that all sides have in common.
    """

    sides: tuple[str, ...]
    aspects: tuple[str, ...]
    shared: str = ""


def find_sides(question: str) -> ComparedThings | None:
    """Return the sides and aspects of a question in one line; None where no form of the list is
    found in it."""
    first = next((part for part in _SENTENCE_END.split(question) if part.strip()), "").strip()
    for pattern in _forms():
        if match := pattern.search(first):
            found = match.groupdict()
            on, shared = found.get("on") or "", found.get("topic") or found.get("of") or ""
            sides, tail = _without_tail(_sides(found.get("a"), found.get("b")))
            sides, topic = _without_topic(sides)
            if sides or found.get("of"):
                aspects = _aspects(on)
                if topic:
                    aspects = tuple(f"{topic} {aspect}" for aspect in aspects) or (topic,)
                cleaned = dict.fromkeys(map(_without_comparative, aspects))
                aspects = tuple(aspect for aspect in cleaned if aspect)
                return ComparedThings(sides, aspects, f"{shared} {tail}".strip())
    return None


def _without_topic(sides: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the sides without what stands before the first: "the fees for juniors and adults"."""
    if not sides or any(_TOPIC.match(side) or len(side.split()) > 3 for side in sides[1:]):
        return sides, ""
    match = _TOPIC.match(sides[0])
    if match is None or not terms_of(match["topic"]) or not terms_of(match["side"]):
        return sides, ""
    return (match["side"], *sides[1:]), _LEADING.sub("", match["topic"])


def _without_tail(sides: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """Return the sides without what is said of all behind the last: "2.1 and 3.2 of the rules"."""
    if not sides or any(_TAIL.search(side) for side in sides[:-1]):
        return sides, ""
    match = _TAIL.search(sides[-1])
    if match is None or not terms_of(sides[-1][: match.start()]):
        return sides, ""
    return (*sides[:-1], sides[-1][: match.start()].strip()), match[1]


def _sides(first: str | None, last: str | None) -> tuple[str, ...]:
    if not first or not last:
        return ()
    first, last = _VERB_BEFORE.sub("", first), _VERB_BEFORE.sub("", last)
    last = _PREPOSITION.sub("", last) if _TOPIC.match(first) else last
    firsts = [side for side in re.split(r"\s*,\s*", first) if terms_of(side)]
    sides = [*firsts, last] if all(len(side.split()) <= 4 for side in firsts) else [first, last]
    return tuple(side.strip(" ,;:–—-'\"“”„") for side in _complete(sides))


def _complete(sides: Sequence[str]) -> list[str]:
    """Return the sides, one that is an adjective alone with the noun of the last: "the small and
    the large crumble"."""
    words = sides[-1].split()
    relative = read_words("comparison/lesser") | read_words("comparison/greater")
    complete: list[str] = []
    for side in sides[:-1]:
        own = topic_terms(side)
        bare = [word for word in side.casefold().split() if word in relative]
        at = next((n for n, word in enumerate(words) if word.casefold() in relative), None)
        if len(own) <= 1 and bare and at is not None:
            complete.append(" ".join([side, *words[at + 1 :]]))
        else:
            complete.append(side)
    return [*complete, sides[-1]]


def _aspects(text: str) -> tuple[str, ...]:
    parts = (_LEADING.sub("", part.strip(" ,;:–—-")) for part in _BETWEEN_ASPECTS.split(text))
    return tuple(dict.fromkeys(part for part in parts if terms_of(part)))


def _without_comparative(aspect: str) -> str:
    """Return what is compared without "is higher" at its end; nothing where that is all."""
    words = aspect.split()
    ends = read_words("comparison/lower_is_more") | read_words("comparison/higher_is_more")
    while words and words[-1].casefold() in ends | _VERBS:
        words.pop()
    return " ".join(words)


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(line, re.IGNORECASE) for line in read_lines("comparison/forms"))
