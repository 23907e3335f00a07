"""The summary of a run: made from its records, and read from a file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sourcebook.eval.errors import EvaluationError, RunNotFound
from sourcebook.eval.metrics import BY_NAME, KindRow, compute_figures, rows_by_kind, statistics
from sourcebook.eval.metrics.statistics import Figure

from .folder import SUMMARY, RunFolder


@dataclass(frozen=True)
class Run:
    """A run and its figures.

    ``scores``: columns by question id; ``records``: the lines of the run folder, if loaded.
    """

    name: str
    summary: Mapping[str, Any]
    scores: Mapping[str, Mapping[str, float]]
    records: Sequence[Mapping[str, Any]] = field(default=(), repr=False)

    @property
    def figures(self) -> dict[str, Figure]:
        """The measures, in the order of ``MEASURES``."""
        return {
            name: Figure(f["value"], f["low"], f["high"], f["n"])
            for name, f in self.summary["measures"].items()
            if name in BY_NAME
        }

    @property
    def kinds(self) -> list[KindRow]:
        """The figures of each kind of question; none where the set names no kinds."""
        return [KindRow.from_dict(row) for row in self.summary.get("kinds", ())]

    @property
    def primary(self) -> str:
        """The name of the measure that says most about this run."""
        if self.summary["mode"] == "retrieval":
            return "hit@5"
        # Without verdicts the gold answers are texts to come near to.
        return "correct" if "correct" in self.summary["measures"] else "rouge_l"


def summarise(
    records: Sequence[Mapping[str, Any]], about: Mapping[str, Any], total: int
) -> dict[str, Any]:
    """Return the summary of a run: its origin, its measures, and the scores of every question.

    ``scores`` has the question ids and for each column one number or None per question, so that
    another run can be compared question by question with this file alone.
    """
    scores = [record["scores"] for record in records]
    asking = sum(record["seconds"]["asking"] for record in records)
    scoring = sum(record["seconds"]["scoring"] for record in records)
    columns = sorted({column for row in scores for column in row})
    return {
        **about,
        "complete": len(records) == total,
        "asked": len(records),
        "questions": total,
        "measures": {name: f.to_dict() for name, f in compute_figures(scores).items()},
        "kinds": [row.to_dict() for row in _rows_of_kinds(records)],
        "seconds": {
            "asking": round(asking, 2),
            "scoring": round(scoring, 2),
            "overhead": round(scoring / asking, 4) if asking else 0.0,
        },
        "bootstrap": {
            "seed": statistics.SEED,
            "resamples": statistics.RESAMPLES,
            "level": statistics.LEVEL,
        },
        "failures": [{"id": r["id"], "error": r["error"]} for r in records if r["error"]],
        "types": [record["type"] for record in records],
        "scores": {
            "ids": [record["id"] for record in records],
            "columns": {
                column: [
                    None if row.get(column) is None else round(row[column], 6) for row in scores
                ]
                for column in columns
            },
        },
    }


def _rows_of_kinds(records: Sequence[Mapping[str, Any]]) -> list[KindRow]:
    """Return the figures of each kind; none where no question names its kind."""
    if not any(record["question"].get("kind") for record in records):
        return []
    return rows_by_kind((record["type"], record["scores"]) for record in records)


def load_run(path: Path, *, with_records: bool = True) -> Run:
    """Load a run.

    Args:
        path: its folder, or a ``summary.json`` that serves as a baseline.
        with_records: whether its lines are loaded too.

    Raises:
        RunNotFound: there is none.
        EvaluationError: the file is not what a run writes.
    """
    if path.is_dir():
        folder = RunFolder(path)
        summary = folder.summary()
        records = list(folder.records()) if with_records else []
    elif path.is_file():
        summary, records = _read_file(path), []
    else:
        raise RunNotFound(f"{path}: no such run. Give a run's folder, its name, or a summary.json")
    try:
        return Run(summary["name"], summary, _rows(summary["scores"]), records)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EvaluationError(f"{path} is not a summary that `eval run` wrote") from None


def _read_file(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path} cannot be read as a {SUMMARY} ({error})") from None
    if not isinstance(data, dict):
        raise EvaluationError(f"{path} is not a summary that `eval run` wrote")
    return data


def _rows(scores: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    rows: dict[str, dict[str, float]] = {question: {} for question in scores["ids"]}
    for column, values in scores["columns"].items():
        for question, value in zip(scores["ids"], values, strict=True):
            if value is not None:
                rows[question][column] = float(value)
    return rows
