"""How something is done: the steps and the code of the section that tells it, word for word.

A section is chosen by its words, its meaning, its headings and what it is made of. The model says
whether it answers; it writes nothing. Where a section has neither steps nor code, the sentences of
it are given that come nearest to the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from sourcebook.index.documents.records import Passage
from sourcebook.rag.events import AnswerReady, Event, EvidenceFound
from sourcebook.rag.language.word_lists import read_lines
from sourcebook.rag.refusal import Signals
from sourcebook.rag.retrieval import date_preference
from sourcebook.rag.retrieval.section_ranking import rank_sections
from sourcebook.rag.retrieval.sections import Extract, Section
from sourcebook.rag.verification import compose

from .answer_kind import AnswerKind
from .inquiry import Inquiry
from .pieces import Piece, extract_pieces, lead_piece

PASSAGES = 24
"""Passages whose sections are looked at."""

_HAS_STEPS, _HAS_LEAD, _IS_PREAMBLE = 0.6, 0.4, -1.2
"""What a section gains that has steps or code, and whose headings or leads promise them; what text
loses that stands before the first heading."""

_TRIES = 2
"""Sections that the model is asked about, the second where the first does not answer."""

_CLOSE, _SURER = 0.8, 1.0
"""Two sections this near to each other are both read; the second is taken where the model's odds
for it are so much better."""

_AS_NEAR = 0.12
"""Of several lists or runs of code, those are given whose cosine with the question is this near to
the best."""

_BESIDE = 0.5
"""Cosine from which a sentence after the steps is given with them."""

_SENTENCES = 4
"""The most sentences of prose."""

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
        chosen = ranked[0]
        pieces = choose_pieces(chosen.section, inquiry)
        evidence = inquiry.fit([piece.evidence for piece in pieces])
        yield inquiry.show(evidence)
        signals = inquiry.weigh(evidence)
        for item in ranked[1:_TRIES]:
            is_near = item.score >= ranked[0].score - _CLOSE
            if self._is_sure(inquiry, signals) and not is_near:
                break
            others = choose_pieces(item.section, inquiry)
            other_signals = inquiry.weigh(inquiry.fit([piece.evidence for piece in others]))
            if other_signals.log_odds > signals.log_odds + _SURER:
                pieces, signals = others, other_signals
        if not self._is_sure(inquiry, signals):
            answer = self._otherwise.answer(inquiry)
            yield from (event for event in answer if not isinstance(event, EvidenceFound))
            return
        inquiry.fit([piece.evidence for piece in pieces])
        sure = inquiry.resources.calibration.before.probability(signals)
        reply = compose(piece.part() for piece in pieces)
        yield AnswerReady(inquiry.answer(reply, sure, signals=signals))

    def _is_sure(self, inquiry: Inquiry, signals: Signals) -> bool:
        calibration = inquiry.resources.calibration
        return calibration.before.probability(signals) >= inquiry.threshold


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
        return _nearest(pieces, inquiry)
    chosen = _nearest_extracts(procedures, inquiry)
    pieces = []
    for extract in chosen:
        lead = lead_piece(extract, passages)
        pieces += [lead] if lead else []
        pieces += extract_pieces(extract, passages)
    return pieces + _beside(section, chosen, inquiry, passages)


def _nearest_extracts(extracts: Sequence[Extract], inquiry: Inquiry) -> list[Extract]:
    if len(extracts) == 1:
        return list(extracts)
    cosines = _cosines([extract.text[:400] for extract in extracts], inquiry)
    least = max(cosines) - _AS_NEAR
    return [extract for extract, cosine in zip(extracts, cosines, strict=True) if cosine >= least]


def _beside(
    section: Section, chosen: Sequence[Extract], inquiry: Inquiry, passages: Sequence[Passage]
) -> list[Piece]:
    """Return the warnings behind the steps, and a sentence there that speaks of the question."""
    last = section.extracts.index(chosen[-1])
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
    gain = _HAS_STEPS if any(map(is_procedure, section.extracts)) else 0.0
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
