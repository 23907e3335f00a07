"""Figures of other systems on the same kind of question set, beside ours."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from sourcebook.eval.metrics.measures import BY_NAME, format_value
from sourcebook.eval.runs.summary import Run


def published_panel(runs: Sequence[Run]) -> str:
    """Figures of other systems on the same kind of set, each marked with how comparable it is."""
    parts: list[str] = []
    for table in published():
        fitting = [
            run
            for run in runs
            if table["form"] in (run.summary["form"], "*") and run.summary["mode"] in table["modes"]
        ]
        names = [n for n in BY_NAME if any(n in row for row in table["rows"])]
        fitting = [run for run in fitting if any(n in run.figures for n in names)]
        if not fitting:
            continue
        heads = "".join(f'<th class="right">{escape(BY_NAME[n].title)}</th>' for n in names)
        body = "".join(_ours(run, names) for run in fitting)
        body += "".join(_theirs(row, names) for row in table["rows"])
        parts.append(
            f"<h3>{escape(table['title'])} <span class='tag {table['comparable']}'>"
            f"{_COMPARABLE[table['comparable']]}</span></h3>"
            f'<p class="note">{escape(table["why"])} Source: {escape(table["source"])}.</p>'
            f'<div class="scroll"><table><thead><tr><th>System</th>{heads}</tr></thead>'
            f"<tbody>{body}</tbody></table></div>"
        )
    return "".join(parts)


_COMPARABLE = {"close": "closely comparable", "loose": "loosely comparable"}


@cache
def published() -> list[dict[str, Any]]:
    """Published figures, from ``published.json`` beside this file."""
    tables: list[dict[str, Any]] = json.loads(
        Path(__file__).with_name("published.json").read_text(encoding="utf-8")
    )
    return tables


def _ours(run: Run, names: Sequence[str]) -> str:
    cells = "".join(
        f'<td class="right"><b>{format_value(BY_NAME[n], f.value)}</b>'
        f'<div class="faint">{format_value(BY_NAME[n], f.low)} – {format_value(BY_NAME[n], f.high)}</div></td>'
        if (f := run.figures.get(n))
        else '<td class="right">–</td>'
        for n in names
    )
    return f'<tr class="ours"><th scope="row">This run: {escape(run.name)}</th>{cells}</tr>'


def _theirs(row: Mapping[str, Any], names: Sequence[str]) -> str:
    cells = "".join(
        f'<td class="right">{format_value(BY_NAME[n], row[n]) if n in row else "–"}</td>'
        for n in names
    )
    return f'<tr><th scope="row">{escape(row["system"])}</th>{cells}</tr>'
