"""Charts and diagrams in office files: the values of a chart as a table, the texts of a diagram."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

from .flow import Grid, GridCell, Paragraph, Part

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"

_CHART_LINK, _DIAGRAM_LINK = f"{CHART}chart", f"{DIAGRAM}relIds"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

_MAX_POINTS = 5000
_FLOAT_TAIL = re.compile(r"-?\d+\.\d{10,}(?:[eE][+-]?\d+)?")
_DATE = re.compile(r"[dm][-/. ]+(?:m+[-/. ]+)?y|y+[-/. ]+m", re.IGNORECASE)
_FIRST_DAY = date(1899, 12, 30)
_MAX_DAY = 2_000_000
_PERCENT = re.compile(r"0(?:\.(0+))?%")


def chart_parts(
    element: Any, root_of: Callable[[str | None], Any | None], omissions: Counter[str]
) -> Iterator[Part]:
    """Yield the charts within an element as tables, then the texts of its diagrams.

    Args:
        element: One of a text or slide.
        root_of: Returns the root of the part that an id names; None where there is none.
        omissions: Counts the charts that store no values.
    """
    for link in element.iter(_CHART_LINK):
        chart = root_of(link.get(f"{_RELATIONSHIPS}id"))
        grid = chart_grid(chart) if chart is not None else None
        if grid is None:
            omissions["chart without stored values"] += 1
        else:
            yield grid
    for link in element.iter(_DIAGRAM_LINK):
        data = root_of(link.get(f"{_RELATIONSHIPS}dm"))
        if data is not None:
            yield from diagram_items(data)


def chart_grid(chart: Any) -> Grid | None:
    """Return the categories and series of a chart as a table; None where it stores no values.

    Args:
        chart: The root of a chart part (``c:chartSpace``).
    """
    series = [_Series(element) for element in chart.iter(f"{CHART}ser")]
    series = [each for each in series if each.values]
    if not series:
        return None
    categories: dict[int, str] = {}
    for each in series:
        categories |= {at: text for at, text in each.categories.items() if at not in categories}
    places = sorted({*categories, *(at for each in series for at in each.values)})[:_MAX_POINTS]
    head = [_cell("")] + [_cell(each.name or f"Series {n}") for n, each in enumerate(series, 1)]
    rows = [
        [
            _cell(categories.get(at, str(at + 1))),
            *(_cell(each.values.get(at, "")) for each in series),
        ]
        for at in places
    ]
    title = chart.find(f"{CHART}chart/{CHART}title")
    caption = drawing_text(title) if title is not None else ""
    return Grid([head, *rows], head_rows=1, head_columns=1, caption=caption or None)


class _Series:
    """A row of values with its name; values and categories by their places."""

    def __init__(self, element: Any) -> None:
        name = element.find(f"{CHART}tx")
        self.name = " ".join(_points(name).values()) or (
            (name.findtext(f"{CHART}v") or "") if name is not None else ""
        )
        self.categories = _points(_first(element, f"{CHART}cat", f"{CHART}xVal"))
        self.values = _points(_first(element, f"{CHART}val", f"{CHART}yVal"))


def _first(element: Any, *tags: str) -> Any | None:
    return next((child for tag in tags if (child := element.find(tag)) is not None), None)


def _points(parent: Any | None) -> dict[int, str]:
    """Return the stored points; categories of several levels are joined, the widest first."""
    if parent is None:
        return {}
    form = next((code.text or "" for code in parent.iter(f"{CHART}formatCode")), "")
    levels = list(parent.iter(f"{CHART}lvl"))
    if len(levels) > 1:
        return _levels(levels)
    return {
        int(point.get("idx", "0")): _format_value(point.findtext(f"{CHART}v") or "", form)
        for point in parent.iter(f"{CHART}pt")
        if point.get("idx", "0").isdecimal()
    }


def _levels(levels: list[Any]) -> dict[int, str]:
    inner, *outer = [
        {
            int(point.get("idx", "0")): point.findtext(f"{CHART}v") or ""
            for point in level.iter(f"{CHART}pt")
        }
        for level in levels
    ]
    texts: dict[int, str] = {}
    for at, text in inner.items():
        above = [
            next((level[before] for before in range(at, -1, -1) if before in level), "")
            for level in reversed(outer)
        ]
        texts[at] = ", ".join(filter(None, [*above, text]))
    return texts


def _format_value(text: str, form: str) -> str:
    """Return a stored number without the tail that floating point leaves; percent as percent."""
    if _FLOAT_TAIL.fullmatch(text):
        text = f"{float(text):.12g}"
    try:
        if match := _PERCENT.fullmatch(form):
            return f"{float(text) * 100:.{len(match[1] or '')}f}%"
        if _DATE.search(form) and 0 < float(text) < _MAX_DAY:
            return (_FIRST_DAY + timedelta(days=int(float(text)))).isoformat()
    except ValueError:
        pass
    return text


def _cell(text: str) -> GridCell:
    return GridCell([Paragraph([text])] if text else [])


def drawing_text(element: Any) -> str:
    """Return the text of the paragraphs (``a:p``) in an element, on one line."""
    return " ".join(filter(None, drawing_lines(element)))


def drawing_lines(element: Any) -> Iterator[str]:
    """Yield the text of each paragraph (``a:p``) in an element."""
    for paragraph in element.iter(f"{DRAWING}p"):
        text = "".join(
            (run.text or "") if run.tag == f"{DRAWING}t" else "\n"
            for run in paragraph.iter(f"{DRAWING}t", f"{DRAWING}br")
        )
        yield " ".join(text.split())


def diagram_items(data: Any) -> Iterator[Paragraph]:
    """Yield the texts of a SmartArt diagram (``dgm:dataModel``) as items, by their levels."""
    texts: dict[str, str] = {}
    roots: list[str] = []
    for point in data.iter(f"{DIAGRAM}pt"):
        identity = point.get("modelId", "")
        if point.get("type", "node") in ("doc", "node", "asst"):
            body = point.find(f"{DIAGRAM}t")
            texts[identity] = drawing_text(body) if body is not None else ""
            if point.get("type") == "doc":
                roots.append(identity)
    children: dict[str, list[tuple[int, str]]] = {}
    for connection in data.iter(f"{DIAGRAM}cxn"):
        if connection.get("type", "parOf") == "parOf":
            order = connection.get("srcOrd", "0")
            children.setdefault(connection.get("srcId", ""), []).append(
                (int(order) if order.isdecimal() else 0, connection.get("destId", ""))
            )
    visited_ids: set[str] = set()
    open_nodes = [(root, -1) for root in reversed(roots)]
    while open_nodes:
        identity, level = open_nodes.pop()
        if identity in visited_ids:
            continue
        visited_ids.add(identity)
        text = texts.get(identity, "")
        if text:
            yield Paragraph([text], "item", level=max(level, 0), marker="•", key="diagram")
        below = sorted(children.get(identity, []), reverse=True)
        open_nodes += [(child, level + 1 if text or level < 0 else level) for _, child in below]
    for identity, text in texts.items():
        if text and identity not in visited_ids:
            yield Paragraph([text], "item", marker="•", key="diagram")
