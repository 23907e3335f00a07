"""Fits the probability that an answer is right, from questions with known answers.

The signals of every question come from runs that answered each; the scores say which answers are
right: none to a question that is not answerable. A logistic regression (Platt 1999) computes the
probability from the signals.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sourcebook.eval.errors import EvaluationError
from sourcebook.eval.metrics import abstention
from sourcebook.eval.metrics.statistics import Figure, Statistic, bootstrap
from sourcebook.eval.runs import Run
from sourcebook.rag.refusal.calibration import Calibration, Signals

Floats = NDArray[np.float64]

NAMES = tuple(signal.name for signal in fields(Signals))
"""The signals, in order."""

FEWEST = 10
"""Right and wrong answers that a fit needs: with fewer the weights follow single questions."""

FOLDS = 10
STRENGTH = 0.5
"""Inverse of the L2 penalty, over standardised signals."""

METHOD = f"logistic regression, L2 with C = {STRENGTH}, on standardised signals"


@dataclass(frozen=True, slots=True)
class CalibrationFit:
    """A calibration, and how well it separates questions that it was not fitted to.

    ``figures``: auroc, rejected_at_90 and calibration_error by cross-validation in FOLDS folds.
    """

    calibration: Calibration
    figures: Mapping[str, Figure]


def fit_calibration(runs: Sequence[Run]) -> CalibrationFit:
    """Fit a calibration to the questions of ``runs``.

    Raises:
        EvaluationError: fewer than FEWEST right or wrong answers, or a run without signals.
    """
    rows = [row for run in runs for row in _rows(run)]
    signals = np.array([values for values, _ in rows], float).reshape(len(rows), len(NAMES))
    label = np.array([is_right for _, is_right in rows], float)
    yes, no = int(label.sum()), int(len(label) - label.sum())
    if min(yes, no) < FEWEST:
        raise EvaluationError(f"{yes} right and {no} wrong answers: a fit needs {FEWEST} of each")
    data = np.column_stack([_cross_validated_probabilities(signals, label), label])
    figures = {name: bootstrap(data, statistic) for name, statistic in _FIGURES.items()}
    origin: dict[str, Any] = {
        "from": [_origin(run) for run in runs],
        "questions": len(rows),
        "right": yes,
        "method": METHOD,
        "held_out": {name: figure.to_dict() for name, figure in figures.items()},
    }
    return CalibrationFit(replace(_fit(signals, label), made=origin), figures)


_FIGURES: Mapping[str, Statistic] = {
    "auroc": lambda rows: abstention.auroc(rows[..., 0], rows[..., 1]),
    "rejected_at_90": lambda rows: abstention.rejected_at_coverage(rows[..., 0], rows[..., 1]),
    "calibration_error": lambda rows: abstention.calibration_error(rows[..., 0], rows[..., 1]),
}


def _rows(run: Run) -> list[tuple[list[float], bool]]:
    """Return the signals of every question with a draft, and whether its answer is right."""
    rows: list[tuple[list[float], bool]] = []
    for record in run.records:
        answer = record.get("answer")
        signals = (answer or {}).get("record", {}).get("signals")
        if signals:
            rows.append(([float(signals[name]) for name in NAMES], _is_right(record)))
    if not rows:
        raise EvaluationError(f"{run.name} holds no signals: run its set again")
    return rows


def _is_right(record: Mapping[str, Any]) -> bool:
    return bool(record.get("scores", {}).get("answer_right"))


def _origin(run: Run) -> dict[str, Any]:
    summary = run.summary
    return {
        "set": summary["set"]["name"],
        "fingerprint": summary["set"]["fingerprint"],
        "mode": summary["mode"],
        "model": summary["model"],
        "embedder": summary["embedder"],
        "code": summary["code"]["source"],
    }


def _cross_validated_probabilities(signals: Floats, label: Floats) -> Floats:
    """Return the probability of each question, by a fit to the folds without it."""
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(min(FOLDS, int(min(label.sum(), len(label) - label.sum()))))
    probability = np.zeros(len(label))
    for training, test in folds.split(signals, label):
        fitted = _fit(signals[training], label[training])
        probability[test] = [fitted.probability(Signals(*map(float, row))) for row in signals[test]]
    return probability


def _fit(signals: Floats, label: Floats) -> Calibration:
    """Fit to standardised signals; return weights of the raw ones. Shape: (n, signals), (n,)."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = signals.mean(axis=0), signals.std(axis=0)
    spread = np.where(spread > 1e-9, spread, 1.0)
    model = LogisticRegression(C=STRENGTH, max_iter=1000)
    model.fit((signals - mean) / spread, label)
    weights = np.asarray(model.coef_, float)[0] / spread
    constant = float(np.asarray(model.intercept_, float)[0] - weights @ mean)
    return Calibration(constant, Signals(*map(float, weights)))
