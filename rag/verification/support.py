"""Which sources carry one sentence of an answer, and what of it none of them states.

The sentence is compared with every sentence that was found: by meaning (cosine of their embeddings)
and by words (share of its content words that stand there). The best one is taken; others are added
only to cover numbers, days and names that the best one does not state, or, from the same article,
much of what it leaves unsaid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.rag.language import Claim, ParsedSentence, content_stems
from sourcebook.rag.retrieval import Evidence

from .amounts import amounts_of_others
from .attribution import Statement, claims_about_another_subject, text_around
from .claim_set import ClaimSet, extract_claims, names_any_day, states_claim
from .contradiction import find_baseless_denial, find_contradiction
from .corroboration import CorroborationFinder
from .coverage import SUBJECT_SHARE, Candidates, is_same_unit, parse_heading
from .table_cells import states

SUPPORTED_FROM = 0.5
"""Support below this marks a sentence as unsupported. One whose number or day a source states, of
the same thing, has it at least: a short sentence may be carried by a long one that it hardly
resembles."""

_SAME_SUBJECT = 0.55
"""Cosine from which a sentence vouches for numbers whatever its words."""

_HEADING_SHARE = 0.6
"""Share of a sentence's words from which a heading says the same."""

YEAR = re.compile(r"#(1\d|20)\d\d")
"""The key of a number that is a year."""

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


