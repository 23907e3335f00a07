"""Intervals and tests: how far a figure over some questions can be trusted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""From (..., n, columns), n questions with the same columns, to one number each: (...)."""

SEED = 20220110
RESAMPLES = 2000
LEVEL = 0.95
_CELLS = 2_000_000
"""Numbers held at once while resampling: bounds memory, not results."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value over ``n`` questions with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int

    def to_dict(self) -> dict[str, float | int]:
        """The JSON form."""
        return {
            "value": round(self.value, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "n": self.n,
        }


def mean(rows: Floats) -> Floats:
    """Mean of the only column. Shape: (..., n, 1) to (...)."""
    return np.asarray(rows[..., 0].mean(axis=-1))


def total(rows: Floats) -> Floats:
    """Sum of the only column. Shape: (..., n, 1) to (...)."""
    return np.asarray(rows[..., 0].sum(axis=-1))


def ratio_of_sums(rows: Floats) -> Floats:
    """Sum of the first column over the sum of the second; 0 where that is 0.

    Shape: (..., n, 2) to (...).
    """
    below = rows[..., 1].sum(axis=-1)
    return np.asarray(rows[..., 0].sum(axis=-1) / np.maximum(below, 1e-12))


def bootstrap(
    rows: Floats, statistic: Statistic = mean, *, yes_no: bool = False, seed: int = SEED
) -> Figure:
    """Return ``statistic`` of ``rows`` with its percentile bootstrap interval.

    Efron 1979; Efron and Tibshirani 1993, chapter 13: questions are drawn with replacement,
    RESAMPLES times. Where all yes/no outcomes are alike, that would give an interval without width:
    there it is the exact one of Clopper and Pearson 1934.

    Args:
        rows: the questions' columns. Shape: (n, columns), n >= 1.
        statistic: computes the figure.
        yes_no: whether the only column is 0 or 1.
        seed: starts the random numbers.

    Raises:
        ValueError: no rows.
    """
    if not len(rows):
        raise ValueError("a figure needs at least one question")
    value = float(statistic(rows))
    if yes_no and value in (0.0, 1.0):
        from scipy.stats import binomtest  # half a second to load

        exact = binomtest(round(value * len(rows)), len(rows)).proportion_ci(LEVEL, "exact")
        return Figure(value, float(exact.low), float(exact.high), len(rows))
    low, high = _interval(_resample([rows], statistic, seed)[0])
    # With few questions the percentiles may lie on one side of the value.
    return Figure(value, min(low, value), max(high, value), len(rows))


def paired_difference(
    left: Floats, right: Floats, statistic: Statistic = mean, *, seed: int = SEED
) -> Figure:
    """Return ``statistic(right) - statistic(left)`` with its interval, over the same questions.

    Paired bootstrap (Efron and Tibshirani 1993; for systems on one test set: Koehn 2004): each
    draw takes the same questions from both sides.

    Args:
        left: the questions' columns on one side. Shape: (n, columns), n >= 1.
        right: the same on the other side, the questions in the same order.
        statistic: computes the figure of one side.
        seed: starts the random numbers.

    Raises:
        ValueError: no rows, or different numbers of them.
    """
    if not len(left) or len(left) != len(right):
        raise ValueError(f"pairs need the same questions: {len(left)} and {len(right)}")
    value = float(statistic(right) - statistic(left))
    before, after = _resample([left, right], statistic, seed)
    low, high = _interval(after - before)
    return Figure(value, min(low, value), max(high, value), len(left))


def mcnemar(left: Floats, right: Floats) -> float:
    """Return the two-sided exact p-value that two paired yes/no outcomes are equally likely.

    McNemar 1947 in its exact binomial form: of the questions on which the two differ, each is as
    likely to be won by either. 1 when they never differ. Shape: both (n,), 0 or 1.
    """
    from scipy.stats import binomtest  # half a second to load

    losses = int(((left > 0.5) & (right < 0.5)).sum())
    won = int(((left < 0.5) & (right > 0.5)).sum())
    return float(binomtest(won, losses + won).pvalue) if losses + won else 1.0


def percentile(q: float) -> Statistic:
    """Return the statistic that computes the ``q``-th percentile of the only column."""

    def compute(rows: Floats) -> Floats:
        return np.asarray(np.percentile(rows[..., 0], q, axis=-1))

    return compute


def _resample(sides: list[Floats], statistic: Statistic, seed: int) -> list[Floats]:
    """Return the statistic of each side over the same samples. Shape of each: (RESAMPLES,)."""
    generator = np.random.default_rng(seed)
    n, columns = sides[0].shape
    step = max(1, min(RESAMPLES, _CELLS // (n * columns)))
    parts: list[list[Floats]] = [[] for _ in sides]
    for start in range(0, RESAMPLES, step):
        sample = generator.integers(0, n, (min(step, RESAMPLES - start), n))
        for side, part in zip(sides, parts, strict=True):
            part.append(np.atleast_1d(statistic(side[sample])))
    return [np.concatenate(part) for part in parts]


def _interval(values: Floats) -> tuple[float, float]:
    tail = 100 * (1 - LEVEL) / 2
    low, high = np.percentile(values, [tail, 100 - tail])
    return float(low), float(high)
