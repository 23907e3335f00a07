"""One self-contained HTML file about one or more runs; it loads nothing from the network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcebook.eval.errors import EvaluationError
from sourcebook.eval.runs import Run
from sourcebook.eval.studies.compare import compare

from . import panels
from .plots import plots_panel
from .published import published_panel
from .templating import render


def write_report(runs: Sequence[Run], path: Path) -> Path:
    """Write one HTML file about some runs.

    Args:
        runs: the runs, with their records.
        path: the file to write.

    Returns:
        The file.

    Raises:
        EvaluationError: no run, or the file cannot be written.
    """
    page = html(runs)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise EvaluationError(f"{path} cannot be written ({error.strerror})") from error
    return path


def html(runs: Sequence[Run]) -> str:
    """Return the report as one HTML page; the other runs are compared with the first.

    Raises:
        EvaluationError: no run.
    """
    if not runs:
        raise EvaluationError("a report needs at least one run")
    page = render(
        "report.html",
        title=" and ".join(dict.fromkeys(run.name for run in runs)),
        runs=runs,
        sections=list(_sections(runs)),
        headline=panels.headline,
        cards=panels.cards,
        data=question_data(runs),
        style=_read("report.css"),
        script=_read("report.js"),
    )
    return str(page)


def _sections(runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """Yield the heading and the content of each section."""
    yield "Figures", panels.kinds_tables(runs) + panels.figures_table(runs)
    yield "Plots", plots_panel(runs)
    first = runs[0]
    for run in runs[1:]:
        if _is_comparable(first, run):
            panel = panels.comparison_panel(compare(first, run))
            yield f"{first.name} against {run.name}", panel
    if panel := published_panel(runs):
        yield "Other systems", panel
    if any(run.records for run in runs):
        yield "Questions", render("questions.html")
    yield "How it was made", panels.provenance_panel(runs)


def _is_comparable(left: Run, right: Run) -> bool:
    same_mode = left.summary["mode"] == right.summary["mode"]
    return same_mode and any(i in right.scores for i in left.scores)


def question_data(runs: Sequence[Run]) -> dict[str, Any]:
    """Return the questions of all runs with their results, as the report's script reads them."""
    questions: dict[str, dict[str, Any]] = {}
    for number, run in enumerate(runs):
        for record in run.records:
            entry = questions.setdefault(record["id"], _question(record))
            entry["runs"].append({"run": number, **_result(record)})
    return {"names": [run.name for run in runs], "questions": list(questions.values())}


def _question(record: Mapping[str, Any]) -> dict[str, Any]:
    question = record["question"]
    return {
        "id": record["id"],
        "text": question["question"],
        "type": record["type"],
        "gold_title": _gold_title(question),
        "answers": question["answers"]
        or [" / ".join(group) for group in question.get("points", ())],
        "history": question["history"],
        "gold": [_quote(g) for g in record.get("gold", []) if g["quote"]],
        "runs": [],
    }


def _gold_title(question: Mapping[str, Any]) -> str:
    """Return the heading above the gold answers or points."""
    if question["answers"]:
        return "Gold answers"
    if points := question.get("points"):
        return f"Points to make, {question['needed']} of {len(points)}"
    if question["answerable"]:
        return "Right is any reply that is no refusal"
    return "The articles do not answer this"


def _result(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the result of one run for a question, as far as the report shows it."""
    outcome = verdict(record)
    result: dict[str, Any] = {
        "verdict": outcome.word,
        "good": outcome.good,
        "error": record.get("error"),
        "scores": {k: round(v, 3) for k, v in record["scores"].items()},
    }
    if points := record.get("points"):
        result["missing"] = [" / ".join(group) for group in points["missing"]]
        result["forbidden"] = points["forbidden"]
    answer = record.get("answer")
    if answer:
        result |= {
            "text": answer["text"],
            "abstained": answer["abstained"],
            "confidence": answer["confidence"],
            "sentences": [{k: s[k] for k in _SENTENCE if k in s} for s in answer["sentences"]],
            "citations": [_quote(c) for c in answer["citations"]],
            "nearest": [_quote(c) for c in answer["nearest"]],
        }
    if hits := record.get("hits"):
        result["hits"] = {
            mode: [
                {k: h[k] for k in ("title", "text", "score", "gold")}
                for h in mode_hits[: 5 if mode == "hybrid" else 3]
            ]
            for mode, mode_hits in hits.items()
        }
    return result


_SENTENCE = (
    "text",
    "citations",
    "supported",
    "unsupported",
    "form",
    "marker",
    "row",
    "column",
)
"""What the report takes of a sentence."""


def _quote(item: Mapping[str, Any]) -> dict[str, Any]:
    document = item["document"]
    about = [document["title"], document["source"], (document["published"] or "")[:10]]
    return {
        "number": item.get("number"),
        "document": " · ".join(str(part) for part in about if part),
        "before": item["before"],
        "quote": item["quote"],
        "after": item["after"],
    }


def _read(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of a question: ``word`` is shown; ``good``: it is what should happen."""

    word: str
    good: bool


FAILURE = Verdict("failed", False)
RIGHT = Verdict("right", True)
ANSWERED = Verdict("answered", True)
WRONG = Verdict("wrong", False)
REFUSAL = Verdict("refused, answerable", False)
REJECTED = Verdict("rightly refused", True)
INVENTED = Verdict("answered, unanswerable", False)
FIRST = Verdict("found first", True)
NEAR = Verdict("found in 5", True)
FAR = Verdict("found in 10", False)
MISSED = Verdict("not found", False)


def verdict(record: Mapping[str, Any]) -> Verdict:
    """Return the verdict on one record of a run."""
    scores: Mapping[str, float] = record["scores"]
    if record.get("error"):
        return FAILURE
    if record.get("answer") is None:
        if scores.get("hit@1"):
            return FIRST
        if scores.get("hit@5"):
            return NEAR
        return FAR if scores.get("recall@10") else MISSED
    is_refusal = record["answer"]["abstained"]
    if not record["question"]["answerable"]:
        return REJECTED if is_refusal else INVENTED
    if is_refusal:
        return REFUSAL
    if "right" not in scores:
        return ANSWERED
    return RIGHT if scores["right"] else WRONG
