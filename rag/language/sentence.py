"""A sentence, and what it says: each reading of it made once, when it is first needed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from .calendar import CALENDAR_WORDS
from .claims import Claim, find_claims, find_names, find_numbers, find_terms, word_keys
from .negation import Negation, find_negations, verb_stems
from .negation_words import IMPLICIT
from .numbers import Bound
from .quantities import Quantity, find_bounds, find_quantities
from .stems import content_stems
from .time.dates import times_in_article
from .time.days import Day, find_days, without_days
from .time.expressions import Mention

_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE = re.compile(r"[;:.!?()]|,?\s*\b(?:but|however|although|though|while|whereas|and|yet)\b")


@dataclass(frozen=True)
class ParsedSentence:
    """The sentence ``text`` of an article that was published on the day ``published``.

    A question, or a sentence of an answer, has no such day. Two sentences with the same text and
    day are equal.
    """

    text: str
    published: date | None = None

    @cached_property
    def stems(self) -> tuple[str, ...]:
        """The stems of its content words, in order."""
        return tuple(content_stems(self.text))

    @cached_property
    def verb_stems(self) -> tuple[str, ...]:
        """The same with irregular verbs by their present: "met" as "meet"."""
        return tuple(verb_stems(self.text))

    @cached_property
    def words(self) -> frozenset[str]:
        """Its words in small letters, cut at hyphens and apostrophes."""
        return frozenset(_WORD.findall(self.text.casefold()))

    @cached_property
    def word_keys(self) -> frozenset[str]:
        """The keys of its words, by which the forms of a name are one."""
        return frozenset(word_keys(self.text))

    @cached_property
    def _name_words(self) -> str:
        """Its words by their keys, with a space around each."""
        return f" {' '.join(word_keys(self.text))} "

    @cached_property
    def terms(self) -> frozenset[str]:
        """The stems of its content words; a country and its people have one stem."""
        return find_terms(self.text)

    @cached_property
    def names(self) -> tuple[Claim, ...]:
        """Its names, months and weekdays."""
        return tuple(find_names(self.text))

    @cached_property
    def proper_names(self) -> frozenset[str]:
        """The keys of its names of people, places and organisations, without the "@"."""
        keys = (name.key[1:] for name in self.names)
        return frozenset(key for key in keys if key not in CALENDAR_WORDS)

    @cached_property
    def numbers(self) -> tuple[Claim, ...]:
        """Its numbers, in digits and in words."""
        return tuple(find_numbers(self.text))

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Its names and numbers, each once."""
        return tuple(find_claims(self.text))

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """The days of a month or week that it names, as they are written."""
        return tuple(find_days(self.text))

    @cached_property
    def claims_without_days(self) -> tuple[Claim, ...]:
        """Its names and numbers outside of its `days`: the 13 of "13 January" is no number."""
        return tuple(find_claims(without_days(self.text, self.days)))

    @cached_property
    def times(self) -> tuple[Mention, ...]:
        """Its time expressions, with the days that they mean on the day of publication."""
        return tuple(times_in_article(self.text, self.published))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """Its amounts whose unit is known."""
        return tuple(find_quantities(self.text))

    @cached_property
    def bounds(self) -> Mapping[str, Bound]:
        """The bound of each of its numbers ("at least"), by the key of the number."""
        return find_bounds(self.text)

    @cached_property
    def negations(self) -> tuple[Negation, ...]:
        """Its denials."""
        return find_negations(self.text)

    @cached_property
    def has_denial(self) -> bool:
        """Whether a word of denial stands in it, also one as "failed" that only implies it."""
        return bool(self.negations) or bool(IMPLICIT.search(self.text))

    @cached_property
    def clauses(self) -> tuple[str, ...]:
        """Its clauses, as far as punctuation and conjunctions show them."""
        return tuple(part for part in _CLAUSE.split(self.text) if part.strip())

    @cached_property
    def unscoped_stems(self) -> frozenset[str]:
        """The `verb_stems` that stand, at least once, outside the scope of every denial."""
        outside, last = "", 0
        for negation in self.negations:
            outside += self.text[last : max(last, negation.start)] + " "
            last = max(last, negation.end)
        return frozenset(verb_stems(outside + self.text[last:]))

    @cached_property
    def affirmed_stems(self) -> frozenset[str]:
        """The `unscoped_stems` that no denial holds."""
        denied = {stem for n in self.negations for stem in (*n.focus, *n.scope)}
        return self.unscoped_stems - denied

    def states(self, claim: Claim) -> bool:
        """Whether it holds ``claim``: a number in any form, a name as a word."""
        if claim.is_number:
            return any(number.key == claim.key for number in self.numbers)
        if claim.is_month:
            return any(name.key == claim.key for name in self.names)
        return f" {claim.key[1:]} " in self._name_words

    def states_words(self, words: str) -> bool:
        """Whether it holds the numbers and names of ``words``; those without one as they are."""
        required = find_claims(f"of {words}")  # a name that begins a sentence would be no name
        if not required:
            return words.casefold() in self.text.casefold()
        return all(map(self.states, required))

    def stem_share(self, stems: Collection[str]) -> float:
        """Return the share of ``stems`` that it has, in [0, 1]; 1 when there are none."""
        return len(set(stems) & set(self.stems)) / len(set(stems)) if stems else 1.0
