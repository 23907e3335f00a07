"""The plots of a report, made from the scores of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sourcebook.eval.metrics import abstention
from sourcebook.eval.metrics.measures import BY_NAME, has_columns, score_rows
from sourcebook.eval.metrics.statistics import Figure, bootstrap
from sourcebook.eval.runs.summary import Run

from . import svg as plots
from .svg import Axis, Series

NOTES = {
    "Score by type of question": "Bars with 95 % intervals; the number of questions at the right.",
    "Risk against coverage": "Answering only the questions with the highest confidence: the share "
    "of wrong answers. Dashed: beyond what was answered, where a refusal counts as wrong.",
    "Calibration of confidence": "On the line, confidence means what it says. Large dots hold many "
    "questions.",
    "Latency": "Share of questions that were this far after so many seconds; times beyond "
    "twice the 95th percentile are not drawn.",
}


def plots_panel(runs: Sequence[Run]) -> str:
    """Every plot the runs have the numbers for."""
    found = {
        "Score by type of question": _by_type(runs),
        "Risk against coverage": _risk_coverage(runs),
        "Calibration of confidence": _calibration(runs),
        "Latency": _latency(runs),
    }
    figures = (
        f"<figure><figcaption><b>{title}</b></figcaption>{svg}"
        f'<p class="note">{NOTES[title]}</p></figure>'
        for title, svg in found.items()
        if svg
    )
    return f'<div class="plots">{"".join(figures)}</div>'


def _by_type(runs: Sequence[Run]) -> str:
    measure = BY_NAME[runs[0].primary]
    column = measure.columns[0]
    types: dict[str, list[list[float]]] = {}
    for number, run in enumerate(runs):
        for question, kind in zip(run.scores, run.summary["types"], strict=True):
            scores = run.scores[question]
            value = scores.get(column, scores.get("unanswerable_rejected"))
            if value is not None:
                types.setdefault(kind, [[] for _ in runs])[number].append(value)
    ordered = sorted(types.items(), key=lambda kv: (_LAST.get(kv[0], 0), -len(kv[1][0])))
    table = [(kind, [_group(v, measure.yes_no) for v in values]) for kind, values in ordered]
    title = f"{measure.title} by type of question"
    return plots.legend([run.name for run in runs]) + plots.groups(title, table) if table else ""


def _group(values: Sequence[float], yes_no: bool) -> Figure | None:
    return bootstrap(np.asarray(values, float)[:, None], yes_no=yes_no) if values else None


_LAST = {"other": 1, "follow-up": 2, "unanswerable": 3}


def _risk_coverage(runs: Sequence[Run]) -> str:
    series: list[Series] = []
    for run in runs:
        data = score_rows(BY_NAME["aurc"], list(run.scores.values()))
        if len(data) > 1:
            coverage, risk = abstention.risk_coverage(data[:, 0], 1 - data[:, 1])
            answered = _answered(run)
            series.append(Series(run.name, list(zip(coverage, risk, strict=True)), answered))
    if not series:
        return ""
    x, y = Axis("Share of questions answered"), Axis("Share of answers that are wrong")
    names = [one.name for one in series]
    return plots.legend(names) + plots.lines("Risk against coverage", x, y, series)


def _answered(run: Run) -> float:
    """Share of the questions that were answered at all."""
    counted = [s for s in run.scores.values() if has_columns(BY_NAME["aurc"], s)]
    answered = sum(
        s["answerable_answered"] if "answerable_answered" in s else 1 - s["unanswerable_rejected"]
        for s in counted
    )
    return answered / len(counted)


def _calibration(runs: Sequence[Run]) -> str:
    found: list[tuple[str, list[abstention.Bin]]] = []
    for run in runs:
        data = score_rows(BY_NAME["calibration_error"], list(run.scores.values()))
        if len(data):
            found.append((run.name, abstention.reliability(data[:, 0], data[:, 1])))
    if not found:
        return ""
    legend = plots.legend([name for name, _ in found])
    return legend + plots.calibration("Calibration of confidence", found)


def axis_end(times: Sequence[float]) -> float:
    """Where the axis ends: a computer that slept in the middle must not flatten all the others."""
    return min(times[-1], 2 * float(np.percentile(times, 95)))


def _latency(runs: Sequence[Run]) -> str:
    wanted = [("total", "complete"), ("first_token", "first token"), ("retrieve", "passages found")]
    if len(runs) > 1:
        wanted = wanted[:1]
    series: list[Series] = []
    for run in runs:
        for column, label in wanted:
            times = sorted(s[column] for s in run.scores.values() if column in s)
            if len(times) > 1:
                steps = [(t, (i + 1) / len(times)) for i, t in enumerate(times)]
                name = run.name if len(runs) > 1 else label
                series.append(Series(name, [(0.0, 0.0), *steps]))
    if not series:
        return ""
    edge = max(axis_end([t for t, _ in one.points[1:]]) for one in series)
    series = [replace(one, points=[p for p in one.points if p[0] <= edge]) for one in series]
    x = Axis("Seconds after the question", 0, edge, percent=False)
    legend = plots.legend([one.name for one in series])
    return legend + plots.lines("Latency", x, Axis("Share of questions"), series)
