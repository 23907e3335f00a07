"""The threshold of refusal that keeps wrong answers rare, from questions with known answers.

Every question is answered once, none refused for its probability. The share of questions that are
answered wrongly falls as the threshold rises, so the lowest threshold whose upper confidence bound
is low enough holds that bound for questions of the same kind: Bates, Angelopoulos, Lei, Malik and
Jordan 2021, "Distribution-free, risk-controlling prediction sets", Theorem 1, with the exact bound
of Clopper and Pearson 1934 for a share.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sourcebook.eval.errors import EvaluationError
from sourcebook.eval.runs import Run
from sourcebook.rag.kinds.likelihood import threshold_reached

CONFIDENCE = 0.95
"""How sure the bound is."""

_BY_LIKELIHOOD = frozenset({"list", "how-to"})
"""Kinds whose quoted answers are given by a likelihood of their own scale."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A value of the setting ``answer_above``, and what it gives on the questions.

    ``bound``: the share of questions that is answered wrongly, at most, with CONFIDENCE.
    """

    above: float
    questions: int
    answers: int
    wrong: int
    bound: float


def find_threshold(runs: Sequence[Run], most: float) -> Threshold:
    """Return the lowest threshold that keeps the share of wrong answers small.

    Args:
        runs: in which nothing was refused for its probability.
        most: the share of all questions that may be answered wrongly, in (0, 1).

    Raises:
        EvaluationError: no threshold does, with the number of questions that it takes.
    """
    outcomes = sorted((_outcome(record) for run in runs for record in run.records), reverse=True)
    total = len(outcomes)
    best: Threshold | None = None
    answers = wrong = 0
    for position, (reached, is_wrong) in enumerate(outcomes):
        if reached <= 0:
            break
        answers, wrong = answers + 1, wrong + is_wrong
        following = outcomes[position + 1][0] if position + 1 < total else 0.0
        if following == reached:
            continue  # one threshold gives both
        bound = upper_bound(wrong, total)
        if bound > most:
            break
        best = Threshold(_between(following, reached), total, answers, wrong, bound)
    if best is None:
        raise EvaluationError(_impossible(total, most))
    return best


def upper_bound(wrong: int, total: int) -> float:
    """Return the share that ``wrong`` of ``total`` stands for at most, with CONFIDENCE.

    It is the Clopper-Pearson bound: the quantile of the Beta distribution with wrong + 1 and
    total - wrong.
    """
    from scipy.stats import beta

    return 1.0 if wrong >= total else float(beta.ppf(CONFIDENCE, wrong + 1, total - wrong))


def fewest_questions(most: float) -> int:
    """Return how many questions a bound takes of which none is answered wrongly."""
    return math.ceil(math.log(1 - CONFIDENCE) / math.log(1 - most))


def _outcome(record: Mapping[str, Any]) -> tuple[float, bool]:
    """Return the highest threshold at which a question is answered, 0 where it is at none, and
    whether its answer is wrong."""
    answer = record.get("answer")
    if not answer or answer["abstained"]:
        return 0.0, False
    is_right = bool(record.get("scores", {}).get("answer_right"))
    confidence = float(answer["confidence"])
    if answer["record"].get("signals"):
        return confidence, not is_right
    if answer["kind"] in _BY_LIKELIHOOD:
        return threshold_reached(confidence), not is_right
    return 1.0, not is_right  # what is computed or chosen without the model is never refused


def _between(low: float, high: float) -> float:
    """Return a threshold with few digits over ``low`` and at most ``high``."""
    for digits in range(2, 12):
        scale = 10.0**digits
        value = math.floor(high * scale) / scale
        if value > low:
            return value
    return high


def _impossible(total: int, most: float) -> str:
    fewest = fewest_questions(most)
    line = f"no threshold keeps wrong answers to {most:.0%} with {CONFIDENCE:.0%} confidence"
    if total < fewest:
        return f"{line} on {total} questions: ask at least {fewest}"
    return f"{line}: answers of the highest probability are wrong too often among {total} questions"
