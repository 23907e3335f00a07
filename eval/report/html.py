"""One self-contained HTML file about one or more runs. It asks nothing of the network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from sourcebook.eval.errors import EvaluationError
from sourcebook.eval.runs.summary import Run
from sourcebook.eval.studies.compare import compare

from . import panels
from .plots import plots_panel
from .published import published_panel

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"


def write_report(runs: Sequence[Run], path: Path) -> Path:
    """Write the report of ``runs`` to ``path`` and return it.

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
    """The report as one HTML page. The first run is the one the others are compared with."""
    if not runs:
        raise EvaluationError("a report needs at least one run")
    title = " and ".join(dict.fromkeys(run.name for run in runs))
    sections = [("Figures", f"{panels.figures_table(runs)}"), ("Plots", plots_panel(runs))]
    for other in runs[1:]:
        if _comparable(runs[0], other):
            heading = f"{runs[0].name} against {other.name}"
            sections.append((heading, panels.comparison_panel(compare(runs[0], other))))
    if other_systems := published_panel(runs):
        sections.append(("Other systems", other_systems))
    if any(run.records for run in runs):
        sections.append(("Questions", _BROWSER))
    made = "".join(f"<h3>{escape(run.name)}</h3>{panels.provenance_panel(run)}" for run in runs)
    sections.append(("How it was made", made))
    links = "".join(f'<a href="#s{i}">{escape(name)}</a>' for i, (name, _) in enumerate(sections))
    body = "".join(
        f'<section id="s{i}"><h2>{escape(name)}</h2>{content}</section>'
        for i, (name, content) in enumerate(sections)
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Evaluation: {escape(title)}</title><style>{_file('report.css')}</style></head>"
        f"<body><header><p class='faint'>Sourcebook evaluation</p>{_head(runs)}</header>"
        f"<nav>{links}</nav><main>{body}</main>"
        f'<script type="application/json" id="data">{data(runs)}</script>'
        f"<script>{_file('report.js')}</script></body></html>"
    )


def _head(runs: Sequence[Run]) -> str:
    parts: list[str] = []
    for number, run in enumerate(runs):
        s = run.summary
        unfinished = "" if s["complete"] else f", stopped after {s['asked']} of {s['questions']}"
        model = f", {s['model']['name']}" if s.get("model") else ""
        parts.append(
            f'<h1><i class="key s{number}"></i>{escape(run.name)}</h1>'
            f"<p class=lead>{escape(panels.headline(run))}</p>"
            f"<p class=faint>{escape(s['set']['name'])}, {escape(s['mode'])} mode, "
            f"{s['asked']} questions{unfinished}{escape(model)}, {escape(s['finished'][:10])}. "
            "Intervals hold 95 % of bootstrap samples.</p>"
        )
        if len(runs) == 1:
            parts.append(panels.cards(run))
    return "".join(parts)


def _comparable(left: Run, right: Run) -> bool:
    same_mode = left.summary["mode"] == right.summary["mode"]
    return same_mode and any(i in right.scores for i in left.scores)


def data(runs: Sequence[Run]) -> str:
    """The questions of all runs as JSON that is safe inside a script element."""
    questions: dict[str, dict[str, Any]] = {}
    for number, run in enumerate(runs):
        for record in run.records:
            entry = questions.setdefault(record["id"], _question(record))
            entry["runs"].append({"run": number, **_result(record)})
    packed = {"names": [run.name for run in runs], "questions": list(questions.values())}
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _question(record: Mapping[str, Any]) -> dict[str, Any]:
    question = record["question"]
    return {
        "id": record["id"],
        "text": question["question"],
        "type": record["type"],
        "answers": question["answers"],
        "history": question["history"],
        "gold": [_quote(g) for g in record.get("gold", []) if g["quote"]],
        "runs": [],
    }


def _result(record: Mapping[str, Any]) -> dict[str, Any]:
    """What one run did with a question, without what a reader does not look at."""
    said = verdict(record)
    result: dict[str, Any] = {
        "verdict": said.word,
        "good": said.good,
        "error": record.get("error"),
        "scores": {k: round(v, 3) for k, v in record["scores"].items()},
    }
    answer = record.get("answer")
    if answer:
        result |= {
            "text": answer["text"],
            "abstained": answer["abstained"],
            "confidence": answer["confidence"],
            "sentences": [
                {k: s[k] for k in ("text", "citations", "supported", "unsupported")}
                for s in answer["sentences"]
            ],
            "citations": [_quote(c) for c in answer["citations"]],
            "nearest": [_quote(c) for c in answer["nearest"]],
        }
    if hits := record.get("hits"):
        result["hits"] = {
            mode: [
                {k: h[k] for k in ("title", "text", "score", "gold")}
                for h in found[: 5 if mode == "hybrid" else 3]
            ]
            for mode, found in hits.items()
        }
    return result


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


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


_BROWSER = """
<form id="filters" onsubmit="return false">
  <input id="search" type="search" placeholder="Search questions and answers" aria-label="Search">
  <select id="verdict" aria-label="Verdict"></select>
  <select id="type" aria-label="Type of question"></select>
  <label id="changed"><input type="checkbox"> changed only</label>
  <span id="count" class="faint" role="status"></span>
</form>
<div id="questions"></div>
<button id="more" type="button">Show more</button>
<noscript><p>The list of questions needs JavaScript, which this file brings along.</p></noscript>
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """``word`` as shown; ``good`` whether it is what should happen."""

    word: str
    good: bool


FAILED = Verdict("failed", False)
RIGHT = Verdict("right", True)
ANSWERED = Verdict("answered", True)
WRONG = Verdict("wrong", False)
REFUSED = Verdict("refused, answerable", False)
REJECTED = Verdict("rightly refused", True)
INVENTED = Verdict("answered, unanswerable", False)
FIRST = Verdict("found first", True)
NEAR = Verdict("found in 5", True)
FAR = Verdict("found in 10", False)
MISSED = Verdict("not found", False)


def verdict(record: Mapping[str, Any]) -> Verdict:
    """The verdict on one record of a run."""
    scores: Mapping[str, float] = record["scores"]
    if record.get("error"):
        return FAILED
    if record.get("answer") is None:
        if scores.get("hit@1"):
            return FIRST
        if scores.get("hit@5"):
            return NEAR
        return FAR if scores.get("recall@10") else MISSED
    abstained = record["answer"]["abstained"]
    if not record["question"]["answerable"]:
        return REJECTED if abstained else INVENTED
    if abstained:
        return REFUSED
    if "right" not in scores:
        return ANSWERED
    return RIGHT if scores["right"] else WRONG
