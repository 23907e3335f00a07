"""Whether two sentences of articles are about the same thing, so that they can contradict.

Two figures with one unit usually belong to two things. So the subject of the question must be near
both, nothing that tells them apart may be in only one of them, and they must share other words too.
The signs that tell things apart are those of de Marneffe, Rafferty and Manning 2008, "Finding
Contradictions in Text", in the opposite role: there a date, a modal or an antonym makes a
contradiction of two sentences about one event; here it shows that there are two events.
"""

from __future__ import annotations

from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.language.claims import find_name_runs, name_key, word_keys
from sourcebook.rag.language.word_lists import read_words

from .compared_sentence import ComparedSentence
from .contrasts import different_outcome, has_contrast

_COUNT_COVERAGE, _MEASURE_COVERAGE, _DATE_COVERAGE = 0.6, 0.7, 0.75
"""Share of the terms of question and answer that must be near another sentence. It is higher where
no noun says what the value counts (a duration, a percentage, and most of all a date)."""

_ASKING = read_words("value_question_stems")
"""Stems of question words, which name nothing."""

_HIGH_SIMILARITY = 0.6
"""Cosine of two sentences, or of a sentence and the question, that replaces shared words."""


def is_comparable(
    question: ParsedSentence,
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


def _is_same_occasion(
    question: ParsedSentence, answer: ComparedSentence, other: ComparedSentence
) -> bool:
    """Whether both are about one occasion: a date has no unit, so they must share more words."""
    return (
        len(question.terms & other.remainder.terms) >= 2
        and _covers(question, answer, other, _DATE_COVERAGE)
        and _covers(question, other, answer, _DATE_COVERAGE)
    )


def _is_distinct(
    question: ParsedSentence, answer: ComparedSentence, other: ComparedSentence
) -> bool:
    """Whether the two have contrasting words, or only one of them states a fact."""
    if answer.is_real != other.is_real or answer.instances != other.instances:
        return True
    return has_contrast(question, answer.remainder, other.remainder) or different_outcome(
        question, answer.sentence, other.sentence
    )


def _is_on_another_day(answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether their dates have no day in common, or one is later than the report of the other."""
    answer_dates, other_dates = answer.nearest_dates, other.nearest_dates
    if (answer.dates or other.dates) and answer_dates and other_dates:
        return not any(a.days.overlaps(b.days) for a in answer_dates for b in other_dates)
    return _is_dated_after(answer, other) or _is_dated_after(other, answer)


def _is_dated_after(report: ComparedSentence, event: ComparedSentence) -> bool:
    """Whether ``event`` is later than the publication of ``report``, which states a fact."""
    published = report.sentence.published
    if published is None or not event.dates or not report.is_real:
        return False
    return all(date.days.first and date.days.first > published for date in event.dates)


def _names_match(
    question: ParsedSentence, answer: ComparedSentence, other: ComparedSentence
) -> bool:
    """Whether the names in the question are near both sentences or neither, with few new names.

    Only the last word of a name counts: "Wendy Sherman" is "Sherman" in another article.
    """
    names = _last_names(question)
    near_answer, near_other = answer.surroundings.word_keys, other.surroundings.word_keys
    if names & near_answer != names & near_other:
        return False
    own = other.names_without_speakers
    strange = own - near_answer - question.proper_names
    strange -= frozenset(word_keys(answer.evidence.document.text)) if strange else frozenset()
    return len(strange) < 2 or 2 * len(strange) <= len(own)


def _last_names(question: ParsedSentence) -> set[str]:
    """The last word of each name in a question."""
    runs = [[name_key(word) for word in run.split()] for run in find_name_runs(question.text)]
    return {run[-1] for run in runs if run[-1] in question.proper_names}


def _is_other_kind(
    question: ParsedSentence, answer: ComparedSentence, other: ComparedSentence
) -> bool:
    """Whether they have two kinds of one noun of the question: "rowing club", "chess club"."""
    return any(
        answer.modifiers[noun] & question.terms
        and not answer.modifiers[noun] & other.modifiers[noun]
        and not other.modifiers[noun] & answer.surroundings.terms
        for noun in answer.modifiers.keys() & other.modifiers.keys()
    )


def _covers(
    question: ParsedSentence, answer: ComparedSentence, other: ComparedSentence, needed: float
) -> bool:
    """Whether enough terms that question and answer share are near the other sentence too.

    "When did the Harrow library open?" is not answered by when its swimming pool did.
    """
    subject = (question.terms - _ASKING) & answer.subject
    return len(subject & other.surroundings.terms) >= needed * len(subject)


def _share_words(
    question: ParsedSentence, answer: ComparedSentence, other: ComparedSentence
) -> bool:
    """Whether the other sentence has words of the question or of the answer's surroundings."""
    shared = other.subject & (question.terms | answer.surroundings.terms)
    if len(shared) >= 2 and other.subject & (question.terms | answer.remainder.terms):
        return True
    near_answer, near_other = answer.surroundings, other.surroundings
    shared_names = question.proper_names & near_answer.word_keys & near_other.word_keys
    if len(shared | shared_names) >= 2 and len(question.terms & near_other.terms) >= 2:
        return True
    similarity = float(answer.evidence.vector @ other.evidence.vector)
    return max(similarity, other.evidence.similarity) >= _HIGH_SIMILARITY
