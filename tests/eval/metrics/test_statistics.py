"""Intervals and tests."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sourcebook.eval.metrics.statistics import (
    bootstrap,
    mcnemar,
    mean,
    paired_difference,
    percentile,
)


def column(*values: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(values, float)[:, None]


def test_the_bootstrap_interval_of_a_share_is_near_the_normal_one() -> None:
    # 30 of 100: standard error sqrt(.3 * .7 / 100); 1.96 of them to each side.
    figure = bootstrap(column(*[1.0] * 30, *[0.0] * 70))
    half = 1.96 * math.sqrt(0.3 * 0.7 / 100)
    assert figure.value == 0.3
    assert figure.low == pytest.approx(0.3 - half, abs=0.015)
    assert figure.high == pytest.approx(0.3 + half, abs=0.015)
    assert figure.n == 100


def test_the_same_questions_give_the_same_interval() -> None:
    values = column(*np.random.default_rng(0).random(50))
    assert bootstrap(values) == bootstrap(values)
    assert bootstrap(values) != bootstrap(values, seed=7)


def test_outcomes_all_alike_do_not_claim_certainty() -> None:
    # Clopper and Pearson 1934: with 20 of 20, the lower end is (0.025)^(1/20).
    bound = 0.025 ** (1 / 20)
    every = bootstrap(column(*[1.0] * 20), yes_no=True)
    assert [every.low, every.high] == pytest.approx([bound, 1])
    none = bootstrap(column(*[0.0] * 20), yes_no=True)
    assert [none.low, none.high] == pytest.approx([0, 1 - bound])


def test_an_interval_always_holds_its_value() -> None:
    for values in ([5.0], [0.0, 100.0], [1.0, 1.0, 1.0, 50.0]):
        figure = bootstrap(column(*values), percentile(95))
        assert figure.low <= figure.value <= figure.high


def test_many_questions_are_resampled_in_parts_to_the_same_end() -> None:
    many = column(*np.random.default_rng(0).random(3000))
    figure = bootstrap(many)
    half = 1.96 * float(many.std()) / math.sqrt(3000)
    assert figure.high - figure.low == pytest.approx(2 * half, rel=0.1)


def test_a_figure_over_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one question"):
        bootstrap(np.empty((0, 1)))


def test_pairing_sees_what_two_intervals_hide() -> None:
    generator = np.random.default_rng(2)
    left = generator.random(60)
    right = left + 0.02  # a small gain on every question, far below the spread between questions
    gap = paired_difference(column(*left), column(*right))
    assert gap.value == pytest.approx(0.02)
    assert gap.low > 0
    assert bootstrap(column(*left)).high > bootstrap(column(*right)).low


def test_a_run_against_itself_differs_by_nothing() -> None:
    values = column(*np.random.default_rng(1).random(30))
    gap = paired_difference(values, values, percentile(95))
    assert (gap.value, gap.low, gap.high) == (0, 0, 0)


def test_pairs_need_the_same_questions() -> None:
    with pytest.raises(ValueError, match="3 and 2"):
        paired_difference(column(1, 2, 3), column(1, 2))


@pytest.mark.parametrize(
    ("lost", "won", "p"),
    [
        (0, 0, 1.0),
        (5, 0, 2 * (1 / 2**5)),
        (6, 0, 2 * (1 / 2**6)),
        (7, 1, 2 * (1 + 8) / 2**8),  # none or one of eight
        (3, 3, 1.0),
    ],
)
def test_mcnemar_counts_the_questions_that_changed(lost: int, won: int, p: float) -> None:
    left = np.array([1.0] * lost + [0.0] * won + [1.0] * 10 + [0.0] * 10)
    right = np.array([0.0] * lost + [1.0] * won + [1.0] * 10 + [0.0] * 10)
    assert mcnemar(left, right) == pytest.approx(p)


def test_mcnemar_of_thousands_is_exact_too() -> None:
    left = np.array([1.0] * 700 + [0.0] * 400)
    exact = 2 * sum(math.comb(1100, i) for i in range(401)) / 2**1100
    assert mcnemar(left, 1 - left) == pytest.approx(exact, rel=1e-9)


def test_the_mean_is_over_questions() -> None:
    assert mean(column(1, 2, 3)) == 2
