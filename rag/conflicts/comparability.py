"""Whether two sentences of articles speak of the same thing, so that they can contradict.

Two figures of one unit mostly belong to two things. So what was asked about must stand around both,
nothing that tells them apart may stand in one of them only, and they must share words besides. The
marks that tell things apart are those of de Marneffe, Rafferty and Manning 2008, "Finding
Contradictions in Text", turned round: there a date, a modal or an antonym makes a contradiction of
two sentences about one event; here it says that the events are two.
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
"""Sentences before one in which its "he" or "the talks" may be named."""

_REACH_CHARACTERS = 1500
_COUNTED_NAMED, _MEASURED_NAMED, _DATED_NAMED = 0.6, 0.7, 0.75
"""Share of what question and answer name that must stand around another sentence; the more where no
counted noun says what the value is of (a duration, a percentage, and most of all a date)."""

_YEAR = 366

_SHORT = 4
"""Terms. A shorter sentence leaves it to the one before what it speaks of."""

_ASKING = word_set("last take long mani much number cost go hold held happen year day")
"""Stems that ask, and name nothing."""

_LINKS = word_set("near along towards toward between across during against within after before")
"""Words between two nouns that part them."""

_MUCH_ALIKE = 0.6
"""Cosine of two sentences, or of a sentence and the question, from which few shared words do."""

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
    """A sentence of an article, and in it the words ``start:end`` that may be in conflict."""

    evidence: Evidence
    start: int
    end: int

    @property
    def text(self) -> str:
        """The sentence."""
        return self.evidence.text

    @property
    def published(self) -> date | None:
        """The day its article was published, there."""
        return self.evidence.sentence.published

    @cached_property
    def before(self) -> str:
        """The sentences before it in its article."""
        start = self.evidence.start
        text = self.evidence.document.text[max(0, start - _REACH_CHARACTERS) : start]
        spans = sentence_spans(text)[-_REACH:]
        return text[spans[0][0] :] if spans else ""

    @cached_property
    def previous(self) -> str:
        """The sentence just before it."""
        spans = sentence_spans(self.before)
        return self.before[spans[-1][0] :] if spans else ""

    @cached_property
    def around(self) -> str:
        """Its article's title, the sentences before it, and itself."""
        return f"{self.evidence.document.title}. {self.before} {self.text}"

    @cached_property
    def rest(self) -> str:
        """The sentence without the words in conflict."""
        return f"{self.text[: self.start]} {self.text[self.end :]}"

    @cached_property
    def subject(self) -> set[str]:
        """Terms of the sentence but for the value; of a short one also of the sentence before.

        "Their discussions took about eight hours."
        """
        own = terms(self.rest)
        return own if len(own) >= _SHORT else own | terms(self.previous)

    def near(self, before: int, behind: int) -> str:
        """At most so many words before and behind the value, within their part of the sentence."""
        left = _CLAUSE_END.split(self.text[: self.start])[-1].split()[-before:]
        right = _CLAUSE_END.split(self.text[self.end :])[0].split()[:behind]
        return " ".join([*left, "*", *right])

    @property
    def is_real(self) -> bool:
        """Whether it is told as a fact."""
        return is_factual(self.near(7, 3))

    @property
    def instances(self) -> set[str]:
        """What says that it is another one, or a part."""
        return instance_markers(self.near(12, 6))

    @cached_property
    def dates(self) -> list[Mention]:
        """When it happened, as the sentence says; not when somebody said so."""
        return [
            mention
            for mention in bounded(times_in_article(self.text, self.published))
            if not _SPEECH_DAY.search(self.text[: mention.start])
        ]

    @cached_property
    def dated(self) -> list[Mention]:
        """``dates``, or else the last date before the sentence."""
        return self.dates or bounded(times_in_article(self.before, self.published))[-1:]


