"""The scores of one question: numbers by column name, only those that apply to the question."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sourcebook.eval.questions import EvalQuestion, GoldLocations, GoldSpan, ranks
from sourcebook.eval.questions import answer_match as answers
from sourcebook.index.documents.records import Document, Hit
from sourcebook.index.search.filters import Mode as SearchMode
from sourcebook.rag.answer import Answer, Citation, OtherSource
from sourcebook.rag.question import KINDS

from . import grounding
from .judges import Judge
from .measure import Scores
from .retrieval import RANKINGS, column

SEARCH_MODES: tuple[SearchMode, ...] = ("hybrid", "dense", "bm25")
SHORT = 350
"""Characters that a long answer and the instant evidence are cut to before they are compared."""

DEPTH = 10
"""Passages that a search returns."""

_MARKS = re.compile(r"\s*\[\d+\]")
_MODEL_TIMES = ("first_words", "first_token", "total", "tokens_per_second")


def text_without_marks(answer: Answer) -> str:
    """Return the text of an answer without citation marks."""
    return drop_marks(answer.text)


def drop_marks(text: str) -> str:
    """Return a text without marks such as [1]."""
    return _MARKS.sub("", text).strip()


def text_for_points(answer: Answer) -> str:
    """Return what an answer says, with its rows, columns and notes; code keeps its brackets."""
    code = [s.text for s in answer.sentences if s.form == "code"]
    return "\n".join([text_without_marks(answer), *code])


def score_hits(
    locations: GoldLocations, hits: Sequence[Hit], mode: str = "hybrid", depth: int = DEPTH
) -> Scores:
    """Return the retrieval scores of one ranking; none for a question without gold quotes.

    ``depth``: the size of the ranking; measures that look further are left out. Where gold answers
    have sentences of their own, the best score counts.
    """
    spans = [(h.document.id, h.passage.start, h.passage.end) for h in hits]
    group_ranks = [ranks(group, spans) for group in locations.groups()]
    if not group_ranks and locations.missing:
        group_ranks = [[None]]  # evidence that the library does not hold is a miss
    scores: Scores = {}
    for name, (_, score, _) in RANKINGS.items():
        if group_ranks and int(name.rsplit("@", 1)[1]) <= depth:
            scores[column(mode, name)] = max(score(r) for r in group_ranks)
    return scores


def score_instant(question: EvalQuestion, quotes: Sequence[str]) -> Scores:
    """Return ROUGE-L of the quotes shown before the answer, joined and cut at SHORT characters."""
    if not question.answers:
        return {}
    return {"evidence_rouge_l": answers.rouge_l(" ".join(quotes)[:SHORT], question.answers)}


def score_evidence(locations: GoldLocations, spans: Sequence[tuple[str, int, int]]) -> Scores:
    """Return the share of the gold quotes among the sentences in the prompt.

    ``spans``: (document id, start, end) of each of these sentences.
    """
    shares = [
        sum(2 * _overlap(g, spans) >= g.end - g.start for g in group) / len(group)
        for group in locations.groups()
    ]
    return {"evidence_recall": max(shares)} if shares else {}


def score_answer(
    question: EvalQuestion,
    answer: Answer,
    locations: GoldLocations,
    judge: Judge,
    document: Callable[[str], Document],
    *,
    long_answers: bool = False,
) -> Scores:
    """Return the scores of the answer itself.

    Args:
        document: Returns the library's document with an id.
        long_answers: No verdict of right or wrong is given; the risk takes ROUGE-L for it.
    """
    text = ""
    if not answer.abstained:
        text = text_for_points(answer) if question.has_points else text_without_marks(answer)
    scores: Scores = {
        "failed": 0.0,
        "confidence": min(1.0, max(0.0, answer.confidence)),
        "answerable": float(question.answerable),
    }
    scores |= score_text(question, text, answer.abstained, long_answers)
    if question.kind in KINDS:
        scores["kind_found"] = float(answer.kind == question.kind)
    if not answer.abstained:
        scores |= _score_sentences(question, answer, judge)
    other_sources = [source for citation in answer.citations for source in citation.also]
    citations: list[Citation | OtherSource] = [*answer.places, *answer.nearest, *other_sources]
    scores["broken_quotes"] = float(grounding.broken_quotes(citations, document))
    groups = locations.groups()
    if question.answerable and groups:
        spans = [(c.document.id, c.start, c.end) for c in answer.citations]
        scores["gold_sentence_f1"] = grounding.gold_sentence_f1(spans, groups)
    return scores


def _score_sentences(question: EvalQuestion, answer: Answer, judge: Judge) -> Scores:
    """Return whether the sentences rest on their citations, and whether they were needed.

    What is computed of the library itself rests on its records: its citations name articles.
    """
    sentences = grounding.claiming_sentences(answer)
    scores: Scores = {
        "sentences": float(len(sentences)),
        "unsupported_sentences": float(sum(not s.supported for s in sentences)),
    }
    if answer.kind != "library" and (sentences or not answer.sentences):
        statements = grounding.extract_statements(answer)
        scores["citation_recall"] = grounding.citation_recall(statements, judge)
        scores["citation_precision"] = grounding.citation_precision(statements, judge)
    if question.points:
        claims = [s for s in sentences if s.supported]
        scores["sentences_supported"] = float(len(claims))
        scores["sentences_needed"] = float(sum(grounding.is_needed(s, question) for s in claims))
    return scores


def score_failure(
    question: EvalQuestion, locations: GoldLocations, mode: str, long_answers: bool = False
) -> Scores:
    """Return the scores of a question that raised: wrong in every measure it would count for."""
    scores: Scores = {"failed": 1.0, "answerable": float(question.answerable)}
    if mode == "retrieval":
        for search_mode in SEARCH_MODES:
            scores |= dict.fromkeys(score_hits(locations, (), search_mode), 0.0)
        return scores
    scores |= score_text(question, "", False, long_answers)
    scores["confidence"] = float(not question.answerable)  # as wrong as can be
    scores |= {"citation_recall": 0.0, "citation_precision": 0.0}
    if question.answerable:
        scores["answerable_answered"] = 0.0
        scores |= score_evidence(locations, ()) | score_instant(question, ())
        if locations.groups():
            scores["gold_sentence_f1"] = 0.0
    return scores


def without_timings(scores: Scores) -> Scores:
    """Return ``scores`` without the times that depend on the model's speed."""
    return {k: v for k, v in scores.items() if k not in _MODEL_TIMES}


