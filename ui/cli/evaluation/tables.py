"""Figures of evaluations as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from sourcebook.eval.metrics import BY_NAME, UNITS, KindRow, format_value
from sourcebook.eval.report import GROUPS, headline
from sourcebook.eval.runs import Run
from sourcebook.eval.studies import Change, Comparison, MeasureDifference
from sourcebook.eval.studies.ablation import Mechanism
from sourcebook.eval.studies.calibration import CalibrationFit
from sourcebook.eval.studies.threshold import CONFIDENCE, Threshold
from sourcebook.ui.render import clean, one_line

_OF_ANSWERS = ("Answers", "Abstention", "Grounding")


def figures_text(run: Run) -> str:
    """Every measure with its interval, in groups."""
    lines = [one_line(f"{run.name}: {headline(run)}")]
    if run.summary.get("judge"):
        lines.append(f"Citations judged by: {one_line(run.summary['judge'])}.")
    for group in GROUPS:
        rows = [(BY_NAME[n], f) for n, f in run.figures.items() if BY_NAME[n].group == group]
        if rows:
            lines += ["", f"{group:44} {'value':>8}{'':12}{'95 % interval':18} {'n':>6}"]
        for measure, figure in rows:
            interval = (
                f"{format_value(measure, figure.low)} to {format_value(measure, figure.high)}"
            )
            value = format_value(measure, figure.value)
            unit = UNITS[measure.unit]
            lines.append(f"  {measure.title:42} {value:>8}{unit:12}{interval:18} {figure.n:>6}")
    if run.kinds:
        lines += ["", kinds_text(run.kinds)]
    for failure in run.summary.get("failures", [])[:5]:
        lines.append(one_line(f"Failed: {failure['id']}: {failure['error']}"))
    for warning in run.summary.get("warnings", [])[:5]:
        lines.append(one_line(f"Not in the library: {warning}"))
    return "\n".join(lines)


def kinds_text(rows: Sequence[KindRow]) -> str:
    """Each kind of question: how many were right, refused, and how long they took."""
    head = f"{'By kind':14} {'n':>4} {'right':>7}   {'95 % interval':15} {'refused':>7}"
    lines = [f"{head} {'wrongly':>7} {'first words':>11} {'complete':>9}"]
    for row in rows:
        right, interval = "–", ""
        if row.right:
            right = f"{100 * row.right.value:.0f} %"
            interval = f"{100 * row.right.low:.0f} to {100 * row.right.high:.0f}"
        lines.append(
            f"  {one_line(row.kind):12} {row.n:>4} {right:>7}   {interval:15} {row.refused:>7}"
            f" {row.wrongly_refused:>7} {_seconds(row.first_words):>11} {_seconds(row.total):>9}"
        )
    return "\n".join(lines)


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f} s"


def comparison_text(comparison: Comparison) -> str:
    """The paired differences as a table."""
    before, after = comparison.before.name, comparison.after.name
    lines = [one_line(f"{before} -> {after}, {comparison.question_count} questions in both")]
    lines += [one_line(f"Note: {note}.") for note in comparison.notes]
    lines.append(f"\n{'':42} {'before':>8} {'after':>8} {'change':>8}   95 % interval      p")
    lines += [_difference_line(d) for d in comparison.differences]
    return "\n".join(lines)


def ablation_text(part: Mechanism, comparison: Comparison) -> str:
    """What changes when a mechanism is left out: ``comparison`` goes from without it to with it."""
    differences = [
        d for d in comparison.differences if d.measure.group in _OF_ANSWERS and d.difference.value
    ]
    lines = [f"\n{part.name}, left out: {part.without}"]
    if not differences:
        return "\n".join([*lines, f"  no figure of {comparison.question_count} questions changes"])
    lines.append(f"{'':42} {'without':>8} {'with':>8} {'gain':>8}   95 % interval      p")
    return "\n".join([*lines, *(_difference_line(d) for d in differences)])


def _difference_line(d: MeasureDifference) -> str:
    m, gap = d.measure, d.difference
    interval = (
        f"{format_value(m, gap.low, signed=True)} to {format_value(m, gap.high, signed=True)}"
    )
    p = f"{d.p:.3f}" if d.p is not None else ""
    mark = "" if d.verdict == "same" else d.verdict
    return (
        f"{m.title:42} {format_value(m, d.before):>8} {format_value(m, d.after):>8} "
        f"{format_value(m, gap.value, signed=True):>8}   {interval:17} {p:5}  {mark}"
    ).rstrip()


def regressions_text(regressions: Sequence[MeasureDifference]) -> str:
    """Why a gate failed."""
    return "\n".join(["Significantly worse:", *(f"  {_difference_line(d)}" for d in regressions)])


def changes_text(comparison: Comparison, limit: int | None = 10) -> str:
    """The questions that changed, losses first, with both answers."""
    changes = comparison.changes
    if not changes:
        return "\nNo question changed."
    changes_on_show = changes if limit is None else changes[:limit]
    lines = [f"\n{len(changes)} questions changed:"]
    for change in changes_on_show:
        lines += ["", *_change_lines(change)]
    if len(changes_on_show) < len(changes):
        lines.append(f"\n… and {len(changes) - len(changes_on_show)} more (--all lists them)")
    return "\n".join(lines)


def _change_lines(change: Change) -> list[str]:
    def entry(label: str, text: str) -> str:
        return textwrap.fill(
            clean(text), 100, initial_indent=f"  {label}: ", subsequent_indent="          "
        )

    return [
        one_line(f"{change.id}  {change.question}  ({change.before:.2f} -> {change.after:.2f})"),
        entry("before", change.answer_before),
        entry("after ", change.answer_after),
    ]


_FIT_TITLES = {
    "auroc": "Right answers told from wrong ones",
    "rejected_at_90": "Wrong answers refused, 9 of 10 right ones given",
}


def calibration_text(result: CalibrationFit) -> str:
    """The numbers of a fit, and how well it does on questions it has not seen."""
    fit = result.calibration
    origin = fit.made
    lines = [
        f"{origin['questions']} answers, {origin['right']} of them right.",
        "",
        f"{'On questions not fitted on':50} {'value':>8}   95 % interval",
    ]
    for name, figure in result.figures.items():
        measure = BY_NAME[name]
        interval = f"{format_value(measure, figure.low)} to {format_value(measure, figure.high)}"
        title = _FIT_TITLES.get(name, measure.title)
        lines.append(f"  {title:48} {format_value(measure, figure.value):>8}   {interval}")
    weights = {**asdict(fit.weights), "constant": fit.constant}
    lines += ["", "Weights", *(f"  {name:48} {value:8.2f}" for name, value in weights.items())]
    return "\n".join(lines)


def threshold_text(threshold: Threshold) -> str:
    """What a threshold gives, and the line of the settings file that sets it."""
    questions, answers, wrong = threshold.questions, threshold.answers, threshold.wrong
    return (
        f"From a probability of {threshold.above:g} on, {answers} of {questions} questions are "
        f"answered, {wrong} of them wrongly:\nof questions like these at most "
        f"{threshold.bound:.1%} are answered wrongly, with {CONFIDENCE:.0%} confidence.\n\n"
        f"To use it: answer_above = {threshold.above:g} in the settings file."
    )
