"""How something is done: the steps and the code of the section that tells it, word for word.

A section is chosen by its words, its meaning, its headings and what it is made of; the model is
asked where that leaves doubt. Where it has neither steps nor code, its sentences are given that
come nearest to the question. Where no section is likely to tell it, the question is answered like
one for a fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from sourcebook.index.documents.records import Document, Passage
from sourcebook.rag.events import AnswerReady, Event, EvidenceFound
from sourcebook.rag.language import content_stems
from sourcebook.rag.language.word_lists import read_lines
from sourcebook.rag.refusal.abstention import BESIDE_THE_POINT
from sourcebook.rag.retrieval import date_preference
from sourcebook.rag.retrieval.section_ranking import RankedSection, rank_sections
from sourcebook.rag.retrieval.sections import Extract, Section
from sourcebook.rag.verification import compose

from .answer_kind import AnswerKind
from .inquiry import Inquiry
from .likelihood import add_odds, is_beyond_doubt, is_likely, likelihood
from .pieces import Piece, extract_pieces, lead_piece

PASSAGES = 24
"""Passages whose sections are looked at."""

_HAS_STEPS, _HAS_LEAD, _IS_PREAMBLE = 0.6, 0.4, -1.2
"""What a section gains that has steps or code, and whose headings or leads promise them; what text
loses that stands before the first heading."""

_AS_GOOD = 0.5
"""Sections with steps that score so little less than the best fit about as well."""

_IS_PROSE = 0.3
"""How much better than one with steps a section of prose must fit, to be likely to tell it."""

_AS_NEAR = 0.12
"""Of several lists or runs of code, those are given whose cosine with the question is this near to
the best."""

_BESIDE = 0.5
"""Cosine from which a sentence after the steps is given with them."""

_SENTENCES = 4
"""The most sentences of prose."""

_BEFORE = 8
"""The most sentences before code."""

_PROGRAM = re.compile(r"[{}<>=|$_;\\]|--|\w/\w|\w\(|^\s*[#>]", re.MULTILINE)
"""What code has, and words that are set like code have not."""

_OBJECT = re.compile(
    r"\bhow (?:do|can|should|would|must|to)\b(?: (?:i|we|you|one))? \w+(?: up| out| off| in| for)? "
    r"(?:an?|the|my|our|your) ((?:[\w'’-]+ ){0,2}?[\w'’-]+)(?=\W*$|[,.?!;]| (?:on|in|of|for|to|"
    r"with|from|at|by|is|are|has|after|before|when|if|so|and|or|that|which|into|without|about)\b)",
    re.IGNORECASE,
)

_WORD = re.compile(r"[^\W\d_]{2}")
"""What a sentence has and the numbers in a drawing have not."""

_FIRST = re.compile(r"\(?(1|a|i)[.)]?", re.IGNORECASE)
_WARNING = re.compile(
    r"\W*(warning|caution|attention|important|note|achtung|vorsicht|warnung|wichtig|hinweis)\b\W*[.:!]?",
    re.IGNORECASE,
)


class HowTo:
    """Answers how something is done.

    Args:
        otherwise: answers where no section tells it.
    """

    def __init__(self, otherwise: AnswerKind) -> None:
        self._otherwise = otherwise

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the evidence and the answer."""
        hits = inquiry.find_hits(PASSAGES)
        ranked = rank_sections(
            inquiry.question.standalone,
            hits,
            inquiry.resources.embedder,
            bonus=procedure_gain,
            prefer=date_preference(inquiry.question, hits),
        )
        if not ranked:
            yield from self._otherwise.answer(inquiry)
            return
        best = _choose(ranked)
        section = best.section
        score = best.score - (0.0 if _has_steps(section) else _IS_PROSE)
        sure = likelihood(inquiry.question, section.document, section.text, best.similarity, score)
        if lacks_object(inquiry.question.standalone, section.document):
            sure *= BESIDE_THE_POINT
        pieces = choose_pieces(section, inquiry)
        if not pieces:
            yield from self._otherwise.answer(inquiry)
            return
        evidence = inquiry.fit([piece.evidence for piece in pieces])
        is_shown = not is_beyond_doubt(sure)
        if is_shown:
            yield inquiry.show(evidence)
            sure = add_odds(sure, inquiry.weigh(evidence).log_odds)
        if not is_likely(sure, inquiry.threshold):
            answer = self._otherwise.answer(inquiry)
            yield from (e for e in answer if not (is_shown and isinstance(e, EvidenceFound)))
            return
        if not is_shown:
            yield inquiry.show(evidence)
        yield AnswerReady(inquiry.answer(compose(piece.part() for piece in pieces), sure))


def _choose(ranked: Sequence[RankedSection]) -> RankedSection:
    """Return the best section; of several with steps that fit about as well, the nearest by
    meaning."""
    if not _has_steps(ranked[0].section):
        return ranked[0]
    near = [item for item in ranked if item.score >= ranked[0].score - _AS_GOOD]
    return max((item for item in near if _has_steps(item.section)), key=lambda i: i.similarity)


def lacks_object(question: str, document: Document) -> bool:
    """Return whether the thing that a question wants to make or do something with ("a lemon tart"
    of "How do I bake a lemon tart?") is named nowhere in an article; False where none is found."""
    match = _OBJECT.search(question)
    stems = content_stems(match[1]) if match else []
    words = f"{document.title} {document.text}".casefold()
    return bool(stems) and not re.search(rf"\b{re.escape(stems[-1])}", words)