def is_supported(support: Support) -> bool:
    """Whether the sources state all of the sentence and resemble it enough."""
    return not support.missing and not support.contrary and support.support >= SUPPORTED_FROM


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of one sentence against its sources; an ablation replaces one of them."""

    find_contradiction: Callable[[ParsedSentence, ParsedSentence, ParsedSentence], str | None] = (
        find_contradiction
    )
    find_baseless_denial: Callable[[ParsedSentence, ParsedSentence], str | None] = (
        find_baseless_denial
    )
    find_misattributed: Callable[[Statement], list[Claim]] = claims_about_another_subject
    amounts_of_others: Callable[[str, str, Sequence[str]], list[str]] = amounts_of_others
    cover_claims: Callable[
        [Candidates, Sequence[int], Sequence[Claim]], tuple[list[int], list[Claim]]
    ] = Candidates.cover
    cover_words: Callable[[Candidates, Sequence[int], set[str]], list[int]] = Candidates.cover_words
    is_supported: Callable[[Support], bool] = is_supported
    corroborate: Callable[[Sequence[Hit], Embedder], CorroborationFinder] = CorroborationFinder


CHECKS = Checks()
"""The checks of the product."""


def find_support(
    sentence: ParsedSentence,
    matching: ParsedSentence,
    question: ParsedSentence,
    evidence: Sequence[Evidence],
    similarities: Sequence[float],
    *,
    checks: Checks = CHECKS,
) -> Support:
    """Return the sources that carry ``sentence``, and what of it none of them states.

    What the sentence repeats from the question is not its own claim: it helps to choose the source
    and need not stand there.

    Args:
        sentence: of an answer.
        matching: the sentence in the form in which its words are compared.
        question: the stand-alone one.
        evidence: what the answer was written from, best first.
        similarities: cosine of the sentence with each of ``evidence``.
        checks: the checks to make.
    """
    required = extract_claims(sentence)
    speaking = [row for row, source in enumerate(evidence) if not source.is_address]
    if not speaking:
        return Support((), tuple(claim.text for claim in required.claims), 0.0)
    evidence = [evidence[row] for row in speaking]
    similarities = [similarities[row] for row in speaking]
    stems = set(matching.stems)
    overlap = [source.read_sentence.stem_share(stems) for source in evidence]
    by_source = _claims_by_source(sentence, required, stems, evidence, similarities)
    denials = [checks.find_contradiction(sentence, s.sentence, question) for s in evidence]
    premises = extract_claims(question)
    new = [
        claim
        for claim in required.claims
        # Questions are typed in small letters: "sirens" names the Sirens of the answer.
        if not premises.repeats(claim, required) and (claim.is_number or not question.states(claim))
    ]
    # A number says more of where a sentence comes from than the names around it.
    exact = [claim for claim in new if claim.is_number or required.is_full_day(claim)]
    decisive = exact or new or required.claims

    def worth(index: int) -> float:
        count = sum(c in by_source[index] for c in decisive)
        share = count / len(decisive) if decisive else 0.0
        penalty = _CONTRARY if denials[index] else 0.0
        return (max(0.0, similarities[index]) + overlap[index]) / 2 + share - penalty

    best = max(range(len(evidence)), key=worth)
    candidates = Candidates(evidence, by_source, overlap)
    selection, missing = checks.cover_claims(candidates, [best], candidates.uncovered(new, [best]))
    selection = checks.cover_words(candidates, selection, stems)
    # "The Sirens are the three women" needs the sentence that calls them Sirens, too.
    repeated = [claim for claim in required.claims if claim not in new]
    selection, _ = checks.cover_claims(
        candidates, selection, candidates.uncovered_by_headings(repeated, selection)
    )
    missing = _absent_from_headings(missing, required, [evidence[index] for index in selection])
    if (
        missing
        and (index := _best_matching_heading(stems, missing, required, evidence)) is not None
    ):
        selection, missing = [index], []
    sources = tuple(evidence[index] for index in selection)
    denial = next((words for index in selection if (words := denials[index])), None)
    unsupported = [claim.text for claim in missing]
    if not unsupported:
        statement = Statement(sentence, question, new, exact, stems, candidates, sources)
        unsupported = [claim.text for claim in checks.find_misattributed(statement)]
        texts = [s.text for s in evidence if s.document.id in {own.document.id for own in sources}]
        if exact:
            unsupported += checks.amounts_of_others(sentence.text, question.text, texts)
    context = ParsedSentence(" ".join(text_around(source, 1) for source in sources))
    is_denied = denial or any(source.sentence.has_denial for source in sources)
    if not is_denied and (baseless := checks.find_baseless_denial(sentence, context)):
        unsupported.append(baseless)
    # "On December 30" stands in "on Dec. 30", whatever the words.
    claim_texts = [claim.text for index in selection for claim in by_source[index]]
    stated = ParsedSentence(" ".join([*(source.text for source in sources), *claim_texts]))
    together = stated.stem_share(stems)
    score = 0.0 if denial else min(1.0, (max(0.0, similarities[best]) + together) / 2)
    if exact and not unsupported and not denial:
        score = max(score, SUPPORTED_FROM)
    return Support(sources, tuple(dict.fromkeys(unsupported)), score, denial)


def _claims_by_source(
    sentence: ParsedSentence,
    required: ClaimSet,
    stems: set[str],
    evidence: Sequence[Evidence],
    similarities: Sequence[float],
) -> list[list[Claim]]:
    """The claims that each source states, and may vouch for."""
    values = [c for c in required.claims if c.is_number or c.key in required.days]
    subject = stems - {stem for claim in values for stem in content_stems(claim.text)}
    return [
        [
            claim
            for claim in required.claims
            if states(source, claim, required.days)
            and not (
                claim.is_number
                and not is_same_unit(claim, sentence, source.sentence)
                and _is_another_subject(subject, _context(claim, source), similarity)
            )
        ]
        for source, similarity in zip(evidence, similarities, strict=True)
    ]


def _absent_from_headings(
    missing: Sequence[Claim], required: ClaimSet, sources: Sequence[Evidence]
) -> list[Claim]:
    """What the headings do not state either: an article's title and date were read with it.

    The article's date vouches for no other day than the one its sentence names.
    """
    headings = [parse_heading(source) for source in sources]
    own_day = any(names_any_day(s.sentence) for s in sources)
    return [
        claim
        for claim in missing
        if (claim.key in required.days and own_day)
        or not any(states_claim(claim, required.days, heading) for heading in headings)
    ]


def _best_matching_heading(
    stems: set[str], missing: Sequence[Claim], required: ClaimSet, evidence: Sequence[Evidence]
) -> int | None:
    """The best source under a heading that says what the sentence says and no text states."""
    for index, source in enumerate(evidence):
        heading = parse_heading(source)
        if heading.stem_share(stems) >= _HEADING_SHARE and all(
            states_claim(claim, required.days, heading) for claim in missing
        ):
            return index
    return None


def _is_another_subject(subject: set[str], context: ParsedSentence, similarity: float) -> bool:
    """Whether a source speaks of something else, so that its numbers vouch for nothing here."""
    return similarity < _SAME_SUBJECT and context.stem_share(subject) < SUBJECT_SHARE


def _context(number: Claim, source: Evidence) -> ParsedSentence:
    """What tells of what a number is said: the sentence, with the title and what stands above where
    it was read under that.
    A year is often said of the one before ("It was the first since 2019"), and seldom taken for
    that of something else."""
    is_year = YEAR.fullmatch(number.key)
    if source.is_under_context and not is_year:
        return ParsedSentence(source.with_title)
    return ParsedSentence(text_around(source, 1)) if is_year else source.sentence
