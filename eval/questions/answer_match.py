"""How near an answer comes to the gold answers: exact match, token F1, ROUGE-L, containment."""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Callable, Sequence

from sourcebook.rag.language.numbers import read_number_words

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation + "“”‘’„–—…")
_WORDS = re.compile(r"[^\W_]+")

SHORT_ANSWER = 4
"""Words of a gold answer that must stand in an answer together; of a longer one, most must."""

MOST = 0.6
"""Share of the different words of a long gold answer that makes an answer right."""


def normalise(text: str) -> str:
    """Return ``text`` in lower case without punctuation, English articles and double spaces.

    The normalisation of the SQuAD scripts (Rajpurkar et al. 2016, 2018), which know only the
    punctuation of ASCII; here typographic quotation marks and dashes go as well.
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1 when the normalised answer is one of the gold answers, else 0. Rajpurkar et al. 2016."""
    return best(lambda a, g: float(normalise(a) == normalise(g)), answer, gold)


def token_f1(answer: str, gold: Sequence[str]) -> float:
    """Harmonic mean of precision and recall of words, best over the gold answers.

    Rajpurkar et al. 2016, after normalisation; where either side has no words left, 1 if both
    have none (Rajpurkar et al. 2018).
    """
    return best(_token_f1, answer, gold)


def contains_answer(answer: str, gold: Sequence[str]) -> float:
    """1 when a gold answer stands, word by word after normalisation, inside the answer.

    The "accuracy" of Mallen et al. 2023 and Liu et al. 2024 for answers in sentences.
    """
    return best(lambda a, g: float(_contains(normalise(a), normalise(g))), answer, gold)


def rouge_l(answer: str, gold: Sequence[str]) -> float:
    """F1 of the longest common subsequence of words, best over the gold answers.

    Lin 2004 with beta = 1, as in Google's ``rouge-score`` without stemming, except that letters
    outside ASCII count.
    """
    return best(_rouge_l, answer, gold)


def is_right(answer: str, gold: Sequence[str]) -> float:
    """The verdict: 1 when the answer says what one of the gold answers says, else 0.

    A rule, not a judgement: a gold answer of up to SHORT_ANSWER words must stand in the answer word
    by word; of a longer one, at least MOST of its different words must. "Eight" is "8".
    """
    return best(
        lambda a, g: float(_states(_numbers_as_digits(a), _numbers_as_digits(g))), answer, gold
    )


def best(score: Callable[[str, str], float], answer: str, gold: Sequence[str]) -> float:
    """The highest ``score(answer, one gold answer)``; 0 without gold answers."""
    return max((score(answer, g) for g in gold), default=0.0)


def longest_common_subsequence(left: Sequence[object], right: Sequence[object]) -> int:
    """Length of the longest run of items found in both in the same order, gaps allowed."""
    row = [0] * (len(right) + 1)
    for item in left:
        before = 0  # the value one row up and one column left
        for j, candidate in enumerate(right, start=1):
            before, row[j] = row[j], before + 1 if item == candidate else max(row[j], row[j - 1])
    return row[-1]


def _token_f1(answer: str, gold: str) -> float:
    left, right = normalise(answer).split(), normalise(gold).split()
    if not left or not right:
        return float(left == right)
    overlap = sum((Counter(left) & Counter(right)).values())
    return 2 * overlap / (len(left) + len(right))


def _rouge_l(answer: str, gold: str) -> float:
    left, right = _WORDS.findall(answer.lower()), _WORDS.findall(gold.lower())
    if not left or not right:
        return 0.0
    return 2 * longest_common_subsequence(left, right) / (len(left) + len(right))


def _numbers_as_digits(text: str) -> str:
    """Return the text normalised, with its numbers as digits."""
    words = normalise(text).split()
    digits: list[str] = []
    position = 0
    while position < len(words):
        value, length = read_number_words(words[position : position + 8])
        digits.append(f"{value:.12g}" if length else words[position])
        position += max(1, length)
    return " ".join(digits)


def _contains(answer: str, gold: str) -> bool:
    return bool(gold) and f" {gold} " in f" {answer} "


def _states(answer: str, gold: str) -> bool:
    words = gold.split()
    if len(words) <= SHORT_ANSWER:
        return _contains(answer, gold)
    distinct = set(words)
    return len(distinct & set(answer.split())) >= MOST * len(distinct)
