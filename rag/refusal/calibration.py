"""The fitted numbers behind the probability that an answer is right.

``calibration.json`` has them, with their origin. `sourcebook eval calibrate` fits new ones on other
questions and writes a file for the setting ``calibration``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, astuple, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from sourcebook.index.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals of a question and its evidence; the last two need a draft.

    ``log_odds``: of Yes over No when the model is asked whether the excerpts state the answer.
    ``similarity``: the best cosine of an evidence sentence with the question.
    ``words_found``: share of the question's content words that are in the evidence.
    ``support``: the best support of a draft sentence by its sources, in [0, 1].
    ``supported``: 1 when some draft sentence is supported, else 0.
    """

    log_odds: float
    similarity: float
    words_found: float
    support: float = 0.0
    supported: float = 0.0


NAMES = tuple(f.name for f in fields(Signals))
"""The signals, in order."""

BEFORE_DRAFT = NAMES[:3]
"""The signals that need no draft."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """A logistic regression over `Signals`: a constant and one weight a signal."""

    constant: float
    weights: Signals

    def probability(self, signals: Signals) -> float:
        """1 / (1 + exp(-(constant + w.x)))."""
        total = self.constant + sum(
            weight * value
            for weight, value in zip(astuple(self.weights), astuple(signals), strict=True)
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@dataclass(frozen=True, slots=True)
class Calibration:
    """One regression before there is a draft and one after; ``made`` has the origin."""

    before: Logistic
    after: Logistic
    made: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The form of the file."""
        return {
            "before_draft": _to_dict(self.before, BEFORE_DRAFT),
            "after_draft": _to_dict(self.after, NAMES),
            "made": dict(self.made),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Calibration:
        """Raises KeyError, TypeError, ValueError: not the form of the file."""
        return cls(
            _from_dict(data["before_draft"]), _from_dict(data["after_draft"]), data.get("made", {})
        )


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


def _to_dict(fitted: Logistic, names: tuple[str, ...]) -> dict[str, Any]:
    weights = asdict(fitted.weights)
    return {
        "constant": round(fitted.constant, 4),
        "weights": {name: round(weights[name], 4) for name in names},
    }


def _from_dict(data: Mapping[str, Any]) -> Logistic:
    weights = {str(name): float(value) for name, value in data["weights"].items()}
    fitted = Logistic(float(data["constant"]), Signals(**weights))
    if not all(math.isfinite(v) for v in (fitted.constant, *astuple(fitted.weights))):
        raise ValueError("a weight is not a number")
    return fitted
