"""A statement by anybody against sentences of articles: other amounts, other dates, denials.

The rules are those by which two articles are compared. There is no question: what the statement
says of its value takes the place of one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.language.units import DIMENSIONS
from sourcebook.rag.retrieval import Evidence

from .comparability import is_comparable
from .compared_sentence import ComparedSentence
from .denials import is_contradiction
from .values import StatedValue, is_similar_size, only_amount, only_date, value_at


@dataclass(frozen=True, slots=True)
class Objection:
    """What a sentence of an article says otherwise than a statement, in the words of both."""

    kind: Literal["denial", "number", "date"]
    words: str
    source_words: str
    source: Evidence


def find_objections(statement: Evidence, pool: Sequence[Evidence]) -> list[Objection]:
    """Return what sentences of articles say otherwise than a statement does, in their order.

    Silent when in doubt: a sentence counts only where it is about the same thing. Where any of them
    agrees with a value of the statement, none objects to it by another.

    Args:
        statement: a sentence of another text, as evidence of that.
        pool: sentences of articles, the nearest first, with their vectors.
    """
    values = [*_other_amounts(statement, pool), *_other_dates(statement, pool)]
    return values or list(_denials(statement, pool))


def _other_amounts(statement: Evidence, pool: Sequence[Evidence]) -> Iterator[Objection]:
    amounts = statement.sentence.quantities
    units = [amount.unit for amount in amounts]
    for amount in amounts:
        if units.count(amount.unit) > 1:
            continue
        own = value_at(statement, amount)
        is_count = amount.unit not in DIMENSIONS
        other_values = [
            value_at(item, other)
            for item in pool
            if (other := only_amount(item, amount.unit)) and is_similar_size(amount, other)
        ]
        about_it = [
            other
            for other in other_values
            if is_comparable(
                own.sentence.remainder, own.sentence, other.sentence, compares_counts=is_count
            )
        ]
        yield from _objections("number", own, about_it)


def _other_dates(statement: Evidence, pool: Sequence[Evidence]) -> Iterator[Objection]:
    for item in pool:
        date = only_date(item)
        if date is None:
            continue
        # "Thursday" is read on the day on which the article read it.
        read = replace(
            statement, document=replace(statement.document, published=item.document.published)
        )
        own_date = only_date(read)
        if own_date is None:
            continue
        own, other = value_at(read, own_date), value_at(item, date)
        if is_comparable(own.sentence.remainder, own.sentence, other.sentence, compares_dates=True):
            if own.agrees(other):
                return
            yield _objection("date", own, other)


def _objections(
    kind: Literal["number", "date"], own: StatedValue, other_values: Sequence[StatedValue]
) -> list[Objection]:
    if any(own.agrees(other) for other in other_values):
        return []
    return [_objection(kind, own, other) for other in other_values]


def _objection(kind: Literal["number", "date"], own: StatedValue, other: StatedValue) -> Objection:
    return Objection(kind, own.value.text, other.value.text, other.sentence.evidence)


def _denials(statement: Evidence, pool: Sequence[Evidence]) -> Iterator[Objection]:
    own = ComparedSentence(statement)
    subject = ParsedSentence(statement.text)
    for item in pool:
        if is_contradiction(subject, own, ComparedSentence(item)):
            yield Objection("denial", statement.text, item.text, item)
