"""Whether two sentences of articles are about the same thing, so that they can contradict.

Two figures with one unit usually belong to two things. So the subject of the question must be near
both, nothing that tells them apart may be in only one of them, and they must share other words too.
The signs that tell things apart are those of de Marneffe, Rafferty and Manning 2008, "Finding
Contradictions in Text", in the opposite role: there a date, a modal or an antonym makes a
contradiction of two sentences about one event; here it shows that there are two events.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise

from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.index.search.stop_words import STOP_WORDS
from sourcebook.rag.language.calendar import CALENDAR_WORDS
from sourcebook.rag.language.claims import find_name_runs, find_names, name_key
from sourcebook.rag.language.stems import content_stems, word_set
from sourcebook.rag.language.time.dates import times_in_article
from sourcebook.rag.language.time.expressions import Mention
from sourcebook.rag.retrieval.evidence import Evidence

from .contrasts import different_outcome, has_contrast, instance_markers, is_factual

_REACH = 3
"""Sentences before another one that may name its "he" or "the talks"."""

_REACH_CHARACTERS = 1500
_COUNT_COVERAGE, _MEASURE_COVERAGE, _DATE_COVERAGE = 0.6, 0.7, 0.75
"""Share of the terms of question and answer that must be near another sentence. It is higher where
no noun says what the value counts (a duration, a percentage, and most of all a date)."""

_YEAR = 366

_SHORT = 4
"""Terms. A shorter sentence often leaves its subject to the sentence before it."""

_ASKING = word_set("last take long mani much number cost go hold held happen year day")
"""Stems of question words, which name nothing."""

_LINKS = word_set("near along towards toward between across during against within after before")
"""Words that separate two nouns."""

_HIGH_SIMILARITY = 0.6
"""Cosine of two sentences, or of a sentence and the question, that replaces shared words."""

_SPEECH_VERBS = (
    r"(?:said|says|told|reported|reports|added|wrote|according|announced|estimated|put|stated|"
    r"claimed|confirmed|warned)"
)
_SPEAKER = re.compile(
    rf"(?:\b[A-Z][\w.’'-]*,?\s+){{1,8}}(?:[a-z]+\s+)?{_SPEECH_VERBS}\b|"
    rf"\b{_SPEECH_VERBS}\s+(?:to\s+)?(?:the\s+)?(?:[A-Z][\w.’'-]*\s*){{1,6}}"
)
_SPEECH_DAY = re.compile(rf"\b{_SPEECH_VERBS}\s+(?:\w+\s+){{0,3}}(?:on\s+)?$")
_CLAUSE_END = re.compile(r"[,;:—]\s| – | - ")


@dataclass(frozen=True)
class ComparedSentence:
    """A sentence of an article, with the bounds ``start:end`` of the words in conflict."""

    evidence: Evidence
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence."""
        return self.evidence.text

    @property
    def published(self) -> date | None:
        """The day on which its article was published, in the article's own time zone."""
        return self.evidence.sentence.published

    @cached_property
    def preceding_text(self) -> str:
        """The sentences before it in its article."""
        start = self.evidence.start
        text = self.evidence.document.text[max(0, start - _REACH_CHARACTERS) : start]
        spans = sentence_spans(text)[-_REACH:]
        return text[spans[0][0] :] if spans else ""

    @cached_property
    def previous_sentence(self) -> str:
        """The sentence just before it."""
        spans = sentence_spans(self.preceding_text)
        return self.preceding_text[spans[-1][0] :] if spans else ""

    @cached_property
    def surroundings(self) -> str:
        """Its article's title, the sentences before it, and itself."""
        return f"{self.evidence.document.title}. {self.preceding_text} {self.text}"

    @cached_property
    def remainder(self) -> str:
        """The sentence without the words in conflict."""
        return f"{self.text[: self.start]} {self.text[self.end :]}"

    @cached_property
    def subject(self) -> set[str]:
        """The terms of the sentence without the value; of a short one, with the previous sentence.

        "Their discussions took about eight hours."
        """
        own = terms(self.remainder)
        return own if len(own) >= _SHORT else own | terms(self.previous_sentence)

    def near(self, before: int, behind: int) -> str:
        """Return ``before`` words before the value and ``behind`` after it, within its clause."""
        left = _CLAUSE_END.split(self.text[: self.start])[-1].split()[-before:]
        right = _CLAUSE_END.split(self.text[self.end :])[0].split()[:behind]
        return " ".join([*left, "*", *right])

    @property
    def is_real(self) -> bool:
        """Whether the sentence states the value as a fact."""
        return is_factual(self.near(7, 3))

    @property
    def instances(self) -> set[str]:
        """The words that mark the value as that of another thing, or of a part."""
        return instance_markers(self.near(12, 6))

    @cached_property
    def dates(self) -> list[Mention]:
        """The dates of the event in the sentence, without those on which somebody spoke of it."""
        return [
            mention
            for mention in bounded(times_in_article(self.text, self.published))
            if not _SPEECH_DAY.search(self.text[: mention.start])
        ]

    @cached_property
    def nearest_dates(self) -> list[Mention]:
        """``dates``, or else the last date before the sentence."""
        return self.dates or bounded(times_in_article(self.preceding_text, self.published))[-1:]


def bounded(mentions: Iterable[Mention]) -> list[Mention]:
    """Return the mentions with a first and a last day, at most a year apart."""
    return [mention for mention in mentions if (mention.days.days or _YEAR + 1) <= _YEAR]


