"""What the model lists from: the best extracts as a whole, and the best sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sourcebook.index.documents.records import Hit
from sourcebook.rag.kinds.inquiry import Inquiry
from sourcebook.rag.kinds.pieces import extract_pieces, tables_named
from sourcebook.rag.retrieval import Evidence, date_preference
from sourcebook.rag.retrieval.section_ranking import RankedExtract
from sourcebook.rag.retrieval.sections import Extract

from .sources import ListRequest, names_them

_EXTRACTS, _SENTENCES = 3, 3
"""The extracts that the evidence begins with, and the single sentences behind each; then come more
sentences. Of the points of 12 questions, 77 % stood in 600 tokens of it, 68 % in those of sentences
alone, 63 % in those of six extracts by turns with sentences."""

_MOST_SENTENCES = 30

_COUNTING = re.compile(
    r"\b(?:first|second|third|fourth|firstly|secondly|thirdly|erstens|zweitens|drittens|viertens)\b"
    r"(?=[,:])|\((?:\d|[a-e]|i+)\)"
)

_LONGEST_EXTRACT = 600
"""Characters of an extract that the model is given as a whole."""


def extract_evidence(items: Sequence[RankedExtract], inquiry: Inquiry) -> list[Evidence]:
    """Return the extracts as evidence, piece by piece."""
    return [
        piece.evidence
        for item in items
        for piece in extract_pieces(
            item.extract, inquiry.resources.library.passages(item.section.document.id)
        )
    ]


def gather_evidence(
    inquiry: Inquiry, ranked: Sequence[RankedExtract], hits: Sequence[Hit]
) -> list[Evidence]:
    """Return what the model lists from: the best extracts as a whole and the best sentences, by
    turns."""
    sentences = inquiry.resources.steps.rank_evidence(
        inquiry.question.standalone,
        hits,
        inquiry.resources.embedder,
        date_preference(inquiry.question, hits),
    )
    single = [item for item in sentences if not item.is_title][:_MOST_SENTENCES]
    request = ListRequest.of(inquiry.question.standalone)
    wholes = [
        extract_evidence([item], inquiry)
        for item in ranked
        if len(item.extract.text) <= _LONGEST_EXTRACT
        and (item.extract.block.kind != "table" or names_them(item.section, item.extract, request))
    ][:_EXTRACTS]
    groups: list[Sequence[Evidence]] = []
    for turn, whole in enumerate(wholes):
        groups += [whole, single[turn * _SENTENCES : (turn + 1) * _SENTENCES]]
    groups.append(single[len(wholes) * _SENTENCES :])
    gathered: dict[tuple[str, int], Evidence] = {}
    for turn, group in enumerate(groups):
        beside = [*_cells_named(group, inquiry), *_counted(group, inquiry)] if turn < 2 else []
        for item in (*group, *beside):
            gathered.setdefault((item.document.id, item.start), item)
    return list(gathered.values())


def _cells_named(group: Sequence[Evidence], inquiry: Inquiry) -> list[Evidence]:
    """Return what stands first in the rows of the tables that sentences refer to."""
    library = inquiry.resources.library
    return [
        cell for item in group for cell in tables_named(item, library.passages(item.document.id))
    ]


def _counted(group: Sequence[Evidence], inquiry: Inquiry) -> list[Evidence]:
    """Return the paragraphs of sentences that stand in one which counts its points: "Three things
    must change. First, ... Second, ..."."""
    return [
        piece.evidence
        for item in group
        if item.block
        and item.block.kind == "paragraph"
        and len(set(_COUNTING.findall(item.block.text.casefold()))) > 1
        for piece in extract_pieces(
            Extract(item.document, item.block),
            inquiry.resources.library.passages(item.document.id),
        )
    ]
