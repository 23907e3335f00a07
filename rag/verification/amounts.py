"""Amounts that an answer gives of another thing than its sources do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from sourcebook.rag.language import content_stems
from sourcebook.rag.language.stems import stop_words

_AMOUNT = re.compile(
    r"(?<![\w.,/])(?!(?:1\d|20)\d\d\b)(\d+(?:[.,/]\d+)?)[ \u00a0]?"
    r"((?:[^\W\d_]+(?:-[^\W\d_]+)*[ \u00a0]?){1,5})"
)
_HOW_MUCH = re.compile(
    r"\b(?:how (?:much|many)|wie ?viele?)\s+((?:[^\W\d_-]+ ?){1,3})", re.IGNORECASE
)


def amounts_of_others(sentence: str, question: str, texts: Sequence[str]) -> list[str]:
    """Return the numbers of a sentence that the texts give of another thing only, where they give
    another number of the thing that it speaks of: "60 ml of butter" from "225 g cold butter, 60 ml
    ice water".

    Args:
        sentence: of an answer; where it says no thing behind the number, the question does.
        question: the stand-alone one.
        texts: what the answer was written from.
    """
    stated = [amount for text in texts for amount in _amounts(text)]
    units = {unit for _, unit, things in stated if things}
    asked = _HOW_MUCH.search(question)
    default = frozenset(content_stems(asked[1])) if asked else frozenset[str]()
    swapped: list[str] = []
    for number, unit, named in _amounts(sentence):
        things = named or (default if unit in units else frozenset([unit]))
        own = [others or {word} for other, word, others in stated if other == number]
        has_rival = any(
            things & (others or {word}) for other, word, others in stated if other != number
        )
        if own and has_rival and not any(things & others for others in own):
            swapped.append(number)
    return swapped


def _amounts(text: str) -> list[tuple[str, str, frozenset[str]]]:
    """Return the numbers of a text but years, each with the word behind it, its unit or the thing
    itself, and the words of the thing behind that, up to the next small word."""
    amounts: list[tuple[str, str, frozenset[str]]] = []
    for match in _AMOUNT.finditer(text):
        unit, *words = match[2].split()
        if unit.casefold() in stop_words():
            continue
        words = words[1:] if words[:1] == ["of"] else words
        run = takewhile(lambda word: word.casefold() not in stop_words(), words)
        things = frozenset(content_stems(" ".join(run)))
        amounts.append((match[1], next(iter(content_stems(unit)), unit), things))
    return amounts