def is_comparable(
    question: str,
    answer: ComparedSentence,
    other: ComparedSentence,
    *,
    compares_dates: bool = False,
    compares_counts: bool = False,
) -> bool:
    """Return whether ``other`` is about the same thing as ``answer``, the reply to ``question``.

    Args:
        question: the question, in a form that stands alone.
        answer: a sentence that the answer cites.
        other: a sentence of another article.
        compares_dates: the values are dates, so a different date does not tell the two apart.
        compares_counts: the values count the same things ("troops").
    """
    return (
        not _is_distinct(question, answer, other)
        and not _is_other_kind(question, answer, other)
        and _names_match(question, answer, other)
        and _share_words(question, answer, other)
        and (
            _is_same_occasion(question, answer, other)
            if compares_dates
            else _covers(
                question, answer, other, _COUNT_COVERAGE if compares_counts else _MEASURE_COVERAGE
            )
            and not _is_on_another_day(answer, other)
        )
    )


def _is_same_occasion(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether both are about one occasion: a date has no unit, so they must share more words."""
    return (
        len(terms(question) & terms(other.remainder)) >= 2
        and _covers(question, answer, other, _DATE_COVERAGE)
        and _covers(question, other, answer, _DATE_COVERAGE)
    )


def terms(text: str) -> set[str]:
    """Return the stems of the content words; a country and its people have one stem."""
    words = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", text.replace("-", " "))
    kept_words = [name_key(w) for w in words if w.casefold() not in STOP_WORDS]
    return {stem for word in kept_words for stem in content_stems(word)}


def _is_distinct(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether the two have contrasting words, or only one of them states a fact."""
    if answer.is_real != other.is_real or answer.instances != other.instances:
        return True
    return has_contrast(question, answer.remainder, other.remainder) or different_outcome(
        question, answer.text, other.text
    )


def _is_on_another_day(answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether their dates have no day in common, or one is later than the report of the other."""
    answer_dates, other_dates = answer.nearest_dates, other.nearest_dates
    if (answer.dates or other.dates) and answer_dates and other_dates:
        return not any(a.days.overlaps(b.days) for a in answer_dates for b in other_dates)
    return _is_dated_after(answer, other) or _is_dated_after(other, answer)


def _is_dated_after(report: ComparedSentence, event: ComparedSentence) -> bool:
    """Whether ``event`` is later than the publication of ``report``, which states a fact."""
    if report.published is None or not event.dates or not report.is_real:
        return False
    return all(date.days.first and date.days.first > report.published for date in event.dates)


def _names_match(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether the names in the question are near both sentences or neither, with few new names.

    Only the last word of a name counts: "Wendy Sherman" is "Sherman" in another article.
    """
    question_names = _question_names(question)
    if question_names & _all_names(answer.surroundings) != question_names & _all_names(
        other.surroundings
    ):
        return False
    own = _names(_SPEAKER.sub(" ", other.text))
    strange = own - _all_names(answer.evidence.document.text) - _all_names(answer.surroundings)
    strange -= _names(question)
    return len(strange) < 2 or 2 * len(strange) <= len(own)


def _question_names(question: str) -> set[str]:
    """Return the last word of each name in a question."""
    names = _names(question)
    runs = [[name_key(word) for word in run.split()] for run in find_name_runs(question)]
    return {run[-1] for run in runs if run[-1] in names}


def _names(text: str) -> set[str]:
    """Return the names of people, places and organisations, without months and weekdays."""
    return {claim.key[1:] for claim in find_names(text) if claim.key[1:] not in CALENDAR_WORDS}


def _all_names(text: str) -> set[str]:
    return {name_key(word) for word in re.findall(r"[^\W\d_]+(?:[’'\-.][^\W\d_]+)*", text)}


def _is_other_kind(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether they have two kinds of one noun of the question: "rowing club", "chess club"."""
    question_terms, answer_terms = terms(question), terms(answer.surroundings)
    answer_modifiers, other_modifiers = (
        _modifiers_by_noun(answer.remainder),
        _modifiers_by_noun(other.remainder),
    )
    return any(
        answer_modifiers[noun] & question_terms
        and not answer_modifiers[noun] & other_modifiers[noun]
        and not other_modifiers[noun] & answer_terms
        for noun in answer_modifiers.keys() & other_modifiers.keys()
    )


def _modifiers_by_noun(text: str) -> dict[str, set[str]]:
    """Map each term that follows another term directly to the terms before it."""
    words = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]*)*|[^\w\s]", text)
    modifiers: dict[str, set[str]] = {}
    for first, second in pairwise("," if word.casefold() in _LINKS else word for word in words):
        for noun in terms(second):
            if before := terms(first):
                modifiers.setdefault(noun, set()).update(before)
    return modifiers


def _covers(
    question: str, answer: ComparedSentence, other: ComparedSentence, needed: float
) -> bool:
    """Whether enough terms that question and answer share are near the other sentence too.

    "When did the Harrow library open?" is not answered by when its swimming pool did.
    """
    subject = (terms(question) - _ASKING) & answer.subject
    return len(subject & terms(other.surroundings)) >= needed * len(subject)


def _share_words(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether the other sentence has words of the question or of the answer's surroundings."""
    question_terms = terms(question)
    other_terms = other.subject
    shared = other_terms & (question_terms | terms(answer.surroundings))
    if len(shared) >= 2 and (other_terms & (question_terms | terms(answer.remainder))):
        return True
    shared_names = (
        _names(question) & _all_names(answer.surroundings) & _all_names(other.surroundings)
    )
    if len(shared | shared_names) >= 2 and len(question_terms & terms(other.surroundings)) >= 2:
        return True
    similarity = float(answer.evidence.vector @ other.evidence.vector)
    return max(similarity, other.evidence.similarity) >= _HIGH_SIMILARITY