def bounded(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions of a day, a month or a year, which have both ends."""
    return [mention for mention in mentions if (mention.days.days or _YEAR + 1) <= _YEAR]


def is_comparable(
    question: str,
    answer: ComparedSentence,
    other: ComparedSentence,
    *,
    date_asked: bool = False,
    counted: bool = False,
) -> bool:
    """Whether ``other`` speaks of what ``answer`` says in answer to ``question``.

    ``date_asked``: the dates are what is compared, so they do not tell the two apart. ``counted``:
    both places count the same ("troops").
    """
    return (
        not _is_distinct(question, answer, other)
        and not _is_other_kind(question, answer, other)
        and _names_match(question, answer, other)
        and _share_words(question, answer, other)
        and (
            _is_same_occasion(question, answer, other)
            if date_asked
            else _covers(question, answer, other, _COUNTED_NAMED if counted else _MEASURED_NAMED)
            and not _is_on_another_day(answer, other)
        )
    )


def _is_same_occasion(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """A date has no unit that would tell what it is of, so more must be shared."""
    return (
        len(terms(question) & terms(other.rest)) >= 2
        and _covers(question, answer, other, _DATED_NAMED)
        and _covers(question, other, answer, _DATED_NAMED)
    )


def terms(text: str) -> set[str]:
    """Stems of the words that mean something; a country and its people are one."""
    words = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", text.replace("-", " "))
    known = [name_key(w) for w in words if w.casefold() not in STOP_WORDS]
    return {stem for word in known for stem in content_stems(word)}


def _is_distinct(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether a contrast stands between them, or one speaks of what is and one of what may be."""
    if answer.is_real != other.is_real or answer.instances != other.instances:
        return True
    return has_contrast(question, answer.rest, other.rest) or different_outcome(
        question, answer.text, other.text
    )


def _is_on_another_day(answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether they are dated, and no day is in both; or one is dated after the other was told."""
    ours, theirs = answer.dated, other.dated
    if (answer.dates or other.dates) and ours and theirs:
        return not any(a.days.overlaps(b.days) for a in ours for b in theirs)
    return _is_dated_after(answer, other) or _is_dated_after(other, answer)


def _is_dated_after(told: ComparedSentence, dated: ComparedSentence) -> bool:
    """Whether ``dated`` happened after ``told`` was published, which speaks of it as past."""
    if told.published is None or not dated.dates or not told.is_real:
        return False
    return all(date.days.first and date.days.first > told.published for date in dated.dates)


def _names_match(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether the names asked about stand around both sentences or neither, and few strange ones.

    Of a name of several words the last is looked for: "Wendy Sherman" is "Sherman" elsewhere.
    """
    asked = _question_names(question)
    if asked & _all_names(answer.around) != asked & _all_names(other.around):
        return False
    own = _names(_SPEAKER.sub(" ", other.text))
    strange = own - _all_names(answer.evidence.document.text) - _all_names(answer.around)
    strange -= _names(question)
    return len(strange) < 2 or 2 * len(strange) <= len(own)


def _question_names(question: str) -> set[str]:
    """The last word of each name in a question."""
    known = _names(question)
    runs = [[name_key(word) for word in run.split()] for run in find_name_runs(question)]
    return {run[-1] for run in runs if run[-1] in known}


def _names(text: str) -> set[str]:
    """Names of people, places and bodies: not the months and days, which are dates."""
    return {claim.key[1:] for claim in find_names(text) if claim.key[1:] not in CALENDAR_WORDS}


def _all_names(text: str) -> set[str]:
    return {name_key(word) for word in re.findall(r"[^\W\d_]+(?:[’'\-.][^\W\d_]+)*", text)}


def _is_other_kind(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether both speak of one noun, asked about, but of two kinds of it: "rowing club", "chess
    club"."""
    asked, known = terms(question), terms(answer.around)
    ours, theirs = _modifiers_by_noun(answer.rest), _modifiers_by_noun(other.rest)
    return any(
        ours[noun] & asked and not ours[noun] & theirs[noun] and not theirs[noun] & known
        for noun in ours.keys() & theirs.keys()
    )


def _modifiers_by_noun(text: str) -> dict[str, set[str]]:
    """The terms that have a term directly before them, and those."""
    words = re.findall(r"[^\W\d_]+(?:[’'][^\W\d_]*)*|[^\w\s]", text)
    found: dict[str, set[str]] = {}
    for one, two in pairwise("," if word.casefold() in _LINKS else word for word in words):
        for noun in terms(two):
            if before := terms(one):
                found.setdefault(noun, set()).update(before)
    return found


def _covers(
    question: str, answer: ComparedSentence, other: ComparedSentence, needed: float
) -> bool:
    """Whether what the question and the answer's sentence name stands around the other as well.

    "When did the Harrow library open?" is not answered by when its swimming pool did.
    """
    named = (terms(question) - _ASKING) & answer.subject
    return len(named & terms(other.around)) >= needed * len(named)


def _share_words(question: str, answer: ComparedSentence, other: ComparedSentence) -> bool:
    """Whether the other sentence itself has words of the question or from around the answer."""
    asked = terms(question)
    here = other.subject
    shared = here & (asked | terms(answer.around))
    if len(shared) >= 2 and (here & (asked | terms(answer.rest))):
        return True
    named = _names(question) & _all_names(answer.around) & _all_names(other.around)
    if len(shared | named) >= 2 and len(asked & terms(other.around)) >= 2:
        return True
    alike = float(answer.evidence.vector @ other.evidence.vector)
    return max(alike, other.evidence.similarity) >= _MUCH_ALIKE
