"""The names that sentences begin with: whose number it is that a source states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from sourcebook.index.search.stop_words import STOP_WORDS
from sourcebook.rag.language import Claim, ParsedSentence
from sourcebook.rag.retrieval import Evidence

REPORTS = re.compile(
    r"\b(said|says|told|tells|explain|add|announce|report|accord|call)(ed|s|ing)?\b"
)
"""A sentence in which one tells of another."""

_OF_A_SORT = frozenset({"a", "an", "all", "any", "each", "every", "many", "most", "some", "such"})
"""The small words that a sentence about a sort of thing may begin with."""

_LONGEST_SORT = 4
"""Stems of a sort's name."""

_SAME_WORDS = 0.7
"""Share of what a source says of a sort from which a sentence says it in the same words."""

_LABEL = re.compile(r"[^.:]{1,80}:\s")
"""A label before its value: "Length over all (m): 9.35" is said of what the form is about."""

_ARTICLE = re.compile(r"\W*(?:(?:the|a|an)\s+)?", re.IGNORECASE)


def numbers_of_another_name(
    sentence: ParsedSentence, exact: Sequence[Claim], evidence: Sequence[Evidence]
) -> list[Claim]:
    """Return the numbers that the sources state of another name, where they speak of the name that
    the sentence begins with as well.

    "The PS4 has only 8 GB", beside what the Xbox has, does not say that the Xbox has 8 GB.
    """
    subject = _first_name(sentence)
    if subject is None:
        return []
    candidates = [item for item in evidence if _first_name(item.sentence) is not None]
    documents = {item.document.id for item in candidates if item.sentence.states(subject)}

    def is_of_another(source: Evidence) -> bool:
        name = _first_name(source.sentence)
        return (
            name is not None
            and source.document.id in documents
            and not sentence.states(name)
            and not source.sentence.states(subject)
            and not REPORTS.search(source.text)
        )

    return [
        claim
        for claim in exact
        if (stating := [item for item in evidence if item.sentence.states(claim)])
        and all(map(is_of_another, stating))
    ]


def numbers_of_another_sort(
    sentence: ParsedSentence, exact: Sequence[Claim], sources: Sequence[Evidence]
) -> list[Claim]:
    """Return the numbers that the sources say, in the same words, of a sort of thing instead of the
    name that the sentence begins with.

    "Composite volcanoes can grow to 8,000 feet" does not say that Mount Rainier can, though
    another sentence calls it a composite volcano. "The mountain" or "it" may be what is named.
    """
    subject = _first_name(sentence)
    if subject is None:
        return []

    def is_of_a_sort(source: ParsedSentence) -> bool:
        if _LABEL.match(source.text):
            return False
        first = next(iter(re.findall(r"[^\W\d_]+", source.text)), "").casefold()
        if source.states(subject) or (first in STOP_WORDS and first not in _OF_A_SORT):
            return False
        own = set(sentence.stems)
        lead = list(takewhile(lambda stem: stem not in own, source.stems))
        rest = source.stems[len(lead) :]
        return (
            0 < len(lead) <= _LONGEST_SORT
            and bool(rest)
            and (sum(stem in own for stem in rest) >= _SAME_WORDS * len(rest))
        )

    return [
        claim
        for claim in exact
        if (stating := [item.sentence for item in sources if item.sentence.states(claim)])
        and all(map(is_of_a_sort, stating))
    ]


def _first_name(sentence: ParsedSentence) -> Claim | None:
    """Return the name that a sentence begins with, after an article."""
    beginning = _ARTICLE.match(sentence.text)
    start = beginning.end() if beginning else 0
    return next((n for n in sentence.names if sentence.text.startswith(n.text, start)), None)
