"""The plots of a report, made from the scores of its runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from markupsafe import Markup

from sourcebook.eval.metrics import BY_NAME, abstention, has_columns, score_rows
from sourcebook.eval.metrics.statistics import Figure, bootstrap
from sourcebook.eval.runs import Run

from . import svg
from .svg import Axis, Series
from .templating import render

NOTES = {
    "Score by type of question": "Bars with 95 % intervals; the number of questions at the right.",
    "Risk against coverage": "Answering only the questions with the highest confidence: the share "
    "of wrong answers. Dashed: beyond what was answered, where a refusal counts as wrong.",
    "Calibration of confidence": "On the line, confidence means what it says. Large dots hold many "
    "questions.",
    "Latency": "Share of questions that were this far after so many seconds; times beyond "
    "twice the 95th percentile are not drawn.",
}


def plots_panel(runs: Sequence[Run]) -> Markup:
    """Return every plot that the runs have the numbers for."""
    plots = {
        "Score by type of question": _score_by_type(runs),
        "Risk against coverage": _risk_coverage(runs),
        "Calibration of confidence": _calibration(runs),
        "Latency": _latency(runs),
    }
    return render(
        "plots.html", plots=[(title, plot, NOTES[title]) for title, plot in plots.items() if plot]
    )


def _score_by_type(runs: Sequence[Run]) -> Markup:
    measure = BY_NAME[runs[0].primary]
    column = measure.columns[0]
    types: dict[str, list[list[float]]] = {}
    for number, run in enumerate(runs):
        for question, kind in zip(run.scores, run.summary["types"], strict=True):
            scores = run.scores[question]
            value = scores.get(column, scores.get("unanswerable_rejected"))
            if value is not None:
                types.setdefault(kind, [[] for _ in runs])[number].append(value)
    type_order = sorted(types.items(), key=lambda kv: (_LAST.get(kv[0], 0), -len(kv[1][0])))
    table = [(kind, [_group(v, measure.yes_no) for v in values]) for kind, values in type_order]
    title = f"{measure.title} by type of question"
    return (
        svg.legend([run.name for run in runs]) + svg.groups(title, table) if table else Markup("")
    )


def _group(values: Sequence[float], yes_no: bool) -> Figure | None:
    return bootstrap(np.asarray(values, float)[:, None], yes_no=yes_no) if values else None


_LAST = {"other": 1, "follow-up": 2, "unanswerable": 3}


def _risk_coverage(runs: Sequence[Run]) -> Markup:
    series: list[Series] = []
    for run in runs:
        data = score_rows(BY_NAME["aurc"], list(run.scores.values()))
        if len(data) > 1:
            coverage, risk = abstention.risk_coverage(data[:, 0], 1 - data[:, 1])
            series.append(
                Series(run.name, list(zip(coverage, risk, strict=True)), _answered_share(run))
            )
    if not series:
        return Markup("")
    x, y = Axis("Share of questions answered"), Axis("Share of answers that are wrong")
    names = [line.name for line in series]
    return svg.legend(names) + svg.lines("Risk against coverage", x, y, series)


def _answered_share(run: Run) -> float:
    """Return the share of the questions that were answered."""
    rows = [s for s in run.scores.values() if has_columns(BY_NAME["aurc"], s)]
    count = sum(
        s["answerable_answered"] if "answerable_answered" in s else 1 - s["unanswerable_rejected"]
        for s in rows
    )
    return count / len(rows)


def _calibration(runs: Sequence[Run]) -> Markup:
    bins_by_run: list[tuple[str, list[abstention.Bin]]] = []
    for run in runs:
        data = score_rows(BY_NAME["calibration_error"], list(run.scores.values()))
        if len(data):
            bins_by_run.append((run.name, abstention.reliability(data[:, 0], data[:, 1])))
    if not bins_by_run:
        return Markup("")
    legend = svg.legend([name for name, _ in bins_by_run])
    return legend + svg.calibration("Calibration of confidence", bins_by_run)


def axis_end(times: Sequence[float]) -> float:
    """Return the end of the time axis: one very slow question must not flatten the plot."""
    return min(times[-1], 2 * float(np.percentile(times, 95)))


def _latency(runs: Sequence[Run]) -> Markup:
    steps = [("total", "complete"), ("first_token", "first token"), ("retrieve", "passages found")]
    if len(runs) > 1:
        steps = steps[:1]
    series: list[Series] = []
    for run in runs:
        for column, label in steps:
            times = sorted(s[column] for s in run.scores.values() if column in s)
            if len(times) > 1:
                shares = [(t, (i + 1) / len(times)) for i, t in enumerate(times)]
                name = run.name if len(runs) > 1 else label
                series.append(Series(name, [(0.0, 0.0), *shares]))
    if not series:
        return Markup("")
    edge = max(axis_end([t for t, _ in line.points[1:]]) for line in series)
    series = [replace(line, points=[p for p in line.points if p[0] <= edge]) for line in series]
    x = Axis("Seconds after the question", 0, edge, percent=False)
    legend = svg.legend([line.name for line in series])
    return legend + svg.lines("Latency", x, Axis("Share of questions"), series)
