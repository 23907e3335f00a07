"""Several things: the items of a list that stands in an article, or those told here and there.

A list or a table whose lead, heading or heads name what was asked for is quoted, item by item, and
so are the lists of other articles under the same words. Otherwise the model lists what the best
sentences and extracts tell; an item that no source supports is left out, and that is said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sourcebook.index.documents.records import Hit
from sourcebook.rag.answer import Answer, Citation
from sourcebook.rag.events import AnswerReady, Event, EvidenceFound
from sourcebook.rag.kinds.answer_kind import AnswerKind
from sourcebook.rag.kinds.inquiry import Inquiry
from sourcebook.rag.kinds.likelihood import is_likely, likelihood, limit_by_odds
from sourcebook.rag.llm import Message, Prompt
from sourcebook.rag.prompting import prompts
from sourcebook.rag.prompting.prompts import language_to_write
from sourcebook.rag.refusal import (
    NOTHING_FOUND,
    DraftCase,
    is_hopeless,
    refusal_reason,
    unsupported_reason,
)
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.retrieval.section_ranking import RankedExtract, rank_extracts
from sourcebook.rag.retrieval.sections import find_sections
from sourcebook.rag.verification import (
    Part,
    VerifiedDraft,
    compose,
    drop_unsupported,
    parts_of,
    remark,
    split_items,
)

from .evidence import extract_evidence, gather_evidence
from .sources import (
    ListRequest,
    heads_them,
    is_same_list,
    list_gain,
    list_items,
    list_of_the_thing,
    list_parts,
    names_them,
    parts_elsewhere,
)

PASSAGES = 32
"""Passages that are looked at."""

EVIDENCE_TOKENS = 600
"""Tokens of evidence that the model lists from."""

MOST_TOKENS = 140
"""Tokens of the model's list."""

INSTRUCTION = (
    "List every answer to the question that the excerpts give, one per line, in the words of the "
    "excerpts."
)

_NEAR_BEST = 0.3
"""A list of what is asked for that fits nearly as well as the best extract is taken before it."""

_HEADS_THEM = 0.12
"""What a first head that names what is asked for adds to the nearness of a table."""

_MERGED_FROM = 12
"""Best extracts among which lists under the same words are looked for."""

_MOST_ITEMS = 40

_WHOLE_LIST = 0.5
"""Share of a list's items from which all of them are given: the model named some of one list."""


class Lists:
    """Answers with the items that were asked for, each cited.

    Args:
        fact: answers where there is no list: "Who has the last word?" may ask for one or for
            several.
    """

    def __init__(self, fact: AnswerKind) -> None:
        self._fact = fact

    def answer(self, inquiry: Inquiry) -> Iterator[Event]:
        """Yield the evidence, where the model lists the pieces of its list, and the answer."""
        hits = inquiry.find_hits(PASSAGES)
        request = ListRequest.of(inquiry.question.standalone)
        ranked = rank_extracts(
            request.question,
            hits,
            inquiry.resources.embedder,
            gain=lambda section, extract: list_gain(section, extract, request),
        )
        if not ranked:
            has_articles = bool(len(inquiry.resources.library))
            yield inquiry.show([])
            yield AnswerReady(inquiry.refusal(NOTHING_FOUND if has_articles else None))
            return
        same = _same_lists(ranked, request)
        sure = _likelihood(inquiry, same[0], request) if same else 0.0
        is_near = bool(same) and is_likely(sure, inquiry.threshold)
        if is_near:
            evidence = inquiry.fit(extract_evidence(same, inquiry))
            yield inquiry.show(evidence)
            sure = limit_by_odds(sure, inquiry.weigh(evidence).log_odds)
        if not is_near or not is_likely(sure, inquiry.threshold):
            events = self._collect(inquiry, ranked, hits)
            yield from (e for e in events if not (is_near and isinstance(e, EvidenceFound)))
            return
        parts = _merge(same, request, inquiry, hits)
        yield AnswerReady(inquiry.answer(compose([*parts, remark(looked_at(hits))]), sure))

    def _collect(
        self, inquiry: Inquiry, ranked: Sequence[RankedExtract], hits: Sequence[Hit]
    ) -> Iterator[Event]:
        """Yield the events of a list that the model draws from sentences and extracts."""
        resources, question, steps = inquiry.resources, inquiry.question, inquiry.resources.steps
        evidence = inquiry.fit(gather_evidence(inquiry, ranked, hits), EVIDENCE_TOKENS)
        yield inquiry.show(evidence)
        signals = inquiry.weigh(evidence)
        sure = resources.calibration.probability(signals)
        reply_text, leaked = "", False
        hopeless = is_hopeless(sure, inquiry.threshold)
        if not hopeless:
            reply = yield from inquiry.write(
                _prompt(question.standalone, evidence), evidence, MOST_TOKENS
            )
            reply_text, leaked = reply.text, reply.leaked
        text, verified = steps.verify(
            reply_text,
            question.sentence,
            evidence,
            inquiry.trace.hits,
            resources.embedder,
            checks=steps.checks,
            split=split_items,
        )
        case = DraftCase(
            question=question.text,
            evidence=evidence,
            draft=None if hopeless else text,
            sentences=verified.sentences,
            confidence=sure,
            needed=inquiry.threshold,
            leaked=leaked,
            stopped=inquiry.is_stopped,
        )
        kept = drop_unsupported(verified)
        reason = refusal_reason(case) or unsupported_reason(case, kept.sentences)
        if reason:
            refusal = inquiry.refusal(reason, confidence=sure, signals=signals)
            yield from [AnswerReady(refusal)] if leaked else self._answer_one(inquiry, refusal)
            return
        yield AnswerReady(
            inquiry.answer(self._finish(inquiry, kept, hits, ranked), sure, signals=signals)
        )

    def _answer_one(self, inquiry: Inquiry, refusal: Answer) -> Iterator[Event]:
        """Yield the events of an answer with one thing, or of the refusal of a list."""
        if not inquiry.is_stopped:
            inquiry.take_for("fact")
            for event in self._fact.answer(inquiry):
                if isinstance(event, AnswerReady) and not event.answer.abstained:
                    yield event
                    return
        yield AnswerReady(refusal)

    def _finish(
        self,
        inquiry: Inquiry,
        kept: VerifiedDraft,
        hits: Sequence[Hit],
        ranked: Sequence[RankedExtract],
    ) -> VerifiedDraft:
        """Return the items with the rest of a list that they come from, and what was looked at."""
        request = ListRequest.of(inquiry.question.standalone)
        parts = _complete(parts_of(kept), ranked, request, inquiry)
        if len(parts) == 1:
            parts = [Part(replace(parts[0].sentence, form="sentence"), parts[0].citations)]
        return compose([*parts, remark(looked_at(hits, len(kept.left_out)))], kept.left_out)


