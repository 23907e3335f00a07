"""How well a system knows when it does not know: risk against coverage, calibration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .measure import Measure
from .statistics import Floats

BINS = 10
"""Bins of equal width for the calibration error."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions whose confidence lies in one range: mean confidence, share of true labels."""

    low: float
    high: float
    confidence: float
    share: float
    count: int


def risk_coverage(confidence: Floats, loss: Floats) -> tuple[Floats, Floats]:
    """Risk when only the most confident questions are answered, at every coverage.

    El-Yaniv and Wiener 2010. Shape: both inputs (..., n); both results (..., n): coverage i/n and
    the mean loss of the i most confident. Equal confidences are answered together: within a tie
    every question counts with the mean loss of the tie.
    """
    order = np.argsort(-confidence, axis=-1, kind="stable")
    ranking = np.take_along_axis(confidence, order, -1)
    losses = _level_ties(ranking, np.take_along_axis(loss, order, -1))
    counts = np.arange(1, confidence.shape[-1] + 1)
    coverage = np.broadcast_to(counts / confidence.shape[-1], losses.shape)
    return coverage, np.cumsum(losses, axis=-1) / counts


def aurc(confidence: Floats, loss: Floats) -> Floats:
    """Area under the risk-coverage curve: its mean over the coverages 1/n .. n/n.

    Geifman, Uziel and El-Yaniv 2019 (after Geifman and El-Yaniv 2017). Lower is better. Shape:
    inputs (..., n), result (...).
    """
    return np.asarray(risk_coverage(confidence, loss)[1].mean(axis=-1))


def auroc(confidence: Floats, label: Floats) -> Floats:
    """Probability that a true question has a higher confidence than a false one, ties half.

    The Mann-Whitney form of the area under the ROC curve (Hanley and McNeil 1982); 0.5 where
    one of the two kinds is missing. Shape: inputs (..., n), result (...).
    """
    order = np.argsort(confidence, axis=-1, kind="stable")
    positive = np.take_along_axis(label, order, -1) > 0.5
    positions = np.broadcast_to(np.arange(1.0, label.shape[-1] + 1), label.shape)
    ranks = _level_ties(np.take_along_axis(confidence, order, -1), positions)
    yes = positive.sum(axis=-1)
    no = positive.shape[-1] - yes
    rank_sum = np.where(positive, ranks, 0).sum(axis=-1)
    pairs = np.maximum(yes * no, 1)
    area = (rank_sum - yes * (yes + 1) / 2) / pairs
    return np.where((yes > 0) & (no > 0), area, 0.5)


def rejected_at_coverage(confidence: Floats, label: Floats, coverage: float = 0.9) -> Floats:
    """Share of the false questions refused when ``coverage`` of the true ones are answered.

    The true negative rate at a fixed true positive rate, as in out-of-distribution detection
    (Liang, Li and Srikant 2018): it needs no threshold, so two systems compare. A false question
    as confident as the threshold counts as answered. Shape: inputs (..., n), result (...); 1 where
    no question is false, 0 where none is true.
    """
    positive = label > 0.5
    yes = positive.sum(axis=-1)
    ranking = -np.sort(-np.where(positive, confidence, -np.inf), axis=-1)
    last = np.clip(np.ceil(coverage * yes).astype(np.intp) - 1, 0, None)
    threshold = np.take_along_axis(ranking, last[..., None], -1)
    no = positive.shape[-1] - yes
    below = (~positive & (confidence < threshold)).sum(axis=-1)
    share = np.where(no > 0, below / np.maximum(no, 1), 1.0)
    return np.asarray(np.where(yes > 0, share, 0.0))


def calibration_error(confidence: Floats, label: Floats, bins: int = BINS) -> Floats:
    """Expected calibration error: mean distance of confidence and truth over bins, by size.

    Naeini, Cooper and Hauskrecht 2015; Guo et al. 2017, equation 3. Shape: inputs (..., n), result
    (...).
    """
    bin_numbers = _bin_numbers(confidence, bins)
    total = np.zeros(confidence.shape[:-1])
    for b in range(bins):
        inside = bin_numbers == b
        total += np.abs(np.where(inside, confidence - label, 0).sum(axis=-1))
    return np.asarray(total / confidence.shape[-1])


def reliability(confidence: Floats, label: Floats, bins: int = BINS) -> list[Bin]:
    """The bins behind the calibration error that hold any question. Shape: inputs (n,)."""
    bin_numbers = _bin_numbers(confidence, bins)
    return [
        Bin(
            b / bins,
            (b + 1) / bins,
            float(confidence[bin_numbers == b].mean()),
            float(label[bin_numbers == b].mean()),
            int((bin_numbers == b).sum()),
        )
        for b in range(bins)
        if (bin_numbers == b).any()
    ]


def _bin_numbers(confidence: Floats, bins: int) -> NDArray[np.intp]:
    return np.minimum((confidence * bins).astype(np.intp), bins - 1)


def _level_ties(ranking: Floats, losses: Floats) -> Floats:
    """Each loss replaced by the mean loss of all that share its rank value. Shape: (..., n)."""
    flat_rank = ranking.reshape(-1, ranking.shape[-1])
    flat_loss = losses.reshape(flat_rank.shape).astype(float)
    starts = np.ones(flat_rank.shape, bool)
    starts[:, 1:] = flat_rank[:, 1:] != flat_rank[:, :-1]
    group = np.cumsum(starts.ravel()) - 1  # a row always starts a new group
    sums = np.bincount(group, flat_loss.ravel())
    counts = np.bincount(group)
    return np.asarray((sums / counts)[group].reshape(losses.shape))


def _aurc(rows: Floats) -> Floats:
    return aurc(rows[..., 0], 1 - rows[..., 1])


def _auroc(rows: Floats) -> Floats:
    return auroc(rows[..., 0], rows[..., 1])


def _calibration(rows: Floats) -> Floats:
    return calibration_error(rows[..., 0], rows[..., 1])


def _rejected_at_90(rows: Floats) -> Floats:
    return rejected_at_coverage(rows[..., 0], rows[..., 1])


MEASURES: tuple[Measure, ...] = (
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
        "wrongly_refused",
        "Wrongly refused",
        "Abstention",
        ("wrongly_refused",),
        "lower",
        yes_no=True,
        gated=False,
        note="Answerable questions that were refused.",
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
        ("confidence", "answer_right"),
        "lower",
        _calibration,
        note="Of the answers that were given. Confidence is meant as the probability that the "
        "answer is right.",
    ),
)
