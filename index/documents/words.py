"""Words of any script: Chinese, Japanese, Thai and their like have no spaces between them.

ICU divides those by its dictionaries (unicode-org.github.io/icu, "Boundary Analysis"); all other
text is divided by its spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]+"
)
"""Thai and Lao, Burmese, Khmer, kana and Han letters."""

_HAN_OR_KANA = re.compile(
    "[\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
    "\U00020000-\U0003ffff]+"
)


def has_words_without_spaces(text: str) -> bool:
    """Return whether some of the text is in a script without spaces."""
    return _WITHOUT_SPACES.search(text) is not None


def split_words(text: str) -> list[str]:
    """Return the words of a text, with the marks beside them."""
    return space_words(text).split()


def count_words(text: str) -> int:
    """Return the number of words of a text."""
    return len(split_words(text))


def space_words(text: str) -> str:
    """Return the text with a space between the words of scripts without spaces."""
    if text.isascii() or not has_words_without_spaces(text):
        return text
    return _WITHOUT_SPACES.sub(lambda run: f" {' '.join(_segments(run[0]))} ", text)


def letter_pairs(text: str) -> list[str]:
    """Return each two neighbouring letters of Chinese and Japanese that are no word by themselves.

    ICU divides the same letters one way in a question and another way in a long sentence; their
    pairs are the same in both.
    """
    if text.isascii():
        return []
    return [pair for run in _HAN_OR_KANA.findall(text) for pair in _inner_pairs(run)]


def _inner_pairs(run: str) -> Iterator[str]:
    ends, at = set(), 0
    for word in _segments(run):
        if len(word) == 2:
            ends.add(at)
        at += len(word)
    return (run[at : at + 2] for at in range(len(run) - 1) if at not in ends)


def _segments(run: str) -> list[str]:
    from icu4py.breakers import WordBreaker

    return list(WordBreaker(run, "zh"))
