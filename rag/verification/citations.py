"""A draft becomes sentences with citations, decided by code.

The model's own marks are ignored. Each sentence of the draft is tied to the article sentences that
carry it (`support`); what then stands in none of them, or is denied by one, makes it unsupported.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from sourcebook.index.documents.records import Hit
from sourcebook.index.embedding.base import Embedder
from sourcebook.index.errors import DocumentNotFound, GenerationFailed
from sourcebook.index.library import Library
from sourcebook.rag.answer import Sentence
from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.llm import LanguageModel
from sourcebook.rag.prompting import clean_draft, without_lead
from sourcebook.rag.retrieval import Evidence

from .composing import Part, VerifiedDraft, cite, compose
from .splitting import DraftUnit, Splitter, split_sentences
from .support import CHECKS, Checks, Support, find_support

_MARKS = re.compile(r"\s*\[\d+\](?:\s*\[\d+\])*")


def verify(
    draft: str,
    question: ParsedSentence,
    evidence: Sequence[Evidence],
    embedder: Embedder,
    hits: Sequence[Hit] = (),
    *,
    checks: Checks = CHECKS,
    split: Splitter = split_sentences,
) -> VerifiedDraft:
    """Cite every sentence of ``draft`` from ``evidence``, or say that it has no source there.

    Args:
        draft: the answer as the model wrote it; its own marks are dropped.
        question: the stand-alone one.
        evidence: what the draft was written from, best first.
        embedder: for the nearness of the sentences.
        hits: passages in which the other documents that say the same are looked up.
        checks: the checks of a sentence to make.
        split: cuts the draft into what is verified by itself.

    Returns:
        The draft with its marks, each sentence with its sources.
    """
    draft = _MARKS.sub("", draft).strip()
    units = split(draft, _language(evidence))
    parsed = [ParsedSentence(unit.text) for unit in units]
    matching = [_in_matching_form(sentence, question, evidence) for sentence in parsed]
    similarities = _similarities([sentence.text for sentence in matching], evidence, embedder)
    supports = [
        find_support(sentence, form, question, evidence, cosines, checks=checks)
        for sentence, form, cosines in zip(parsed, matching, similarities, strict=True)
    ]
    corroboration = checks.corroborate(hits, embedder)
    parts: list[Part] = []
    for unit, sentence, support in zip(units, parsed, supports, strict=True):
        citations = [cite(1, source) for source in support.sources]
        if checks.is_supported(support):
            document_ids = {source.document.id for source in support.sources}
            citations = [
                replace(citation, also=corroboration.find(source, sentence, document_ids))
                for citation, source in zip(citations, support.sources, strict=True)
            ]
        parts.append(Part(_sentence(unit, support, checks), tuple(citations)))
    return compose(parts)


def _sentence(unit: DraftUnit, support: Support, checks: Checks) -> Sentence:
    return Sentence(
        text=unit.text,
        start=0,
        end=0,
        citations=(),
        support=support.support,
        supported=checks.is_supported(support),
        unsupported=support.missing,
        contrary=support.contrary,
        form=unit.form,
        marker=unit.marker,
    )


def _language(evidence: Sequence[Evidence]) -> str:
    """The language of the best sentence's article, in whose words a draft is written."""
    language = evidence[0].document.language if evidence else None
    return (language or "en").partition("-")[0].lower()


def _in_matching_form(
    sentence: ParsedSentence, question: ParsedSentence, evidence: Sequence[Evidence]
) -> ParsedSentence:
    """The sentence, a short one ("About eight hours.") together with its question; an item of a
    list that stands in an article in the same words needs none."""
    if len(sentence.stems) >= 4 or any(sentence.stems == s.sentence.stems for s in evidence):
        return sentence
    return ParsedSentence(f"{question.text} {sentence.text}")


def _similarities(
    texts: Sequence[str], evidence: Sequence[Evidence], embedder: Embedder
) -> list[list[float]]:
    if not texts or not evidence:
        return [[] for _ in texts]
    vectors = embedder.embed(texts)
    return [[float(vector @ source.vector) for source in evidence] for vector in vectors]


def check_odds(log_odds: float, model: LanguageModel) -> None:
    """Raise an error when a model's odds are no number.

    Args:
        log_odds: as the model gave them.
        model: for its name.

    Raises:
        GenerationFailed: its file or its settings are not usable.
    """
    if not math.isfinite(log_odds):
        raise GenerationFailed(
            f"{model.name} gave {log_odds} as its odds: its file or its settings are not usable; "
            "see `sourcebook doctor`"
        )


def document_urls(evidence: Sequence[Evidence]) -> set[str]:
    """Return the URLs of the documents that evidence is from."""
    return {item.document.url for item in evidence if item.document.url}


def verify_reply(
    written: str,
    question: ParsedSentence,
    evidence: Sequence[Evidence],
    hits: Sequence[Hit],
    embedder: Embedder,
    *,
    checks: Checks = CHECKS,
    split: Splitter = split_sentences,
) -> tuple[str, VerifiedDraft]:
    """Clean what the model wrote of markup and foreign links, and verify it.

    An address may stay only when it is that of a document which is cited.

    Args:
        written: the model's reply.
        question: the stand-alone one.
        evidence: what the reply was written from, best first.
        hits: passages in which the other documents that say the same are looked up.
        embedder: for the nearness of the sentences.
        checks: the checks of a sentence to make.
        split: cuts the reply into what is verified by itself.

    Returns:
        The reply without markup, and the same verified.
    """
    urls = document_urls(evidence)
    while True:
        draft = without_lead(clean_draft(written, urls))
        verified = verify(draft, question, evidence, embedder, hits, checks=checks, split=split)
        cited = {c.document.url for c in verified.citations if c.document.url}
        if not any(url in draft for url in urls - cited):
            return draft, verified
        urls &= cited


def is_gone(verified: VerifiedDraft, library: Library) -> bool:
    """Return whether a cited document is no longer in the library.

    Args:
        verified: the draft with its citations.
        library: where they are looked up.
    """
    try:
        for citation in verified.citations:
            library.document(citation.document.id)
    except DocumentNotFound:
        return True
    return False
