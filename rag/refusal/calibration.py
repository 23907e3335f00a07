"""The fitted numbers behind the probability that an answer is right.

It is a logistic function of the model's odds of Yes over No when it is asked whether the excerpts
state the answer, and of how near the evidence is to the question. The share of the question's words
in the evidence and the support of the draft were signals too: fitted to the same questions they
added nothing (AUC over ten small libraries .72 with two signals and .74 with four, on SQuAD 2 .78
and .77, on CLAPnq .96 and .95).

``calibration.json`` has the numbers and their origin. `sourcebook eval calibrate` fits new ones on
other questions and writes a file for the setting ``calibration``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sourcebook.index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals of a question and its evidence.

    ``log_odds``: of Yes over No when the model is asked whether the excerpts state the answer.
    ``similarity``: the best cosine of an evidence sentence with the question.
    """

    log_odds: float
    similarity: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """A logistic regression over `Signals`: a constant and one weight a signal; ``made`` has the
    origin."""

    constant: float
    weights: Signals
    made: Mapping[str, Any] = field(default_factory=dict)

    def probability(self, signals: Signals) -> float:
        """Return 1 / (1 + exp(-(constant + weights * signals)))."""
        total = self.constant + sum(
            weight * value
            for weight, value in zip(astuple(self.weights), astuple(signals), strict=True)
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))

    def to_dict(self) -> dict[str, Any]:
        """The form of the file."""
        weights = {name: round(weight, 4) for name, weight in asdict(self.weights).items()}
        return {
            "constant": round(self.constant, 4),
            "weights": weights,
            "made": dict(self.made),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Raises KeyError, TypeError, ValueError: not the form of the file."""
        weights = {str(name): float(value) for name, value in data["weights"].items()}
        fitted = cls(float(data["constant"]), Signals(**weights), data.get("made", {}))
        if not all(map(math.isfinite, (fitted.constant, *astuple(fitted.weights)))):
            raise ValueError("a weight is not a number")
        return fitted


def load_calibration(file: Path | None = None) -> Calibration:
    """Return the calibration of ``file``, by default the one that comes with the product.

    Raises:
        SettingsError: the file cannot be read, or is not what `eval calibrate` writes.
    """
    return _shipped() if file is None else _read(file.expanduser())


@cache
def _shipped() -> Calibration:
    return _read(Path(__file__).with_name("calibration.json"))


def _read(file: Path) -> Calibration:
    try:
        return Calibration.from_dict(json.loads(file.read_text("utf-8")))
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
    except (ValueError, KeyError, TypeError):
        problem = "is not what `sourcebook eval calibrate` writes"
    raise SettingsError(f"calibration {file} {problem}: make it anew, or take the setting out")
