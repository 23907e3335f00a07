"""A sentence of an article as it is compared with one of another: its subject, its surroundings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.rag.language import ParsedSentence, word_set
from sourcebook.rag.language.claims import find_terms
from sourcebook.rag.language.time import Mention
from sourcebook.rag.language.word_lists import any_of, read_words
from sourcebook.rag.retrieval import Evidence

from .contrasts import instance_markers, is_factual

_REACH = 3
"""Sentences before another one that may name its "he" or "the talks"."""

_YEAR = 366

_SHORT = 4
"""Terms. A shorter sentence often leaves its subject to the sentence before it."""

_LINKS = word_set("near along towards toward between across during against within after before")
"""Words that separate two nouns."""

_SPEECH_VERBS = f"(?:{any_of(read_words('reporting_verbs'))})"
_SPEAKER = re.compile(
    rf"(?:\b[A-Z][\w.’'-]*,?\s+){{1,8}}(?:[a-z]+\s+)?{_SPEECH_VERBS}\b|"
    rf"\b{_SPEECH_VERBS}\s+(?:to\s+)?(?:the\s+)?(?:[A-Z][\w.’'-]*\s*){{1,6}}"
)
_SPEECH_DAY = re.compile(rf"\b{_SPEECH_VERBS}\s+(?:\w+\s+){{0,3}}(?:on\s+)?$")
_CLAUSE_END = re.compile(r"[,;:—]\s| – | - ")
_WORD_OR_MARK = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]*)*|[^\w\s]")


@dataclass(frozen=True)
class ComparedSentence:
    """A sentence of an article, with the bounds ``start:end`` of the words in conflict."""

    evidence: Evidence
    start: int = 0
    end: int = 0

    @property
    def sentence(self) -> ParsedSentence:
        """The whole sentence, with the day on which its article was published."""
        return self.evidence.sentence

    @cached_property
    def preceding(self) -> ParsedSentence:
        """The sentences before it in its article; what stands above a row, code or an item."""
        return ParsedSentence(self.evidence.text_before(_REACH), self.sentence.published)

    @cached_property
    def surroundings(self) -> ParsedSentence:
        """Its article's title, the sentences before it, and itself."""
        title = self.evidence.document.title
        return ParsedSentence(f"{title}. {self.preceding.text} {self.sentence.text}")

    @cached_property
    def remainder(self) -> ParsedSentence:
        """The sentence without the words in conflict."""
        text = self.sentence.text
        return ParsedSentence(f"{text[: self.start]} {text[self.end :]}")

    @cached_property
    def subject(self) -> frozenset[str]:
        """The terms of the sentence without the value; of a short one, with the previous sentence.

        "Their discussions took about eight hours."
        """
        own = self.remainder.terms
        if len(own) >= _SHORT:
            return own
        text = self.preceding.text
        spans = sentence_spans(text)
        return own | find_terms(text[spans[-1][0] :] if spans else "")

    @cached_property
    def modifiers(self) -> Mapping[str, set[str]]:
        """The terms just before each term that follows another one directly."""
        words = _WORD_OR_MARK.findall(self.remainder.text)
        modifiers: dict[str, set[str]] = {}
        for first, second in pairwise("," if word.casefold() in _LINKS else word for word in words):
            for noun in find_terms(second):
                if before := find_terms(first):
                    modifiers.setdefault(noun, set()).update(before)
        return modifiers

    @cached_property
    def names_without_speakers(self) -> frozenset[str]:
        """Its names without those of the people that somebody is quoted by."""
        return ParsedSentence(_SPEAKER.sub(" ", self.sentence.text)).proper_names

    @property
    def is_real(self) -> bool:
        """Whether the sentence states the value as a fact."""
        return is_factual(self._near(7, 3))

    @property
    def instances(self) -> set[str]:
        """The words that mark the value as that of another thing, or of a part."""
        return instance_markers(self._near(12, 6))

    def _near(self, before: int, behind: int) -> str:
        """Up to ``before`` words before the value and ``behind`` after it, within its clause."""
        text = self.sentence.text
        left = _CLAUSE_END.split(text[: self.start])[-1].split()[-before:]
        right = _CLAUSE_END.split(text[self.end :])[0].split()[:behind]
        return " ".join([*left, "*", *right])

    @cached_property
    def dates(self) -> list[Mention]:
        """The dates of the event in the sentence, without those on which somebody spoke of it."""
        return [
            mention
            for mention in _bounded(self.sentence.times)
            if not _SPEECH_DAY.search(self.sentence.text[: mention.start])
        ]

    @cached_property
    def nearest_dates(self) -> list[Mention]:
        """``dates``, or else the last date before the sentence."""
        return self.dates or _bounded(self.preceding.times)[-1:]


def _bounded(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions with a first and a last day, at most a year apart."""
    return [mention for mention in mentions if (mention.days.days or _YEAR + 1) <= _YEAR]
