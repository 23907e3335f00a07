"""Which sources carry one sentence of an answer, and what of it none of them states.

The sentence is compared with every sentence that was found: by meaning (cosine of their embeddings)
and by words (share of its content words that stand there). The best one is taken; others are added
only to cover numbers, days and names that the best one does not state.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..index.sentences import sentence_spans
from .contradiction import baseless, contrary
from .covering import SHARES_SUBJECT, Candidates
from .dates import names_any_day
from .evidence import Evidence
from .prompts import heading
from .quantities import quantities
from .said import Said, said, stands
from .units import ROLES, counted_in
from .words import Claim, claims, content_stems, names, numbers, share_in, states

SUPPORTED_FROM = 0.5
"""Support below this marks a sentence as unsupported. One whose number or day a source states, of
the same thing, has it at least: a short sentence may be carried by a long one that it hardly
resembles."""

_SAME_SUBJECT = 0.55
"""Cosine from which a sentence vouches for numbers whatever its words."""

_SAID_ABOVE = 0.6
"""Share of a sentence's words from which a heading says the same."""

_YEAR = re.compile(r"#(1\d|20)\d\d")

_LEAD = re.compile(r"(?!The\b)(?:\W*[A-Z][\w.’'-]*){0,5}")
"""The name that a sentence begins with."""

_REPORTS = re.compile(
    r"\b(said|says|told|tells|explain|add|announce|report|accord|call)(ed|s|ing)?\b"
)
"""A sentence in which one tells of another."""

_CONTRARY = 0.25
"""What a source loses in the choice when it says the contrary of the sentence."""


@dataclass(frozen=True, slots=True)
class Support:
    """Sources of a sentence, best first; its words that stand in none; how well it is carried.

    ``contrary``: words of a source that say the opposite, when one does.
    """

    sources: tuple[Evidence, ...]
    missing: tuple[str, ...]
    support: float
    contrary: str | None = None


def support(
    sentence: str,
    matching: str,
    question: str,
    evidence: Sequence[Evidence],
    similarities: Sequence[float],
) -> Support:
    """What carries ``sentence``; ``matching`` is it in the form its words are compared in.

    What the sentence repeats from the question is not its own claim: it helps to choose the source
    and need not stand there. ``similarities``: its cosine with each of ``evidence``.
    """
    required = said(sentence)
    if not evidence:
        return Support((), tuple(claim.text for claim in required.claims), 0.0)
    stems = set(content_stems(matching))
    overlap = [share_in(stems, source.text) for source in evidence]
    stated = _stated(sentence, required, stems, evidence, similarities)
    opposed = [contrary(sentence, source.text, question) for source in evidence]
    given = said(question)
    new = [
        claim
        for claim in required.claims
        # Questions are typed in small letters: "sirens" names the Sirens of the answer.
        if not given.repeats(claim, required) and (claim.is_number or not states(question, claim))
    ]
    # A number says more of where a sentence comes from than the names around it.
    exact = [claim for claim in new if claim.is_number or required.is_full_day(claim)]
    telling = exact or new or required.claims

    def worth(index: int) -> float:
        carried = sum(c in stated[index] for c in telling) / len(telling) if telling else 0.0
        penalty = _CONTRARY if opposed[index] else 0.0
        return (max(0.0, similarities[index]) + overlap[index]) / 2 + carried - penalty

    best = max(range(len(evidence)), key=worth)
    candidates = Candidates(evidence, stated, overlap)
    chosen, missing = candidates.cover([best], candidates.unsaid(new, [best]))
    chosen = candidates.cover_words(chosen, stems)
    # "The Sirens are the three women" needs the sentence that calls them Sirens, too.
    repeated = [claim for claim in required.claims if claim not in new]
    chosen, _ = candidates.cover(chosen, candidates.unnamed(repeated, chosen))
    missing = _beyond_headings(missing, required, [evidence[index] for index in chosen])
    if missing and (index := _under_such_a_heading(stems, missing, evidence)) is not None:
        chosen, missing = [index], []
    sources = tuple(evidence[index] for index in chosen)
    denied = next((words for index in chosen if (words := opposed[index])), None)
    lacking = [claim.text for claim in missing]
    if not lacking:
        beside = _beside_the_point(sentence, question, sources)
        beside = beside or _said_of_something_else(sentence, new, stems, candidates)
        beside = beside or _counts_something_else(question, exact, sources)
        beside = beside or _said_of_the_other(sentence, question, sources[0])
        lacking = [claim.text for claim in beside]
    context = " ".join(_surroundings(source, 1) for source in sources)
    if not denied and (invented := baseless(sentence, context)):
        lacking.append(invented)
    # "On December 30" stands in "on Dec. 30", whatever the words.
    there = [claim.text for index in chosen for claim in stated[index]]
    together = share_in(stems, " ".join([*(source.text for source in sources), *there]))
    carried = 0.0 if denied else min(1.0, (max(0.0, similarities[best]) + together) / 2)
    if exact and not lacking and not denied:
        carried = max(carried, SUPPORTED_FROM)
    return Support(sources, tuple(dict.fromkeys(lacking)), carried, denied)