def looked_at(hits: Sequence[Hit], dropped: int = 0) -> str:
    """Return what was looked at, and how many items were left out, in one line."""
    articles = len({hit.document.id for hit in hits})
    line = f"Looked at {_count(len(hits), 'passage')} of {_count(articles, 'article')}."
    if dropped:
        was, them = ("is", "it") if dropped == 1 else ("are", "them")
        line += f" {_count(dropped, 'item')} {was} left out: no source supports {them}."
    return line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _same_lists(ranked: Sequence[RankedExtract], request: ListRequest) -> list[RankedExtract]:
    """Return the best extract, if it is a list of what is asked for, with the other lists under
    the same words; none if it is not."""
    near = (one for one in ranked if one.score >= ranked[0].score - _NEAR_BEST)
    lists = (
        one
        for one in near
        if len(list_items(one.extract)) >= 2 and names_them(one.section, one.extract, request)
    )
    best = next(lists, None)
    if best is None:
        return []
    best = list_of_the_thing(best, ranked, request)
    return [
        best,
        *(
            one
            for one in ranked[:_MERGED_FROM]
            if one is not best and is_same_list(best, one, request)
        ),
    ]


def _likelihood(inquiry: Inquiry, best: RankedExtract, request: ListRequest) -> float:
    text = f"{best.section.heading_text}. {best.extract.text}"
    nearness = best.similarity + (_HEADS_THEM if heads_them(best.extract, request) else 0.0)
    return likelihood(inquiry.question, best.section.document, text, nearness)


def _merge(
    lists: Sequence[RankedExtract], request: ListRequest, inquiry: Inquiry, hits: Sequence[Hit]
) -> list[Part]:
    """Return the items of the lists, and those of other lists that say that they are of the sort;
    one that stands in several is given once."""
    passages_of = inquiry.resources.library.passages
    parts: dict[str, Part] = {}
    for item in lists:
        for part in list_parts(item.extract, request, passages_of(item.section.document.id)):
            parts.setdefault(_fold(part.sentence.text), part)
    item_extracts = [item.extract for item in lists]
    extracts = [extract for section in find_sections(hits) for extract in section.extracts]
    rest = [extract for extract in extracts if extract not in item_extracts]
    for part in parts_elsewhere(item_extracts[0], request, rest, passages_of):
        text = _fold(part.sentence.text)
        if not any(re.search(rf"\b{re.escape(known)}\b", text) for known in parts):
            parts.setdefault(text, part)
    return list(parts.values())[:_MOST_ITEMS]


def _fold(text: str) -> str:
    return text.casefold().rstrip(".")


def _prompt(question: str, evidence: Sequence[Evidence]) -> Prompt:
    text = f"{prompts.format_context(question, evidence)}\n\n{INSTRUCTION}{language_to_write()}"
    return [*prompts.system_prompt(), Message("user", text)]


def _complete(
    parts: Sequence[Part], ranked: Sequence[RankedExtract], request: ListRequest, inquiry: Inquiry
) -> list[Part]:
    """Return the items; where most of a list's items were named, all of that list stand in their
    place.

    Args:
        parts: the items of the model.
        ranked: the extracts, among them the lists.
        request: what is asked for.
        inquiry: with the library.
    """
    completed = list(parts)
    for item in ranked:
        extract = item.extract
        items = list_items(extract)
        named = [part for part in completed if _is_from(part.citations, item)]
        if len(named) < 2 or len(named) < _WHOLE_LIST * len(items) or extract.block.kind != "list":
            continue
        passages = inquiry.resources.library.passages(item.section.document.id)
        first = completed.index(named[0])
        rest = [part for part in completed if part not in named]
        completed = [*rest[:first], *list_parts(extract, request, passages), *rest[first:]]
    return completed


def _is_from(citations: Sequence[Citation], item: RankedExtract) -> bool:
    block = item.extract.block
    return any(
        citation.document.id == item.section.document.id
        and block.start <= citation.start < block.end
        for citation in citations[:1]
    )
