"""Whether a source says what an answer adds of the very thing that was asked about.

A number or a name may stand in a source and belong to somebody else there, or count other things.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.sentences import sentence_spans
from sourcebook.rag.language.claims import Claim, find_claims, find_names, find_numbers, states
from sourcebook.rag.language.quantities import find_quantities
from sourcebook.rag.language.stems import content_stems, stem_share
from sourcebook.rag.language.units import ROLES, unit_in_question
from sourcebook.rag.prompting.prompts import format_heading
from sourcebook.rag.question.answer_type import speaker_in_question
from sourcebook.rag.retrieval.evidence import Evidence

from .coverage import SUBJECT_SHARE, Candidates

_LEAD = re.compile(r"(?!The\b)(?:\W*[A-Z][\w.’'-]*){0,5}")
"""The name that a sentence begins with."""

_IS = re.compile(r"\b(is|are|was|were) (?=[A-Z])")
"""A sentence that says who somebody is."""

_REPORTS = re.compile(
    r"\b(said|says|told|tells|explain|add|announce|report|accord|call)(ed|s|ing)?\b"
)
"""A sentence in which one tells of another."""


@dataclass(frozen=True, slots=True)
class Additions:
    """What a sentence of an answer adds to the question: ``new`` claims, among them ``exact`` ones
    (numbers and full days), and the ``stems`` of all its words."""

    new: Sequence[Claim]
    exact: Sequence[Claim]
    stems: set[str]


def claims_about_another_subject(
    sentence: str,
    question: str,
    added: Additions,
    candidates: Candidates,
    sources: Sequence[Evidence],
) -> list[Claim]:
    """The claims of ``sentence`` that its sources (not empty) state of another; mostly none."""
    return (
        _unmentioned_names(sentence, question, sources)
        or _claims_in_another_context(sentence, added.new, added.stems, candidates)
        or _numbers_of_another_unit(question, added.exact, sources)
        or _misplaced_subject(sentence, question, sources[0])
        or _missing_speaker(question, sources[0])
    )


def _unmentioned_names(sentence: str, question: str, sources: Sequence[Evidence]) -> list[Claim]:
    """The names asked about, when what is new in the sentence was said of somebody else.

    A sentence about a president's spokesman answers nothing about another president's. So the
    source of what the answer adds to the question must have at least one of the question's names
    in it, in its article's heading, or within two sentences of it.
    """
    asked = find_names(question)
    known = {claim.key for claim in find_claims(question)}
    new = [claim for claim in find_claims(sentence) if claim.key not in known]
    if not asked or not new:
        return []
    carrying = [
        source for source in sources if any(states(source.text, claim) for claim in new)
    ] or list(sources[:1])
    near = " ".join(surroundings(source) for source in carrying)
    return [] if any(states(near, name) for name in asked) else asked


def _claims_in_another_context(
    sentence: str, new: Sequence[Claim], stems: set[str], candidates: Candidates
) -> list[Claim]:
    """What the sentence adds to the question, when every source says it of something else.

    "John Sullivan informed the ambassadors" is not carried by one sentence that names him and
    another in which somebody informs the ambassadors: the sentence that states what is new, with
    those around it, must hold a good share of the other words, or count the same thing.
    """
    rest = stems - {stem for claim in new for stem in content_stems(claim.text)}
    stating = [
        (claim, source)
        for source, stated in zip(candidates.evidence, candidates.stated, strict=True)
        for claim in new
        if claim in stated
    ]
    # "His spokesman is John Sullivan" needs a source in which somebody is a spokesman.
    named = {stem for claim in find_claims(sentence) for stem in content_stems(claim.text)}
    office = rest - named if _IS.search(sentence) else set()

    def speaks_of_it(claim: Claim, source: Evidence) -> bool:
        near = surroundings(source, 1)
        if (
            not claim.is_number
            and office
            and not any(word[:5] in near.casefold() for word in office)
        ):
            return False
        return stem_share(rest, near) >= SUBJECT_SHARE

    vouched = any(
        speaks_of_it(claim, source)
        or (claim.is_number and is_same_unit(claim, sentence, source.text))
        for claim, source in stating
    )
    return list(new) if stating and not vouched else []


def _misplaced_subject(sentence: str, question: str, source: Evidence) -> list[Claim]:
    """The one that a sentence begins with, when its source says it of another one asked about.

    Asked where Putin was when he phoned Biden, "Biden spoke from his home" is no answer.
    """
    asked = {name.key: name for name in find_names(question)}
    ours, theirs = _leading_name(sentence, asked), _leading_name(source.text, asked)
    if not ours or not theirs or states(source.text, ours) or states(sentence, theirs):
        return []
    return [] if _REPORTS.search(source.text) else [ours]


def _missing_speaker(question: str, source: Evidence) -> list[Claim]:
    """The names of the one whose words were asked for, when the best source speaks of another.

    Where somebody's words stand, the sentence names the speaker, or one of the two before it does,
    or the article's heading.
    """
    asked = find_names(speaker_in_question(question) or "")
    near = surroundings(source, 2, 0) if asked else ""
    return [] if any(states(near, name) for name in asked) else asked


def _leading_name(text: str, known: Mapping[str, Claim]) -> Claim | None:
    """The known name among the first words of a sentence."""
    first = _LEAD.match(text)
    return next((name for name in known.values() if first and states(first[0], name)), None)


def _numbers_of_another_unit(
    question: str, exact: Sequence[Claim], sources: Sequence[Evidence]
) -> list[Claim]:
    """The numbers that every source states of people of one kind, when other things were asked for.

    "Nearly 100,000 troops" does not say how many tanks there are.
    """
    asked = unit_in_question(question)
    if asked is None or asked == "people":
        return []

    def of_something_else(claim: Claim, source: str) -> bool:
        units = {amount.unit for amount in find_quantities(source) if amount.key == claim.key}
        return bool(units) and units <= ROLES - {asked} and asked not in content_stems(source)

    return [
        claim
        for claim in exact
        if (stating := [s.text for s in sources if states(s.text, claim)])
        and all(of_something_else(claim, text) for text in stating)
    ]


def surroundings(source: Evidence, reach: int = 2, behind: int | None = None) -> str:
    """The source with its heading and the sentences around it: ``reach`` of them before it, and as
    many behind it unless told otherwise."""
    text = source.document.text
    spans = sentence_spans(text)
    here = next((i for i, (start, end) in enumerate(spans) if start <= source.start < end), 0)
    first, last = (
        spans[max(0, here - reach)],
        spans[min(len(spans) - 1, here + (reach if behind is None else behind))],
    )
    return f"{format_heading(source.document)}. {text[first[0] : last[1]]}"


def unit_after(number: str, text: str) -> str | None:
    """The stem of the first telling word that ``text`` has behind a number: "hour", "nato"."""
    return next(iter(content_stems(text.partition(number)[2])), None)


def is_same_unit(number: Claim, sentence: str, source: str) -> bool:
    """Whether the word behind the number in the one stands in the other: "hours", or "NATO" for
    "NATO has 30 members" from "the 30 NATO countries"."""
    mine = unit_after(number.text, sentence)
    theirs = [unit_after(n.text, source) for n in find_numbers(source) if n.key == number.key]
    words = content_stems(sentence)
    return mine in content_stems(source) or any(unit in words for unit in theirs)
