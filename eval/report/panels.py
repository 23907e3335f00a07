"""The parts of a report, each a piece of HTML: figures, comparison, provenance.

The page's Evaluate tab shows the same parts. Everything that is not ours is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from sourcebook.eval.metrics.measures import BY_NAME, Measure, format_value
from sourcebook.eval.metrics.statistics import Figure
from sourcebook.eval.runs.summary import Run
from sourcebook.eval.studies.compare import Comparison, MeasureDifference

from . import svg as plots

GROUPS = ("Answers", "Abstention", "Grounding", "Retrieval", "Cost")
UNITS = {
    "share": " %",
    "seconds": " s",
    "characters": " characters",
    "tokens/s": " /s",
    "count": "",
}

CARDS = {
    "hit@5": ("hit@1", "hit@5", "mrr@10", "ndcg@10"),
    "rouge_l": ("rouge_l", "unanswerable_rejected", "answerable_answered", "gold_sentence_f1"),
    "correct": ("correct", "right", "unanswerable_rejected", "citation_recall"),
}
"""The figures shown large, by the measure that says most about a run."""


def headline(run: Run) -> str:
    """One sentence that says how the run went."""
    scores = run.scores.values()
    total = len(run.scores)
    if run.summary["mode"] == "retrieval":
        first = sum(s.get("hit@1", 0) for s in scores)
        five = sum(s.get("hit@5", 0) for s in scores)
        return (
            f"For {first:.0f} of {total} questions the right passage came first, "
            f"for {five:.0f} among the first five."
        )
    answerable = [s for s in scores if s.get("answerable")]
    others = [s for s in scores if not s.get("answerable")]
    column, word = ("right", " right") if run.primary == "correct" else ("answerable_answered", "")
    count = sum(s.get(column, 0) for s in answerable)
    parts = [f"{count:.0f} of {len(answerable)} answerable questions answered{word}"]
    if others:
        refused = sum(s.get("unanswerable_rejected", 0) for s in others)
        parts.append(f"{refused:.0f} of {len(others)} unanswerable ones refused")
    return ", ".join(parts) + "."


def cards(run: Run) -> str:
    """The few figures that say most, large."""
    chosen = CARDS[run.primary]
    figures = run.figures
    return (
        '<div class="cards">'
        + "".join(_card(BY_NAME[name], figures[name]) for name in chosen if name in figures)
        + "</div>"
    )


def _card(measure: Measure, figure: Figure) -> str:
    low, high = _range(measure, [figure])
    return (
        f'<div class="card"><div class="name">{escape(measure.title)}</div>'
        f'<div class="number">{format_value(measure, figure.value)}'
        f"<small>{UNITS[measure.unit]}</small></div>"
        f"{plots.interval(figure, 0, low, high)}"
        f'<div class="faint">{format_value(measure, figure.low)} to {format_value(measure, figure.high)}, '
        f"{figure.n} questions</div></div>"
    )


def figures_table(runs: Sequence[Run]) -> str:
    """Every measure of every run with its interval, in groups."""
    parts: list[str] = []
    for group in GROUPS:
        names = [
            m.name
            for m in BY_NAME.values()
            if m.group == group and any(m.name in run.figures for run in runs)
        ]
        if group == "Retrieval" and any(n.startswith("dense.") for n in names):
            parts += [_search_modes(run) for run in runs]
        names = [n for n in names if "." not in n]
        if names:
            parts.append(f"<h3>{group}</h3>{_table(runs, [BY_NAME[n] for n in names])}")
    return "".join(parts)


def _table(runs: Sequence[Run], measures: Sequence[Measure]) -> str:
    heads = "".join(
        f'<th colspan="2"><i class="key s{i}"></i>{escape(run.name)}</th>'
        for i, run in enumerate(runs)
    )
    body: list[str] = []
    for measure in measures:
        found = [run.figures.get(measure.name) for run in runs]
        low, high = _range(measure, [f for f in found if f])
        cells = "".join(_cells(measure, f, i, low, high) for i, f in enumerate(found))
        note = f'<div class="note">{escape(measure.note)}</div>' if measure.note else ""
        n = next((f.n for f in found if f), 0)
        body.append(
            f'<tr><th scope="row">{escape(measure.title)}{_arrow(measure)}{note}</th>{cells}'
            f'<td class="faint right">{n}</td></tr>'
        )
    return (
        f'<div class="scroll"><table class="figures"><thead><tr><th></th>{heads}'
        '<th class="right">n</th></tr>'
        f"</thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _cells(measure: Measure, figure: Figure | None, number: int, low: float, high: float) -> str:
    if figure is None:
        return '<td class="right">–</td><td></td>'
    return (
        f'<td class="right"><b>{format_value(measure, figure.value)}</b>{UNITS[measure.unit]}'
        f'<div class="faint">{format_value(measure, figure.low)} – {format_value(measure, figure.high)}</div></td>'
        f"<td>{plots.interval(figure, number, low, high)}</td>"
    )


def _search_modes(run: Run) -> str:
    """Hybrid, dense alone and BM25 alone side by side."""
    names = [n for n in run.figures if "@" in n and "." not in n]
    heads = "".join(f'<th class="right">{escape(n)}</th>' for n in names)
    body: list[str] = []
    for prefix, label in (
        ("", "Hybrid, as answers use it"),
        ("dense.", "Dense alone"),
        ("bm25.", "BM25 alone"),
    ):
        cells = "".join(
            f'<td class="right"><b>{100 * f.value:.1f}</b>'
            f'<div class="faint">{100 * f.low:.1f} – {100 * f.high:.1f}</div></td>'
            for f in (run.figures[prefix + n] for n in names)
        )
        body.append(f'<tr><th scope="row">{label}</th>{cells}</tr>')
    return (
        f"<h3>Three ways to search ({escape(run.name)}, per cent)</h3>"
        f'<div class="scroll"><table><thead><tr><th></th>{heads}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _arrow(measure: Measure) -> str:
    arrows = {"higher": ("↑", "higher is better"), "lower": ("↓", "lower is better")}
    if measure.better not in arrows:
        return ""
    sign, words = arrows[measure.better]
    return f' <span class="faint" title="{words}">{sign}</span>'


def _range(measure: Measure, figures: Sequence[Figure]) -> tuple[float, float]:
    if measure.unit == "share":
        return 0.0, 1.0
    return 0.0, max((f.high for f in figures), default=1.0) * 1.1 or 1.0


def comparison_panel(comparison: Comparison) -> str:
    """The paired differences of two runs."""
    notes = "".join(f"<li>{escape(note)}</li>" for note in comparison.notes)
    body = "".join(_difference_row(d) for d in comparison.differences)
    return (
        f"<p>{comparison.shared} questions in both. A difference is called better or worse only "
        "where chance is an unlikely reason: McNemar's exact test for yes/no measures, the paired "
        f"bootstrap interval for the others.</p><ul class=note>{notes}</ul>"
        '<div class="scroll"><table><thead><tr><th></th>'
        f'<th class="right">{escape(comparison.before.name)}</th>'
        f'<th class="right">{escape(comparison.after.name)}</th>'
        '<th class="right">Difference</th><th></th><th></th><th class="right">n</th></tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _difference_row(d: MeasureDifference) -> str:
    m = d.measure
    p = f'<div class="faint">p = {d.p:.3g}</div>' if d.p is not None else ""
    return (
        f'<tr><th scope="row">{escape(m.title)}{_arrow(m)}</th>'
        f'<td class="right">{format_value(m, d.before)}</td><td class="right">{format_value(m, d.after)}</td>'
        f'<td class="right"><b>{format_value(m, d.difference.value, signed=True)}</b>'
        f'<div class="faint">{format_value(m, d.difference.low, signed=True)} to '
        f"{format_value(m, d.difference.high, signed=True)}</div>{p}</td>"
        f"<td>{plots.difference(d.difference, d.verdict)}</td>"
        f'<td><span class="tag {d.verdict}">{d.verdict}</span></td>'
        f'<td class="right faint">{d.difference.n}</td></tr>'
    )


def provenance_panel(run: Run) -> str:
    """What made the figures."""
    kept = (
        "set",
        "mode",
        "asked",
        "left_out",
        "library",
        "model",
        "embedder",
        "judge",
        "settings",
        "code",
        "machine",
        "peak_memory_mib",
        "seconds",
        "bootstrap",
        "started",
        "finished",
        "warnings",
        "failures",
    )
    body = "".join(
        f'<tr><th scope="row">{escape(key.replace("_", " "))}</th>'
        f"<td>{_value(run.summary[key])}</td></tr>"
        for key in kept
        if run.summary.get(key) not in (None, [], {})
    )
    return f'<div class="scroll"><table class="made">{body}</table></div>'


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{escape(str(k))} <b>{_value(v)}</b>" for k, v in value.items() if v is not None)
        return ", ".join(pairs)
    if isinstance(value, list):
        return "<br>".join(_value(v) for v in value[:50])
    return escape(str(value))