def _has_steps(section: Section) -> bool:
    return any(map(is_procedure, section.extracts))


def choose_pieces(section: Section, inquiry: Inquiry) -> list[Piece]:
    """Return what a section tells of the question: its steps and code with what leads to them and
    warns of them, else its nearest sentences.

    Args:
        section: the one chosen.
        inquiry: with the question.
    """
    passages = inquiry.resources.library.passages(section.document.id)
    procedures = [extract for extract in section.extracts if is_procedure(extract)]
    if not procedures:
        pieces = [p for extract in section.extracts for p in extract_pieces(extract, passages)]
        with_words = [piece for piece in pieces if _WORD.search(piece.evidence.text)]
        return _nearest(with_words, inquiry) if with_words else []
    nearest = _nearest_extracts(procedures, inquiry)
    pieces = []
    for extract in nearest:
        lead = lead_piece(extract, passages)
        pieces += [lead] if lead else []
        pieces += extract_pieces(extract, passages)
    before = _before(section, nearest, passages)
    return before + pieces + _beside(section, nearest, inquiry, passages)


def _nearest_extracts(extracts: Sequence[Extract], inquiry: Inquiry) -> list[Extract]:
    if len(extracts) == 1:
        return list(extracts)
    cosines = _cosines([extract.text[:400] for extract in extracts], inquiry)
    least = max(cosines) - _AS_NEAR
    return [extract for extract, cosine in zip(extracts, cosines, strict=True) if cosine >= least]


def _before(
    section: Section, nearest: Sequence[Extract], passages: Sequence[Passage]
) -> list[Piece]:
    """Return the sentences between a heading that promises how it is done and code that is no list
    of steps, or before code that is in words, such as an address: they tell what to do too."""
    first = section.extracts.index(nearest[0])
    block = nearest[0].block
    is_promise = any(_promise().search(heading) for heading in section.headings[-1:])
    if block.kind != "code" or not (is_promise or not _PROGRAM.search(block.text)):
        return []
    pieces: list[Piece] = []
    for extract in reversed(section.extracts[:first]):
        if extract.block.kind not in ("paragraph", "quote"):
            break
        pieces[:0] = extract_pieces(extract, passages)
    return [p for p in pieces if p.evidence.end <= nearest[0].start][-_BEFORE:]


def _beside(
    section: Section, nearest: Sequence[Extract], inquiry: Inquiry, passages: Sequence[Passage]
) -> list[Piece]:
    """Return the warnings behind the steps, and a sentence there that speaks of the question."""
    last = section.extracts.index(nearest[-1])
    pieces: list[Piece] = []
    for extract in section.extracts[last + 1 :]:
        if extract.block.kind not in ("paragraph", "quote"):
            break
        pieces += extract_pieces(extract, passages)
    if not pieces:
        return []
    cosines = _cosines([piece.evidence.text for piece in pieces], inquiry)
    kept = [cosine >= _BESIDE for cosine in cosines]
    for number, piece in enumerate(pieces):
        if _WARNING.match(piece.evidence.text):
            kept[number] = True
            if _WARNING.fullmatch(piece.evidence.text) and number + 1 < len(pieces):
                kept[number + 1] = True
    return [piece for piece, is_kept in zip(pieces, kept, strict=True) if is_kept]


def _nearest(pieces: Sequence[Piece], inquiry: Inquiry) -> list[Piece]:
    """Return the paragraph of the best sentence; of a long one the best sentences in a row."""
    cosines = _cosines([piece.evidence.text for piece in pieces], inquiry)
    best = max(range(len(pieces)), key=lambda row: cosines[row])
    paragraph = [n for n, p in enumerate(pieces) if p.evidence.block == pieces[best].evidence.block]
    first, last = paragraph[0], paragraph[-1] + 1
    size = min(_SENTENCES, last - first)
    starts = range(max(first, best - size + 1), min(best, last - size) + 1)
    start = max(starts, key=lambda row: sum(cosines[row : row + size]))
    return list(pieces[start : start + size])


def _cosines(texts: Sequence[str], inquiry: Inquiry) -> list[float]:
    query, *vectors = inquiry.resources.embedder.embed([inquiry.question.standalone, *texts])
    return [float(vector @ query) for vector in vectors]


def procedure_gain(section: Section) -> float:
    """Return what a section gains for steps, code and a heading that promises them."""
    gain = _HAS_STEPS if _has_steps(section) else 0.0
    leads = [*section.headings[-1:], *(extract.lead_text for extract in section.extracts)]
    gain += _HAS_LEAD if any(map(_promise().search, leads)) else 0.0
    return gain + (0.0 if gain or section.headings else _IS_PREAMBLE)


def is_procedure(extract: Extract) -> bool:
    """Return whether an extract is code, a list numbered from the first item, or one with a lead
    that promises steps."""
    block = extract.block
    if block.kind != "list":
        return block.kind == "code"
    markers = [item.marker or "" for item in block.children if item.kind == "item"]
    is_numbered = len(markers) > 1 and bool(_FIRST.fullmatch(markers[0]))
    return is_numbered or bool(extract.lead and _promise().search(extract.lead_text))


@cache
def _promise() -> re.Pattern[str]:
    lines = read_lines("procedure_leads")
    return re.compile("|".join(f"(?:{line})" for line in lines), re.IGNORECASE)
