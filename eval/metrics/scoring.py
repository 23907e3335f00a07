"""One question's scores: numbers by column name. What does not apply to a question is left out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence

from sourcebook.eval.questions import answer_match as answers
from sourcebook.eval.questions.dataset import Question
from sourcebook.eval.questions.gold import Gold, Located, ranks
from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.search.filters import Mode as SearchMode
from sourcebook.rag.answer import Answer, Citation, Source

from . import grounding
from .judges import Judge

Ranks = Sequence[int | None]


def hit_at(ranks: Ranks, k: int) -> float:
    """1 when at least one gold quote stands in the first ``k`` passages, else 0.

    Called success@k in TREC; top-k accuracy in Karpukhin et al. 2020 (DPR).
    """
    return float(any(rank is not None and rank <= k for rank in ranks))


def recall_at(ranks: Ranks, k: int) -> float:
    """Share of the gold quotes that stand in the first ``k`` passages.

    Manning, Raghavan and Schütze 2008, section 8.3, cut off at ``k``.
    """
    return sum(rank is not None and rank <= k for rank in ranks) / len(ranks)


def reciprocal_rank_at(ranks: Ranks, k: int = 10) -> float:
    """One over the rank of the first gold passage, 0 when it is not in the first ``k``.

    Voorhees 1999 (TREC-8 question answering); its mean over questions is MRR@k.
    """
    found = [rank for rank in ranks if rank is not None and rank <= k]
    return 1 / min(found) if found else 0.0


def ndcg_at(ranks: Ranks, k: int = 10) -> float:
    """Discounted cumulative gain over its best possible value.

    Järvelin and Kekäläinen 2002, with binary gains and the discount 1/log2(rank + 1). A passage
    that holds several gold quotes gains once; the best ranking has one passage for each quote that
    was not found and for each different passage that was.
    """
    gains = {rank for rank in ranks if rank is not None}
    ideal = len(gains) + sum(rank is None for rank in ranks)
    best = sum(1 / math.log2(n + 1) for n in range(1, min(ideal, k) + 1))
    return sum(1 / math.log2(rank + 1) for rank in gains if rank <= k) / best


Scores = dict[str, float]

SEARCH_MODES: tuple[SearchMode, ...] = ("hybrid", "dense", "bm25")
SHORT = 350
"""Characters that a long answer and the instant evidence are cut to before they are compared."""

DEPTH = 10
"""Passages asked of a search."""

_MARKS = re.compile(r"\s*\[\d+\]")
_MODELS_SPEED = ("first_token", "total", "tokens_per_second")


def plain(answer: Answer) -> str:
    """The answer's own words, without citation marks."""
    return _MARKS.sub("", answer.text).strip()


def column(mode: str, measure: str) -> str:
    """The name of a retrieval column: the hybrid search, the normal one, has no prefix."""
    return measure if mode == "hybrid" else f"{mode}.{measure}"


def score_hits(
    located: Located, hits: Sequence[Hit], mode: str = "hybrid", depth: int = DEPTH
) -> Scores:
    """Retrieval scores of one ranking; none for a question without gold quotes.

    ``depth`` is how many hits were asked for: measures that look further are left out. Where
    several answers rest on different sentences, the one found best counts.
    """
    spans = [(h.document.id, h.passage.start, h.passage.end) for h in hits]
    found = [ranks(group, spans) for group in located.groups()]
    if not found:
        # Evidence that is not in the library cannot be found: that is a miss, not nothing.
        found = [[None]] if located.missing else []
    scores: Scores = {}
    for name, of in _RETRIEVAL.items():
        if found and int(name.rsplit("@", 1)[1]) <= depth:
            scores[column(mode, name)] = max(of(r) for r in found)
    return scores


_RETRIEVAL: Mapping[str, Callable[[Ranks], float]] = {
    "hit@1": lambda r: hit_at(r, 1),
    "hit@5": lambda r: hit_at(r, 5),
    "recall@5": lambda r: recall_at(r, 5),
    "recall@10": lambda r: recall_at(r, 10),
    "mrr@10": reciprocal_rank_at,
    "ndcg@10": ndcg_at,
}


def score_instant(question: Question, quotes: Sequence[str]) -> Scores:
    """ROUGE-L of the quotes shown first, joined in the order shown and cut at SHORT characters."""
    if not question.answerable:
        return {}
    return {"evidence_rouge_l": answers.rouge_l(" ".join(quotes)[:SHORT], question.answers)}


def score_evidence(located: Located, given: Sequence[tuple[str, int, int]]) -> Scores:
    """Share of the gold quotes among the sentences given to the model.

    ``given``: (document id, start, end) of each.
    """
    shares = [
        sum(2 * _covered(g, given) >= g.end - g.start for g in group) / len(group)
        for group in located.groups()
    ]
    return {"evidence_recall": max(shares)} if shares else {}


