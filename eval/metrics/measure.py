"""A measure: its columns, its statistic, which way is better, and how its values are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from .statistics import Floats, Statistic, mean

Group = Literal["Answers", "Abstention", "Grounding", "Retrieval", "Cost"]
Better = Literal["higher", "lower", "neither"]
Unit = Literal["share", "seconds", "characters", "tokens/s", "count"]
Scores = dict[str, float]
"""The scores of one question by column, only those that apply to it."""

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


def has_columns(measure: Measure, scores: Mapping[str, float]) -> bool:
    """Whether a question has all columns of a measure, and so counts for it."""
    return all(c in scores for c in measure.columns)


def score_rows(measure: Measure, scores: Sequence[Mapping[str, float]]) -> Floats:
    """Return the columns of a measure over the questions with all of them.

    Args:
        measure: the measure whose columns are taken.
        scores: the scores of each question.

    Returns:
        Shape (n, columns), n the number of questions that count for the measure.
    """
    values = [[s[c] for c in measure.columns] for s in scores if has_columns(measure, s)]
    return np.asarray(values, float).reshape(len(values), len(measure.columns))


def format_value(measure: Measure, value: float, *, signed: bool = False) -> str:
    """Return a value as text, without its unit (see `UNITS`).

    Shares are in per cent, seconds have three decimals, or two from one second on.

    Args:
        measure: the measure of the value.
        value: the value, or a difference between two values.
        signed: whether a positive value has its sign before it.
    """
    sign = "+" if signed else ""
    if measure.unit == "share":
        return f"{100 * value:{sign}.1f}"
    if measure.unit == "seconds":
        return f"{value:{sign}.3f}" if abs(value) < 1 else f"{value:{sign}.2f}"
    if measure.unit in ("characters", "count"):
        return f"{value:{sign}.0f}"
    return f"{value:{sign}.1f}"
