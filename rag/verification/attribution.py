"""Whether a source says what an answer adds of the very thing that was asked about.

A number or a name may stand in a source and belong to somebody else there, or count other things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Document
from sourcebook.rag.language import Claim, ParsedSentence, content_stems, find_names
from sourcebook.rag.language.names import (
    is_adjective_of_place,
    is_place_or_people,
    spells_out,
)
from sourcebook.rag.language.units import ROLES, find_currency, measure_of, unit_in_question
from sourcebook.rag.prompting import format_heading
from sourcebook.rag.question.answer_type import speaker_in_question
from sourcebook.rag.retrieval import Evidence

from .coverage import SUBJECT_SHARE, Candidates, is_same_unit
from .subject_names import REPORTS, numbers_of_another_name, numbers_of_another_sort
from .table_cells import cells_of_another_row, names_of_another_column

NAMED_THROUGHOUT = 3
"""Times that an article names what all of it is about."""

_LEAD = re.compile(r"(?!The\b)(?:\W*[A-Z][\w.’'-]*){0,5}")
"""The name that a sentence begins with."""

_IS = re.compile(r"\b(is|are|was|were) (?=[A-Z])")
"""A sentence that says who somebody is."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of an answer to a question, with what it adds to that: ``new`` claims, among them
    ``exact`` ones (numbers and full days), and the ``stems`` of all its words.

    ``candidates`` are the sentences that it was written from, ``sources`` (not empty) those of them
    that it is to be cited from.
    """

    sentence: ParsedSentence
    question: ParsedSentence
    new: Sequence[Claim]
    exact: Sequence[Claim]
    stems: set[str]
    candidates: Candidates
    sources: Sequence[Evidence]


def _unmentioned_names(
    sentence: ParsedSentence, question: ParsedSentence, sources: Sequence[Evidence]
) -> list[Claim]:
    """The names in the question, when what is new in the sentence was said of somebody else.

    A sentence about a president's spokesman answers nothing about another president's. So the
    source of what the answer adds to the question must have at least one of the question's names
    in it, in its article's heading, or within two sentences of it; or the article names it
    throughout, as a manual does its product.
    """
    question_keys = {claim.key for claim in question.claims}
    new = [claim for claim in sentence.claims if claim.key not in question_keys]
    if not question.names or not new:
        return []
    carriers = [s for s in sources if any(s.sentence.states(claim) for claim in new)]
    stating = carriers or sources[:1]
    if any(_is_subject(name, source.document) for name in question.names for source in stating):
        return []
    context = ParsedSentence(" ".join(text_around(source) for source in stating))
    names = question.names
    if not any(is_place_or_people(name.text) for name in context.names):
        # "The Dutch beach" may be told of as the one at The Hague; beside another people it is not.
        names = tuple(name for name in names if not is_adjective_of_place(name.text))
    return _unless_one_stands(names, context)


def _claims_in_another_context(
    sentence: ParsedSentence, new: Sequence[Claim], stems: set[str], candidates: Candidates
) -> list[Claim]:
    """What the sentence adds to the question, when every source says it of something else.

    "John Sullivan informed the ambassadors" is not carried by one sentence that names him and
    another in which somebody informs the ambassadors: the sentence that states what is new, with
    those around it, must hold a good share of the other words, or count the same thing.
    """
    other_stems = stems - {stem for claim in new for stem in content_stems(claim.text)}
    statements = [
        (claim, source)
        for source, claims in zip(candidates.evidence, candidates.claims, strict=True)
        for claim in new
        if claim in claims
    ]
    # "His spokesman is John Sullivan" needs a source in which somebody is a spokesman.
    claim_stems = {stem for claim in sentence.claims for stem in content_stems(claim.text)}
    office = other_stems - claim_stems if _IS.search(sentence.text) else set()

    def is_about_it(claim: Claim, source: Evidence) -> bool:
        context = text_around(source, 1)
        if (
            not claim.is_number
            and office
            and not any(word[:5] in context.casefold() for word in office)
        ):
            return False
        # What an article names throughout need not stand beside each thing it says of that.
        names = [name for name in sentence.names if _is_subject(name, source.document)]
        named = {stem for name in names for stem in content_stems(name.text)}
        return ParsedSentence(context).stem_share(other_stems - named) >= SUBJECT_SHARE

    has_source = any(
        is_about_it(claim, source)
        or (claim.is_number and is_same_unit(claim, sentence, source.sentence))
        for claim, source in statements
    )
    return list(new) if statements and not has_source else []


def _misplaced_subject(
    sentence: ParsedSentence, question: ParsedSentence, source: Evidence
) -> list[Claim]:
    """The name that a sentence begins with, when its source says it of another in the question.

    Asked where Putin was when he phoned Biden, "Biden spoke from his home" is no answer.
    """
    names = {name.key: name for name in question.names}
    subject, source_subject = _leading_name(sentence.text, names), _leading_name(source.text, names)
    if (
        not subject
        or not source_subject
        or source.sentence.states(subject)
        or sentence.states(source_subject)
    ):
        return []
    return [] if REPORTS.search(source.text) else [subject]


def _missing_speaker(question: ParsedSentence, source: Evidence) -> list[Claim]:
    """The names of the speaker in question, when the best source speaks of another.

    Where somebody's words stand, the sentence names the speaker, or one of the two before it does,
    or the article's heading.
    """
    names = find_names(speaker_in_question(question.text) or "")
    return _unless_one_stands(names, ParsedSentence(text_around(source, 2, 0))) if names else []


def _unless_one_stands(names: Sequence[Claim], context: ParsedSentence) -> list[Claim]:
    """The names, or nothing when the context has one of them."""
    return [] if any(_is_mentioned(name, context) for name in names) else list(names)


def _is_mentioned(name: Claim, context: ParsedSentence) -> bool:
    """Whether a name stands in a text: as it is, in another number ("the Falklands" of the Falkland
    Islands), or spelled out ("ACLs" as "access control lists")."""
    stems = set(content_stems(name.text))
    is_by_stem = bool(stems) and stems <= set(context.stems)
    return context.states(name) or is_by_stem or spells_out(name.text, context.text)


def _leading_name(text: str, names: Mapping[str, Claim]) -> Claim | None:
    """The one of the names that stands among the first words of a sentence."""
    beginning = _LEAD.match(text)
    lead = ParsedSentence(beginning[0] if beginning else "")
    return next((name for name in names.values() if lead.states(name)), None)


def _numbers_of_another_unit(
    question: ParsedSentence, exact: Sequence[Claim], sources: Sequence[Evidence]
) -> list[Claim]:
    """The numbers that every source states of people of one kind, when others are in question.

    "Nearly 100,000 troops" does not say how many tanks there are.
    """
    unit = unit_in_question(question.text)
    if unit is None or unit == "people":
        return []

    def is_of_another_unit(claim: Claim, source: ParsedSentence) -> bool:
        units = {amount.unit for amount in source.quantities if amount.key == claim.key}
        return bool(units) and units <= ROLES - {unit} and unit not in source.stems

    return [
        claim
        for claim in exact
        if (parsed := [s.sentence for s in sources if s.sentence.states(claim)])
        and all(is_of_another_unit(claim, source) for source in parsed)
    ]


def _numbers_in_another_measure(
    sentence: ParsedSentence,
    question: ParsedSentence,
    exact: Sequence[Claim],
    sources: Sequence[Evidence],
) -> list[Claim]:
    """The numbers that every source gives in another measure: crowns for euros, miles for metres.

    A number without a currency is taken to be in the one that the question asks for.
    """
    currency = find_currency(question.text)

    def is_other(claim: Claim, source: ParsedSentence) -> bool:
        words = next(number.text for number in source.numbers if number.key == claim.key)
        other_measure = measure_of(words, source.text)
        own_measure = measure_of(claim.text, sentence.text)
        if own_measure is None and currency and other_measure and other_measure[0] == "currency":
            own_measure = ("currency", currency)
        if own_measure is None or other_measure is None:
            return False
        return own_measure[0] == other_measure[0] and own_measure[1] != other_measure[1]

    return [
        claim
        for claim in exact
        if claim.is_number
        and (parsed := [s.sentence for s in sources if s.sentence.states(claim)])
        and all(is_other(claim, source) for source in parsed)
    ]


def _is_subject(name: Claim, document: Document) -> bool:
    """Whether an article names something so often that its sentences need not repeat it."""
    return (
        len(re.findall(rf"\b{re.escape(name.text)}\b", document.text, re.IGNORECASE))
        >= NAMED_THROUGHOUT
    )


def text_around(source: Evidence, before: int = 2, after: int | None = None) -> str:
    """Return the source behind its heading, with the sentences around it.

    Args:
        source: a sentence of an article.
        before: sentences before it.
        after: sentences behind it, by default as many as before it.
    """
    text = source.with_neighbours(before, before if after is None else after)
    return f"{format_heading(source.document)}. {text}"


SUBJECT_CHECKS: Mapping[str, Callable[[Statement], list[Claim]]] = {
    "names_nearby": lambda s: _unmentioned_names(s.sentence, s.question, s.sources),
    "same_context": lambda s: _claims_in_another_context(s.sentence, s.new, s.stems, s.candidates),
    "counted_people": lambda s: _numbers_of_another_unit(s.question, s.exact, s.sources),
    "measures": lambda s: _numbers_in_another_measure(s.sentence, s.question, s.exact, s.sources),
    "table_cells": lambda s: cells_of_another_row(s.question, s.exact, s.sources),
    "table_columns": lambda s: names_of_another_column(s.question, s.new, s.sources),
    "number_of_name": lambda s: numbers_of_another_name(s.sentence, s.exact, s.candidates.evidence),
    "number_of_sort": lambda s: numbers_of_another_sort(s.sentence, s.exact, s.sources),
    "first_name": lambda s: _misplaced_subject(s.sentence, s.question, s.sources[0]),
    "speaker": lambda s: _missing_speaker(s.question, s.sources[0]),
}
"""The checks of whose claims they are, by the name under which each can be left out."""


def claims_about_another_subject(statement: Statement, without: str = "") -> list[Claim]:
    """Return the claims that the sources of a statement say of another subject, by the first check
    that has some.

    Args:
        statement: a sentence of an answer with its sources.
        without: the name of a check to leave out.
    """
    checks = (check for name, check in SUBJECT_CHECKS.items() if name != without)
    return next((claims for check in checks if (claims := check(statement))), [])
