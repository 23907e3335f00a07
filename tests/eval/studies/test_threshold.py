"""The threshold that keeps wrong answers rare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from sourcebook.eval import EvaluationError, Run
from sourcebook.eval.studies.threshold import fewest_questions, find_threshold, upper_bound
from sourcebook.ui.cli.evaluation.tables import threshold_text


def make_run(outcomes: Sequence[tuple[float, bool | None]], *, kind: str = "fact") -> Run:
    """A run of answers with a probability each; None: refused for another reason."""
    records: list[dict[str, Any]] = [
        {
            "answer": {
                "abstained": is_right is None,
                "confidence": confidence,
                "kind": kind,
                "record": {"signals": {"log_odds": 0.0} if kind == "fact" else None},
            },
            "scores": {} if is_right is None else {"answer_right": float(is_right)},
        }
        for confidence, is_right in outcomes
    ]
    return Run("run", {}, {}, records)


def test_the_bound_is_that_of_clopper_and_pearson() -> None:
    # With none wrong the bound solves (1 - p)^n = .05.
    assert upper_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100))
    # Clopper and Pearson 1934: (1 - p)^100 + 100 p (1 - p)^99 = .05.
    p = upper_bound(1, 100)
    assert (1 - p) ** 100 + 100 * p * (1 - p) ** 99 == pytest.approx(0.05)
    assert upper_bound(3, 3) == 1.0
    assert fewest_questions(0.05) == 59  # .95^58 = .051, .95^59 = .0485


def test_the_lowest_threshold_whose_bound_holds_is_found() -> None:
    outcomes: list[tuple[float, bool | None]] = [
        *[(0.9, True)] * 60,
        (0.8, False),
        *[(0.7, True)] * 20,
        (0.6, False),  # two wrong of 100: up to 6.2 %
        *[(0.5, None)] * 18,
    ]
    found = find_threshold([make_run(outcomes)], 0.05)
    assert (found.answers, found.wrong, found.questions) == (81, 1, 100)
    assert 0.6 < found.above <= 0.7
    assert found.bound == pytest.approx(upper_bound(1, 100))
    text = threshold_text(found)
    assert "81 of 100 questions are answered, 1 of them wrongly" in text
    assert "at most 4.7% are answered wrongly, with 95% confidence" in text
    assert f"answer_above = {found.above:g}" in text


def test_answers_of_one_probability_are_given_or_refused_together() -> None:
    outcomes = [*[(0.9, True)] * 90, *[(0.3, False)] * 9, (0.3, True)]
    found = find_threshold([make_run(outcomes)], 0.05)
    assert (found.answers, found.wrong) == (90, 0)


def test_the_probability_of_lists_has_the_scale_of_its_own() -> None:
    # A list is given where it is 1.6 times as likely as a sentence must be.
    found = find_threshold([make_run([(0.8, True)] * 80, kind="list")], 0.05)
    assert found.above == pytest.approx(0.8 / 1.6)


def test_what_is_never_refused_is_wrong_at_every_threshold() -> None:
    runs = [make_run([(0.9, True)] * 90), make_run([(0.5, False)] * 10, kind="summary")]
    with pytest.raises(EvaluationError, match="wrong too often"):
        find_threshold(runs, 0.05)


def test_too_few_questions_and_answers_too_often_wrong_are_told() -> None:
    with pytest.raises(EvaluationError, match="on 20 questions: ask at least 59"):
        find_threshold([make_run([(0.9, True)] * 20)], 0.05)
    with pytest.raises(EvaluationError, match="wrong too often among 80 questions"):
        find_threshold([make_run([(0.9, False)] * 80)], 0.05)


def test_new_questions_keep_the_bound_as_often_as_is_told() -> None:
    generator = np.random.default_rng(5)
    broken = 0
    for _ in range(400):
        confidence = generator.random(150)
        is_right = generator.random(150) < confidence
        outcomes = [(float(c), bool(r)) for c, r in zip(confidence, is_right, strict=True)]
        try:
            found = find_threshold([make_run(outcomes)], 0.1)
        except EvaluationError:
            continue  # nothing is answered, so nothing wrongly
        # Of new questions above t, wrong are the integral of 1 - c from t to 1: (1 - t)^2 / 2.
        broken += (1 - found.above) ** 2 / 2 > 0.1
    # At most 5 % of 400, which is 20; 33 or more have a probability of .3 % even at exactly 5 %.
    assert broken < 33