def _stated(
    sentence: str,
    required: Said,
    stems: set[str],
    evidence: Sequence[Evidence],
    similarities: Sequence[float],
) -> list[list[Claim]]:
    """The claims that each source states, and may vouch for."""
    counted = [c for c in required.claims if c.is_number or c.key in required.days]
    subject = stems - {stem for claim in counted for stem in content_stems(claim.text)}
    return [
        [
            claim
            for claim in required.claims
            if stands(claim, required.days, source.text, source.document.published)
            and not (
                claim.is_number
                and not _same_unit(claim, sentence, source.text)
                and _another_subject(subject, _context(claim, source), similarity)
            )
        ]
        for source, similarity in zip(evidence, similarities, strict=True)
    ]


def _beyond_headings(
    missing: Sequence[Claim], required: Said, sources: Sequence[Evidence]
) -> list[Claim]:
    """What the headings do not state either: an article's title and date were read with it.

    The article's date vouches for no other day than the one its sentence names.
    """
    headings = [heading(source.document) for source in sources]
    own_day = any(names_any_day(s.text, s.document.published) for s in sources)
    return [
        claim
        for claim in missing
        if (claim.key in required.days and own_day)
        or not any(stands(claim, required.days, text, None) for text in headings)
    ]


def _under_such_a_heading(
    stems: set[str], missing: Sequence[Claim], evidence: Sequence[Evidence]
) -> int | None:
    """The best source under a heading that says what the sentence says and no text states."""
    for index, source in enumerate(evidence):
        above = heading(source.document)
        if share_in(stems, above) >= _SAID_ABOVE and all(states(above, c) for c in missing):
            return index
    return None


def _beside_the_point(sentence: str, question: str, sources: Sequence[Evidence]) -> list[Claim]:
    """The names asked about, when what is new in the sentence was said of somebody else.

    A sentence about a president's spokesman answers nothing about another president's. So the
    source of what the answer adds to the question must have at least one of the question's names
    in it, in its article's heading, or within two sentences of it.
    """
    asked = names(question)
    known = {claim.key for claim in claims(question)}
    new = [claim for claim in claims(sentence) if claim.key not in known]
    if not asked or not new:
        return []
    carrying = [
        source for source in sources if any(states(source.text, claim) for claim in new)
    ] or list(sources[:1])
    near = " ".join(_surroundings(source) for source in carrying)
    return [] if any(states(near, name) for name in asked) else asked


def _said_of_something_else(
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
    vouched = any(
        share_in(rest, _surroundings(source, 1)) >= SHARES_SUBJECT
        or (claim.is_number and _same_unit(claim, sentence, source.text))
        for claim, source in stating
    )
    return list(new) if stating and not vouched else []


def _said_of_the_other(sentence: str, question: str, source: Evidence) -> list[Claim]:
    """The one that a sentence begins with, when its source says it of another one asked about.

    Asked where Putin was when he phoned Biden, "Biden spoke from his home" is no answer.
    """
    asked = {name.key: name for name in names(question)}
    ours, theirs = _leading(sentence, asked), _leading(source.text, asked)
    if not ours or not theirs or states(source.text, ours) or states(sentence, theirs):
        return []
    return [] if _REPORTS.search(source.text) else [ours]


def _leading(text: str, known: Mapping[str, Claim]) -> Claim | None:
    """The known name among the first words of a sentence."""
    first = _LEAD.match(text)
    return next((name for name in known.values() if first and states(first[0], name)), None)


def _counts_something_else(
    question: str, exact: Sequence[Claim], sources: Sequence[Evidence]
) -> list[Claim]:
    """The numbers that every source states of people of one kind, when other things were asked for.

    "Nearly 100,000 troops" does not say how many tanks there are.
    """
    asked = counted_in(question)
    if asked is None or asked == "people":
        return []

    def of_something_else(claim: Claim, source: str) -> bool:
        units = {amount.unit for amount in quantities(source) if amount.key == claim.key}
        return bool(units) and units <= ROLES - {asked} and asked not in content_stems(source)

    return [
        claim
        for claim in exact
        if (stating := [s.text for s in sources if states(s.text, claim)])
        and all(of_something_else(claim, text) for text in stating)
    ]


def _surroundings(source: Evidence, reach: int = 2) -> str:
    """The source with its heading and the sentences around it."""
    text = source.document.text
    spans = sentence_spans(text)
    here = next((i for i, (start, end) in enumerate(spans) if start <= source.start < end), 0)
    first, last = spans[max(0, here - reach)], spans[min(len(spans) - 1, here + reach)]
    return f"{heading(source.document)}. {text[first[0] : last[1]]}"


def unit_behind(number: str, text: str) -> str | None:
    """The stem of the first telling word that ``text`` has behind a number: "hour", "nato"."""
    return next(iter(content_stems(text.partition(number)[2])), None)


def _same_unit(number: Claim, sentence: str, source: str) -> bool:
    """Whether the word behind the number in the one stands in the other: "hours", or "NATO" for
    "NATO has 30 members" from "the 30 NATO countries"."""
    mine = unit_behind(number.text, sentence)
    theirs = [unit_behind(n.text, source) for n in numbers(source) if n.key == number.key]
    words = content_stems(sentence)
    return mine in content_stems(source) or any(unit in words for unit in theirs)


def _another_subject(subject: set[str], context: str, similarity: float) -> bool:
    """Whether a source speaks of something else, so that its numbers vouch for nothing here."""
    return similarity < _SAME_SUBJECT and share_in(subject, context) < SHARES_SUBJECT


def _context(number: Claim, source: Evidence) -> str:
    """What tells of what a number is said: the sentence. A year is often said of the one before
    ("It was the first since 2019"), and seldom taken for that of something else."""
    is_year = _YEAR.fullmatch(number.key)
    return _surroundings(source, 1) if is_year else source.text
