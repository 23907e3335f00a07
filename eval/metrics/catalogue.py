"""All measures of a run, in the order in which they are shown, and their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from . import abstention, answers, cost, grounding, retrieval
from .measure import Measure, score_rows
from .statistics import Figure, bootstrap

MEASURES: tuple[Measure, ...] = (
    *answers.MEASURES,
    *abstention.MEASURES,
    *grounding.MEASURES,
    *retrieval.MEASURES,
    *cost.MEASURES,
)

BY_NAME: Mapping[str, Measure] = {measure.name: measure for measure in MEASURES}


def compute_figures(scores: Sequence[Mapping[str, float]]) -> dict[str, Figure]:
    """Return every measure that some question counts for, with its interval.

    Args:
        scores: the scores of each question, by column.

    Returns:
        The figures by the measures' names, in the order of `MEASURES`.
    """
    result: dict[str, Figure] = {}
    for measure in MEASURES:
        data = score_rows(measure, scores)
        if len(data):
            result[measure.name] = bootstrap(data, measure.statistic, yes_no=measure.yes_no)
    return result
