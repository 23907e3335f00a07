"""Figures of other systems on the same kind of question set."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from markupsafe import Markup

from sourcebook.eval.metrics import BY_NAME
from sourcebook.eval.runs import Run

from .templating import render


def published_panel(runs: Sequence[Run]) -> Markup:
    """Return figures of other systems on the same kind of set; nothing where there are none."""
    tables = []
    for table in published():
        measures = [m for name, m in BY_NAME.items() if any(name in row for row in table["rows"])]
        comparable_runs = [
            run
            for run in runs
            if table["form"] in (run.summary["form"], "*")
            and run.summary["mode"] in table["modes"]
            and any(m.name in run.figures for m in measures)
        ]
        if comparable_runs:
            tables.append((table, measures, comparable_runs))
    return render("published.html", tables=tables) if tables else Markup("")


@cache
def published() -> list[dict[str, Any]]:
    """Return the published figures, which are in ``published.json``."""
    tables: list[dict[str, Any]] = json.loads(
        Path(__file__).with_name("published.json").read_text(encoding="utf-8")
    )
    return tables