def score_answer(
    question: Question,
    answer: Answer,
    located: Located,
    judge: Judge,
    document: Callable[[str], Document],
    *,
    long_answers: bool = False,
) -> Scores:
    """Everything about the answer itself.

    ``document`` gives the library's text for an id. With ``long_answers`` no verdict of right or
    wrong is given, and ROUGE-L stands for it in the risk.
    """
    text = "" if answer.abstained else plain(answer)
    scores: Scores = {
        "failed": 0.0,
        "confidence": min(1.0, max(0.0, answer.confidence)),
        "answerable": float(question.answerable),
    }
    scores |= _score_text(question, text, answer.abstained, long_answers)
    if not answer.abstained:
        statements = grounding.statements(answer)
        scores["citation_recall"] = grounding.citation_recall(statements, judge)
        scores["citation_precision"] = grounding.citation_precision(statements, judge)
        scores["sentences"] = float(len(answer.sentences))
        scores["unsupported_sentences"] = float(sum(not s.supported for s in answer.sentences))
    also = [source for citation in answer.citations for source in citation.also]
    citations: list[Citation | Source] = [*answer.places, *answer.nearest, *also]
    scores["broken_quotes"] = float(grounding.broken_quotes(citations, document))
    groups = located.groups()
    if question.answerable and groups:
        cited = [(c.document.id, c.start, c.end) for c in answer.citations]
        scores["gold_sentence_f1"] = grounding.gold_sentence_f1(cited, groups)
    return scores


def score_failure(
    question: Question, located: Located, mode: str, long_answers: bool = False
) -> Scores:
    """The scores of a question that raised: it counts as wrong wherever it would have counted."""
    scores: Scores = {"failed": 1.0, "answerable": float(question.answerable)}
    if mode == "retrieval":
        for search_mode in SEARCH_MODES:
            scores |= dict.fromkeys(score_hits(located, (), search_mode), 0.0)
        return scores
    scores |= _score_text(question, "", False, long_answers)
    scores["confidence"] = float(not question.answerable)  # as wrong as can be
    scores |= {"citation_recall": 0.0, "citation_precision": 0.0}
    if question.answerable:
        scores["answerable_answered"] = 0.0
        scores |= score_evidence(located, ()) | score_instant(question, ())
        if located.groups():
            scores["gold_sentence_f1"] = 0.0
    return scores


def without_timings(scores: Scores) -> Scores:
    """``scores`` without what the model's speed had a part in."""
    return {k: v for k, v in scores.items() if k not in _MODELS_SPEED}


def score_timings(answer: Answer, tokens: int) -> Scores:
    """Seconds of each step, and tokens written per second after the first token."""
    timings = answer.timings
    scores: Scores = {"total": timings.total}
    for name in ("retrieve", "evidence", "first_token"):
        seconds = getattr(timings, name)
        if seconds is not None:
            scores[name] = seconds
    if timings.first_token is not None and tokens > 1 and timings.total > timings.first_token:
        scores["tokens_per_second"] = (tokens - 1) / (timings.total - timings.first_token)
    return scores


def _score_text(question: Question, text: str, abstained: bool, long_answers: bool) -> Scores:
    """Answer and abstention scores; ``text`` is empty when nothing was answered."""
    if not question.answerable:
        refused = float(abstained)
        scores = {
            "unanswerable_rejected": refused,
            "correct_if_answered": 0.0,  # whatever it says, it is wrong
            "squad2_exact": refused,
            "squad2_f1": refused,
        }
        return scores if long_answers else scores | {"correct": refused}
    gold = question.answers
    exact, f1 = answers.exact_match(text, gold), answers.token_f1(text, gold)
    rouge_l = answers.rouge_l(text, gold)
    right = rouge_l if long_answers else answers.is_right(text, gold)
    scores = {
        "answerable_answered": float(not abstained),
        "correct_if_answered": right,
        "exact_match": exact,
        "f1": f1,
        "squad2_exact": exact,
        "squad2_f1": f1,
        "contains_answer": answers.contains_answer(text, gold),
        "rouge_l": rouge_l,
        "rouge_l_short": answers.rouge_l(text[:SHORT], gold),
    }
    if not long_answers:
        scores |= {"right": right, "correct": right}
    if text:
        scores["length"] = float(len(text))
    return scores


def _covered(gold: Gold, spans: Sequence[tuple[str, int, int]]) -> int:
    """Characters of the gold quote that lie in the spans, which do not overlap each other."""
    return sum(
        max(0, min(gold.end, end) - max(gold.start, start))
        for document_id, start, end in spans
        if document_id == gold.document_id
    )
