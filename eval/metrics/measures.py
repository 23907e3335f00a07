"""The measures of a run: their columns, which way is better, and how values are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from . import abstention
from .statistics import Figure, Floats, Statistic, bootstrap, mean, percentile

Group = Literal["Answers", "Abstention", "Grounding", "Retrieval", "Cost"]
Better = Literal["higher", "lower", "neither"]
Unit = Literal["share", "seconds", "characters", "tokens/s", "count"]

UNITS: Mapping[Unit, str] = {
    "share": " %",
    "seconds": " s",
    "characters": " characters",
    "tokens/s": " /s",
    "count": "",
}
"""What follows a value of each unit in a text."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure over questions.

    It is computed from the questions that have all of ``columns``, by ``statistic``; see
    ``scoring`` for the columns. ``yes_no``: the one column is 0 or 1. ``gated``: a significant
    change for the worse fails the gate.
    """

    name: str
    title: str
    group: Group
    columns: tuple[str, ...]
    better: Better = "higher"
    statistic: Statistic = mean
    unit: Unit = "share"
    yes_no: bool = False
    gated: bool = True
    note: str = ""


def _ratio(rows: Floats) -> Floats:
    """Sum of the first column over the sum of the second; 0 where that is 0."""
    below = rows[..., 1].sum(axis=-1)
    return np.asarray(rows[..., 0].sum(axis=-1) / np.maximum(below, 1e-12))


def _aurc(rows: Floats) -> Floats:
    return abstention.aurc(rows[..., 0], 1 - rows[..., 1])


def _auroc(rows: Floats) -> Floats:
    return abstention.auroc(rows[..., 0], rows[..., 1])


def _calibration(rows: Floats) -> Floats:
    return abstention.calibration_error(rows[..., 0], rows[..., 1])


def _rejected_at_90(rows: Floats) -> Floats:
    return abstention.rejected_at_coverage(rows[..., 0], rows[..., 1])


def _total(rows: Floats) -> Floats:
    return np.asarray(rows[..., 0].sum(axis=-1))


def _retrieval() -> list[Measure]:
    titles = {
        "hit@1": ("Gold passage first", True),
        "hit@5": ("Gold passage in the first 5", True),
        "recall@5": ("Recall at 5", False),
        "recall@10": ("Recall at 10", False),
        "mrr@10": ("Mean reciprocal rank at 10", False),
        "ndcg@10": ("nDCG at 10", False),
    }
    return [
        Measure(
            name if mode == "hybrid" else f"{mode}.{name}",
            title if mode == "hybrid" else f"{title}, {label} alone",
            "Retrieval",
            (name if mode == "hybrid" else f"{mode}.{name}",),
            yes_no=yes_no,
            gated=mode == "hybrid",
        )
        for mode, label in (("hybrid", ""), ("dense", "dense"), ("bm25", "BM25"))
        for name, (title, yes_no) in titles.items()
    ]


def _seconds(name: str, title: str) -> list[Measure]:
    return [
        Measure(
            f"{name}_p{q}",
            f"{title}, {word}",
            "Cost",
            (name,),
            "lower",
            percentile(q),
            "seconds",
            gated=False,
        )
        for q, word in ((50, "median"), (95, "95th percentile"))
    ]


MEASURES: tuple[Measure, ...] = (
    Measure(
        "correct",
        "Right or rightly refused",
        "Answers",
        ("correct",),
        yes_no=True,
        note="Over all questions: answerable ones answered right, the others refused.",
    ),
    Measure(
        "right",
        "Right answers",
        "Answers",
        ("right",),
        yes_no=True,
        note="Answerable questions. A rule decides: a short gold answer stands in the answer word "
        "by word; of a long one, 60 % of its different words.",
    ),
    Measure(
        "contains_answer", "Contains a gold answer", "Answers", ("contains_answer",), yes_no=True
    ),
    Measure("exact_match", "Exact match", "Answers", ("exact_match",), yes_no=True),
    Measure("f1", "Token F1", "Answers", ("f1",)),
    Measure(
        "squad2_exact",
        "Exact match with refusals",
        "Answers",
        ("squad2_exact",),
        yes_no=True,
        note="SQuAD 2.0: over all questions; refusing an unanswerable one counts as a match.",
    ),
    Measure("squad2_f1", "Token F1 with refusals", "Answers", ("squad2_f1",)),
    Measure(
        "rouge_l",
        "ROUGE-L",
        "Answers",
        ("rouge_l",),
        note="Best over the gold answers; a refused answerable question scores 0. Read it with the "
        "length: longer answers win.",
    ),
    Measure(
        "rouge_l_short",
        "ROUGE-L of at most 350 characters",
        "Answers",
        ("rouge_l_short",),
        note="The answer is cut at 350 characters, so that length does not win.",
    ),
    Measure(
        "length",
        "Length of an answer",
        "Answers",
        ("length",),
        "neither",
        unit="characters",
        gated=False,
        note="Answered answerable questions only.",
    ),
    Measure("failed", "Failures", "Answers", ("failed",), "lower", yes_no=True),
    Measure(
        "unanswerable_rejected",
        "Unanswerable questions refused",
        "Abstention",
        ("unanswerable_rejected",),
        yes_no=True,
    ),
    Measure(
        "answerable_answered",
        "Answerable questions answered",
        "Abstention",
        ("answerable_answered",),
        yes_no=True,
    ),
    Measure(
        "aurc",
        "Area under the risk-coverage curve",
        "Abstention",
        ("confidence", "correct_if_answered"),
        "lower",
        _aurc,
        note="Questions ordered by confidence. A refused question counts as wrong when coverage "
        "would force an answer.",
    ),
    Measure(
        "auroc",
        "Answerable told from unanswerable",
        "Abstention",
        ("confidence", "answerable"),
        "higher",
        _auroc,
        note="Probability that an answerable question has the higher confidence.",
    ),
    Measure(
        "rejected_at_90",
        "Unanswerable refused at 90 % answered",
        "Abstention",
        ("confidence", "answerable"),
        "higher",
        _rejected_at_90,
        note="With the threshold at which 90 % of the answerable questions would be answered.",
    ),
    Measure(
        "calibration_error",
        "Calibration error of confidence",
        "Abstention",
        ("confidence", "answerable"),
        "lower",
        _calibration,
        note="Confidence is meant as the probability that the articles hold the answer.",
    ),
    Measure("citation_recall", "Citation recall", "Grounding", ("citation_recall",)),
    Measure("citation_precision", "Citation precision", "Grounding", ("citation_precision",)),
    Measure(
        "gold_sentence_f1",
        "Gold-sentence F1",
        "Grounding",
        ("gold_sentence_f1",),
        note="Cited sentences against gold sentences; a refused answerable question scores 0.",
    ),
    Measure(
        "evidence_recall",
        "Gold sentences among the evidence",
        "Grounding",
        ("evidence_recall",),
        note="Of the sentences that the model was given.",
    ),
    Measure(
        "evidence_rouge_l",
        "ROUGE-L of the instant evidence",
        "Grounding",
        ("evidence_rouge_l",),
        note="Of the quotes shown before the model has said a word, in the order shown, cut at 350 "
        "characters, against the gold answers.",
    ),
    Measure(
        "unsupported",
        "Sentences without support",
        "Grounding",
        ("unsupported_sentences", "sentences"),
        "lower",
        _ratio,
        note="As Sourcebook marks them itself.",
    ),
    Measure(
        "broken_quotes",
        "Quotes that do not stand in their document",
        "Grounding",
        ("broken_quotes",),
        "lower",
        _total,
        "count",
        note="Must be 0.",
    ),
    *_retrieval(),
    *_seconds("retrieve", "Passages found"),
    *_seconds("evidence", "Evidence chosen"),
    *_seconds("first_token", "First token"),
    *_seconds("total", "Complete answer"),
    Measure(
        "tokens_per_second",
        "Tokens per second",
        "Cost",
        ("tokens_per_second",),
        "higher",
        unit="tokens/s",
        gated=False,
    ),
)

BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES}


def score_rows(measure: Measure, scores: Sequence[Mapping[str, float]]) -> Floats:
    """Return the columns of a measure over the questions with all of them. Shape: (n, columns)."""
    values = [[s[c] for c in measure.columns] for s in scores if has_columns(measure, s)]
    return np.asarray(values, float).reshape(len(values), len(measure.columns))


def has_columns(measure: Measure, scores: Mapping[str, float]) -> bool:
    """Whether a question has all columns of a measure, and so counts for it."""
    return all(c in scores for c in measure.columns)


def compute_figures(scores: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """Return every measure that some question counts for, with its interval, in their order."""
    result: dict[str, Figure] = {}
    for measure in MEASURES:
        data = score_rows(measure, scores)
        if len(data):
            result[measure.name] = bootstrap(data, measure.statistic, yes_no=measure.yes_no)
    return result


def format_value(measure: Measure, value: float, *, signed: bool = False) -> str:
    """Return a value as text: shares in per cent, seconds to three or two decimals."""
    sign = "+" if signed else ""
    if measure.unit == "share":
        return f"{100 * value:{sign}.1f}"
    if measure.unit == "seconds":
        return f"{value:{sign}.3f}" if abs(value) < 1 else f"{value:{sign}.2f}"
    if measure.unit in ("characters", "count"):
        return f"{value:{sign}.0f}"
    return f"{value:{sign}.1f}"
