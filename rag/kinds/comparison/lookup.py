"""Where the evidence for the sides of a comparison is looked up: passages, sentences and rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.structure.blocks import Block
from sourcebook.rag.kinds.inquiry import Inquiry
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.selection import name_of, terms_of
from sourcebook.rag.selection.cells import is_cell, tells_of, with_years
from sourcebook.rag.selection.side_match import Side, of_named_articles
from sourcebook.rag.selection.side_tables import SideRow, find_side_rows, rows_headed

PASSAGES = 10
"""Passages that each cell is looked for in."""

_ROW_FITS = 0.5
"""Cosine of a row's head with an aspect, and the share of its words that are in it, from which the
row is of it."""

_OF_WORDS = 0.4

_IN_SCOPE = 40
"""Passages of an article that are looked through for those of a section."""


def rank_for(inquiry: Inquiry, hits: Sequence[Hit], aspect: str, shared: str) -> list[Evidence]:
    """Return the sentences of passages that have to do with an aspect, best first, and the rows of
    their articles that are headed by it.

    Args:
        inquiry: the question.
        hits: the passages.
        aspect: what is compared.
        shared: what the sides have in common; articles that it names are preferred.
    """
    ranked = [e for e in inquiry.rank(hits, aspect) if is_cell(e)]
    if ranked:
        documents = {hit.document.id: hit.document for hit in hits}
        places = {e.place for e in ranked}
        headed = [
            block_evidence(inquiry, document, row, similarity=1.0, score=ranked[0].score)
            for document, row in rows_headed(documents.values(), aspect)
        ]
        ranked += [e for e in headed if e.place not in places]
    ranked = [e for e in ranked if tells_of(e, aspect)]
    return of_named_articles(with_years(ranked, aspect), f"{aspect} {shared}")


def hits_of_side(inquiry: Inquiry, side: Side, topic: str) -> list[Hit]:
    """Return the passages for a side: of its places, else those that are found with its name."""
    if inquiry.has_passages:
        return list(inquiry.find_hits_for(topic, PASSAGES))
    if side.scope:
        found = inquiry.find_hits_for(topic or side.label, _IN_SCOPE, side.document_ids)
        return [hit for hit in found if side.overlaps(hit.passage)][:PASSAGES]
    return list(inquiry.find_hits_for(f"{side.label} {topic}".strip(), PASSAGES))


def side_rows_in(inquiry: Inquiry, hits: Sequence[Hit], sides: Sequence[Side]) -> list[SideRow]:
    """Return the rows with a column for each side: not those of others where each side has articles
    of its own."""
    documents = {hit.document.id: hit.document for hit in hits}
    names = {id_: name_of(document) for id_, document in documents.items()}
    own = [{id_ for id_, name in names.items() if side.share(name) >= 1} for side in sides]
    if all(own) and not set.intersection(*own):
        documents = {id_: d for id_, d in documents.items() if any(id_ in ids for ids in own)}
    return find_side_rows(documents.values(), sides)


def longest_table(rows: Sequence[SideRow]) -> list[SideRow]:
    """Return the rows of the article that has most of them."""
    tables: dict[str, list[SideRow]] = {}
    for row in rows:
        if row.head:
            tables.setdefault(row.document.id, []).append(row)
    return max(tables.values(), key=len, default=[])


def best_rows(
    inquiry: Inquiry, rows: Sequence[SideRow], aspects: Sequence[str]
) -> dict[str, SideRow]:
    """Return the row for each aspect whose head says best what it says; each row for one, that of
    the aspect which no other row fits as well first."""
    rows = [row for row in rows if row.head]
    if not rows:
        return {}
    texts = [f"{row.head}: {', '.join(cell.text for cell in row.cells)}" for row in rows]
    vectors = inquiry.resources.embedder.embed([*aspects, *(row.head for row in rows), *texts])
    asked, heads, whole = np.split(vectors, [len(aspects), len(aspects) + len(rows)])
    fits = np.maximum(asked @ heads.T, asked @ whole.T)
    for n, aspect in enumerate(aspects):
        terms = set(terms_of(aspect))
        for m, row in enumerate(rows):
            own = terms_of(row.head)
            fits[n, m] += _OF_WORDS * len(terms & set(own)) / (len(own) or 1)
    chosen: dict[str, SideRow] = {}
    while len(chosen) < len(aspects) and fits.max() >= _ROW_FITS:
        best, second = np.sort(fits, axis=1)[:, -1], np.sort(fits, axis=1)[:, -min(2, len(rows))]
        n = int(np.where(best >= _ROW_FITS, best - second, -np.inf).argmax())
        m = int(fits[n].argmax())
        chosen[aspects[n]] = rows[m]
        fits[n, :] = fits[:, m] = -1.0
    return chosen


def block_evidence(
    inquiry: Inquiry,
    document: Document,
    block: Block,
    *,
    similarity: float = 0.0,
    score: float = 0.0,
) -> Evidence:
    """Return a block of an article as evidence."""
    passages = inquiry.resources.library.passages(document.id)
    passage = next((p for p in passages if p.start <= block.start < p.end), passages[0])
    return Evidence(
        document=document,
        passage_id=passage.id,
        text=block.text,
        start=block.start,
        end=block.end,
        similarity=similarity,
        score=score,
        vector=np.zeros(0, np.float32),
        page=block.place.page if block.place else passage.page,
        block=block,
    )
