"""The measures of answers, by columns that ``sourcebook.eval.questions.answer_match`` computes.

Exact match and token F1: Rajpurkar et al. 2016 (SQuAD), with refusals 2018 (SQuAD 2.0). A gold
answer inside the answer: Mallen et al. 2023, Liu et al. 2024. ROUGE-L: Lin 2004.
"""

from __future__ import annotations

from .measure import Measure

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
        "by word; of a long one, 60 % of its different words. Where points are given: enough of "
        "them are made and nothing forbidden is said.",
    ),
    Measure(
        "points_made",
        "Points made",
        "Answers",
        ("points_made",),
        note="Share of the points of each question, needed or not; a refusal makes none.",
    ),
    Measure(
        "kind_found",
        "Kind of the question found",
        "Answers",
        ("kind_found",),
        yes_no=True,
        note="Of the questions whose kind is one that Sourcebook tells apart.",
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
)
