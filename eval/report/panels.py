"""The parts of a report: figures, comparison, provenance."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sourcebook.eval.metrics import BY_NAME, Measure
from sourcebook.eval.metrics.statistics import Figure
from sourcebook.eval.runs import Run
from sourcebook.eval.studies import Comparison

from . import svg
from .templating import render

GROUPS = ("Answers", "Abstention", "Grounding", "Retrieval", "Cost")
CARDS = {
    "hit@5": ("hit@1", "hit@5", "mrr@10", "ndcg@10"),
    "rouge_l": ("rouge_l", "unanswerable_rejected", "answerable_answered", "gold_sentence_f1"),
    "correct": ("correct", "right", "unanswerable_rejected", "citation_recall"),
}
"""The figures in large type, by the measure that says most about a run."""


def headline(run: Run) -> str:
    """Return one sentence that says how the run went."""
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
    unanswerable = [s for s in scores if not s.get("answerable")]
    column, word = ("right", " right") if run.primary == "correct" else ("answerable_answered", "")
    count = sum(s.get(column, 0) for s in answerable)
    parts = [f"{count:.0f} of {len(answerable)} answerable questions answered{word}"]
    if unanswerable:
        refusals = sum(s.get("unanswerable_rejected", 0) for s in unanswerable)
        parts.append(f"{refusals:.0f} of {len(unanswerable)} unanswerable ones refused")
    return ", ".join(parts) + "."


def cards(run: Run) -> Markup:
    """Return the few figures that say most about a run, in large type."""
    figures = [(BY_NAME[n], run.figures[n]) for n in CARDS[run.primary] if n in run.figures]
    return render(
        "cards.html",
        cards=[(m, f, svg.interval(f, 0, *_value_range(m, [f]))) for m, f in figures],
    )


def figures_table(runs: Sequence[Run]) -> Markup:
    """Return every measure of every run with its interval, in groups."""
    parts: list[Markup] = []
    for group in GROUPS:
        if group == "Retrieval":
            parts += [_search_modes(run) for run in runs if "dense.hit@1" in run.figures]
        measures = [
            measure
            for name, measure in BY_NAME.items()
            if measure.group == group
            and "." not in name
            and any(name in run.figures for run in runs)
        ]
        if measures:
            rows = [_figures_row(measure, runs) for measure in measures]
            parts.append(render("figures.html", group=group, runs=runs, rows=rows))
    return Markup("").join(parts)


def kinds_tables(runs: Sequence[Run]) -> Markup:
    """Return the figures of each kind of question, for each run whose set names kinds."""
    tables = [
        render(
            "kinds.html",
            name=run.name if len(runs) > 1 else "",
            rows=[(r, svg.interval(r.right, number) if r.right else "") for r in run.kinds],
        )
        for number, run in enumerate(runs)
        if run.kinds
    ]
    return Markup("").join(tables)


def _figures_row(
    measure: Measure, runs: Sequence[Run]
) -> tuple[Measure, int, list[tuple[Figure | None, str]]]:
    """Return the measure, its count of questions, and each run's figure with its mark."""
    figures = [run.figures.get(measure.name) for run in runs]
    low, high = _value_range(measure, [f for f in figures if f])
    count = next((f.n for f in figures if f), 0)
    marks = [svg.interval(f, i, low, high) if f else "" for i, f in enumerate(figures)]
    return measure, count, list(zip(figures, marks, strict=True))


def _search_modes(run: Run) -> Markup:
    """Return hybrid search, dense alone and BM25 alone side by side."""
    names = [n for n in run.figures if "@" in n and "." not in n]
    labels = {"": "Hybrid, as answers use it", "dense.": "Dense alone", "bm25.": "BM25 alone"}
    rows = [(label, [run.figures[mode + n] for n in names]) for mode, label in labels.items()]
    return render("search_modes.html", run=run, names=names, rows=rows)


def _value_range(measure: Measure, figures: Sequence[Figure]) -> tuple[float, float]:
    if measure.unit == "share":
        return 0.0, 1.0
    return 0.0, max((f.high for f in figures), default=1.0) * 1.1 or 1.0


def comparison_panel(comparison: Comparison) -> Markup:
    """Return the paired differences of two runs."""
    rows = [(d, svg.difference(d.difference, d.verdict)) for d in comparison.differences]
    return render("comparison.html", comparison=comparison, rows=rows)


def provenance_panel(runs: Sequence[Run]) -> Markup:
    """Return where the figures of each run come from."""
    return render("provenance.html", runs=runs, keys=PROVENANCE)


PROVENANCE = (
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
"""The keys of a summary that say where its figures come from, in the order shown."""
