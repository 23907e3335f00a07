"""Two runs side by side, question by question: what changed, and whether for the worse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from sourcebook.eval.errors import RunMismatch
from sourcebook.eval.metrics import BY_NAME, MEASURES, Measure, has_columns, score_rows
from sourcebook.eval.metrics.statistics import Figure, mcnemar, paired_difference
from sourcebook.eval.runs import Run

ALPHA = 0.05
"""Below this p-value two yes/no outcomes are called different."""


@dataclass(frozen=True, slots=True)
class MeasureDifference:
    """One measure of both runs, over the questions that count for it in both.

    ``difference`` is after minus before, with its interval; ``p`` McNemar's, for yes/no measures.
    """

    measure: Measure
    before: float
    after: float
    difference: Figure
    p: float | None = None

    @property
    def significant(self) -> bool:
        """Whether chance alone is an unlikely reason for the difference.

        Yes/no measures: McNemar's exact test, which is right for few questions too. Others: the
        interval of the paired difference does not hold 0.
        """
        if self.p is not None:
            return self.p < ALPHA
        return self.difference.low > 0 or self.difference.high < 0

    @property
    def verdict(self) -> Literal["better", "worse", "same", "changed"]:
        """``same`` unless the difference is significant."""
        if not self.significant:
            return "same"
        if self.measure.better == "neither":
            return "changed"
        is_higher = self.difference.value > 0
        return "better" if is_higher == (self.measure.better == "higher") else "worse"


@dataclass(frozen=True, slots=True)
class Change:
    """A question on which the two runs differ, with both scores and both answers."""

    id: str
    question: str
    before: float
    after: float
    answer_before: str
    answer_after: str


@dataclass(frozen=True)
class Comparison:
    """Two runs over the questions they share."""

    before: Run
    after: Run
    question_count: int
    differences: Sequence[MeasureDifference]
    changes: Sequence[Change]
    notes: Sequence[str]

    def worse(self, *, speed: bool = False) -> list[MeasureDifference]:
        """Return the significantly worse measures that fail a gate; with ``speed``, cost too."""
        return [
            d
            for d in self.differences
            if d.verdict == "worse" and (d.measure.gated or (speed and d.measure.group == "Cost"))
        ]


def compare(before: Run, after: Run) -> Comparison:
    """Compare two runs, paired by question id.

    A measure is compared over the questions that count for it in both runs; abstention changes
    which those are, so such measures say over how many (``difference.n``).

    Args:
        before: the run that is compared with.
        after: the run that may be better or worse.

    Raises:
        RunMismatch: the runs share no question, or were made in different modes.
    """
    question_ids = [i for i in before.scores if i in after.scores]
    if not question_ids:
        raise RunMismatch(f"{before.name} and {after.name} have no question in common")
    modes = before.summary.get("mode"), after.summary.get("mode")
    if modes[0] != modes[1]:
        raise RunMismatch(f"{before.name} was made in {modes[0]} mode, {after.name} in {modes[1]}")
    left = [before.scores[i] for i in question_ids]
    right = [after.scores[i] for i in question_ids]
    differences = (compare_measure(measure, left, right) for measure in MEASURES)
    return Comparison(
        before,
        after,
        len(question_ids),
        [d for d in differences if d is not None],
        _changes(before, after, question_ids),
        _notes(before, after, len(question_ids)),
    )


def check_gate(comparison: Comparison, *, speed: bool = False) -> list[MeasureDifference]:
    """Return what is significantly worse; without any, the gate is passed.

    Args:
        comparison: of a baseline with a run.
        speed: whether the measures of cost count too.

    Raises:
        RunMismatch: the runs cannot be compared: one is not finished, or the second lacks questions
            of the baseline.
    """
    before, after = comparison.before, comparison.after
    for run in (before, after):
        if not run.summary.get("complete", True):
            raise RunMismatch(f"{run.name} is not finished: run it to its end first")
    missing = len(before.scores) - comparison.question_count
    if missing:
        raise RunMismatch(f"{after.name} lacks {missing} questions of the baseline {before.name}")
    return comparison.worse(speed=speed)


def compare_measure(
    measure: Measure,
    left: Sequence[Mapping[str, float]],
    right: Sequence[Mapping[str, float]],
) -> MeasureDifference | None:
    """Compare one measure over paired score rows; None when no question counts in both."""
    pairs = [
        i
        for i, (a, b) in enumerate(zip(left, right, strict=True))
        if has_columns(measure, a) and has_columns(measure, b)
    ]
    if not pairs:
        return None
    old = score_rows(measure, [left[i] for i in pairs])
    new = score_rows(measure, [right[i] for i in pairs])
    gap = paired_difference(old, new, measure.statistic)
    p = mcnemar(old[:, 0], new[:, 0]) if measure.yes_no else None
    value = float(measure.statistic(old))
    return MeasureDifference(measure, value, value + gap.value, gap, p)


def _changes(before: Run, after: Run, question_ids: Sequence[str]) -> list[Change]:
    """Return the questions whose main score changed, the losses first."""
    column = BY_NAME[before.primary].columns[0]
    old_records = {r["id"]: r for r in before.records}
    new_records = {r["id"]: r for r in after.records}
    changes: list[Change] = []
    for question in question_ids:
        score_before = before.scores[question].get(column)
        score_after = after.scores[question].get(column)
        if score_before is None or score_after is None:
            continue
        if np.isclose(score_before, score_after, atol=1e-6):
            continue
        old, new = old_records.get(question), new_records.get(question)
        text = (new or old or {}).get("question", {}).get("question", question)
        changes.append(
            Change(question, text, score_before, score_after, answer_text(old), answer_text(new))
        )
    return sorted(changes, key=lambda c: c.after - c.before)


def answer_text(record: Mapping[str, Any] | None) -> str:
    """Return the answer in a record, its error, or the titles of the first hits of a search."""
    if record is None:
        return "(this run's answers are not at hand)"
    if record.get("error"):
        return f"(failed: {record['error']})"
    if record.get("answer"):
        return str(record["answer"]["text"])
    hits = record.get("hits", {}).get("hybrid", [])
    return "; ".join(f"{'✓ ' if h['gold'] else ''}{h['title']}" for h in hits[:5]) or "(nothing)"


def _notes(before: Run, after: Run, common_count: int) -> list[str]:
    """Return what limits the comparison, such as another model or missing questions."""
    notes: list[str] = []
    for key, words in (
        ("set", "The question sets differ"),
        ("judge", "The judges of citations differ"),
        ("library", "The libraries differ"),
        ("embedder", "The embedders differ"),
        ("model", "The language models differ"),
        ("settings", "The settings differ"),
    ):
        old, new = before.summary.get(key), after.summary.get(key)
        if key == "set":
            old, new = (v and v.get("fingerprint") for v in (old, new))
        if key == "library":
            old, new = (v and v.get("content") for v in (old, new))
        if old != new:
            notes.append(words)
    for run in (before, after):
        if common_count < len(run.scores):
            notes.append(
                f"{run.name}: {len(run.scores) - common_count} questions are not in the other run"
            )
        if not run.summary.get("complete", True):
            count, total = run.summary.get("asked"), run.summary.get("questions")
            notes.append(f"{run.name} is not finished: {count} of {total} questions")
    return notes