def score_timings(answer: Answer, tokens: int) -> Scores:
    """Return the seconds of each step, and the tokens per second after the first token."""
    timings = answer.timings
    scores: Scores = {"total": timings.total}
    for name in ("retrieve", "evidence", "first_token"):
        seconds = getattr(timings, name)
        if seconds is not None:
            scores[name] = seconds
    if timings.first_token is not None and tokens > 1 and timings.total > timings.first_token:
        scores["tokens_per_second"] = (tokens - 1) / (timings.total - timings.first_token)
    return scores


LONG_RIGHT = 0.2
"""ROUGE-L with the gold answer from which a long answer counts as right. Set by hand: the mean of
answers to CLAPnq is .44 to .51."""


def score_text(
    question: EvalQuestion, text: str, is_refusal: bool, long_answers: bool = False
) -> Scores:
    """Return answer and abstention scores; ``answer_right`` where an answer was given.

    Args:
        question: with its gold.
        text: the answer without marks; empty where there is none.
        is_refusal: whether it was refused.
        long_answers: as for `score_answer`.
    """
    scores = _score_text(question, text, is_refusal, long_answers)
    if text and not is_refusal:
        is_right = question.answerable and scores["correct_if_answered"] >= LONG_RIGHT
        scores["answer_right"] = float(is_right)
    return scores


def _score_text(question: EvalQuestion, text: str, is_refusal: bool, long_answers: bool) -> Scores:
    if question.has_points:
        return _score_points(question, text, is_refusal)
    if not question.answerable:
        refusal = float(is_refusal)
        scores = {
            "unanswerable_rejected": refusal,
            "correct_if_answered": 0.0,  # whatever it says, it is wrong
        }
        if not question.kind:
            scores |= {"squad2_exact": refusal, "squad2_f1": refusal}
        return scores if long_answers else scores | {"correct": refusal}
    gold = question.answers
    exact, f1 = answers.exact_match(text, gold), answers.token_f1(text, gold)
    rouge_l = answers.rouge_l(text, gold)
    right = rouge_l if long_answers else answers.is_right(text, gold)
    scores = {
        "answerable_answered": float(not is_refusal),
        "wrongly_refused": float(is_refusal),
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


def _score_points(question: EvalQuestion, text: str, is_refusal: bool) -> Scores:
    """Return the scores of a question whose answer must make points."""
    points = question.find_points(text)
    right = float(bool(text) and points.is_right(question.needed))
    scores: Scores = {
        "answerable_answered": float(not is_refusal),
        "wrongly_refused": float(is_refusal),
        "correct_if_answered": right,
        "right": right,
        "correct": right,
    }
    if points.made:
        scores["points_made"] = sum(points.made) / len(points.made)
    if text:
        scores["length"] = float(len(text))
    return scores


def _overlap(gold: GoldSpan, spans: Sequence[tuple[str, int, int]]) -> int:
    """Return the characters of the gold quote in the spans, which do not overlap each other."""
    return sum(
        max(0, min(gold.end, end) - max(gold.start, start))
        for document_id, start, end in spans
        if document_id == gold.document_id
    )
