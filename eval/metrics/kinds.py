"""How a run went for each kind of question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import numpy as np

from .statistics import Figure, bootstrap

ALL = "all"
"""The name of the row over all kinds."""

KIND_ORDER = (
    "fact",
    "how-to",
    "list",
    "comparison",
    "summary",
    "why",
    "yes-no",
    "table",
    "library",
    "follow-up",
    "small-talk",
    "none",
)
"""The order in which kinds are shown; others come after them."""


@dataclass(frozen=True, slots=True)
class KindRow:
    """The figures of one kind of question, over ``n`` of them.

    ``right``: right answers and right refusals. ``refused`` counts refusals, ``wrongly_refused``
    those of answerable questions. ``first_words`` and ``total`` are medians in seconds; None where
    no time was taken.
    """

    kind: str
    n: int
    right: Figure | None
    refused: int
    wrongly_refused: int
    first_words: float | None
    total: float | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "kind": self.kind,
            "n": self.n,
            "right": self.right.to_dict() if self.right else None,
            "refused": self.refused,
            "wrongly_refused": self.wrongly_refused,
            "first_words": self.first_words,
            "total": self.total,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> KindRow:
        """Return the row of a JSON form."""
        right = data["right"]
        return cls(**{**data, "right": Figure(**right) if right else None})


def rows_by_kind(questions: Iterable[tuple[str, Mapping[str, float]]]) -> list[KindRow]:
    """Return a row for each kind, and one over all of them where there are several.

    Args:
        questions: the kind and the scores of each question.
    """
    pairs = list(questions)
    present = {kind for kind, _ in pairs}
    kinds = [k for k in KIND_ORDER if k in present] + sorted(present - set(KIND_ORDER))
    rows = [_row(kind, [s for k, s in pairs if k == kind]) for kind in kinds]
    return [*rows, _row(ALL, [s for _, s in pairs])] if len(rows) > 1 else rows


def _row(kind: str, scores: Sequence[Mapping[str, float]]) -> KindRow:
    right = [s["correct"] for s in scores if "correct" in s]
    wrongly = sum(s.get("wrongly_refused", 0.0) for s in scores)
    rightly = sum(s.get("unanswerable_rejected", 0.0) for s in scores)
    return KindRow(
        kind=kind,
        n=len(scores),
        right=bootstrap(np.asarray(right).reshape(-1, 1), yes_no=True) if right else None,
        refused=round(wrongly + rightly),
        wrongly_refused=round(wrongly),
        first_words=_median(scores, "first_words"),
        total=_median(scores, "total"),
    )


def _median(scores: Sequence[Mapping[str, float]], column: str) -> float | None:
    values = [s[column] for s in scores if column in s]
    return round(median(values), 3) if values else None
