"""Charts on a page: the labels of their axes stand in no line of text and in no table."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sourcebook.index.reading.pdf.frames import Box, BoxSides
from sourcebook.index.reading.pdf.tables.shapes import Shapes
from sourcebook.index.reading.pdf.text.captions import CAPTION
from sourcebook.index.reading.pdf.text.lines import Line

_MIN_TICKS = 3
_MAX_AXES = 200
_MIN_SIDE = 30.0
"""The least width and height of a chart, in points."""

_MAX_LABEL_WORDS = 4
_REACH = 14.0
"""Shapes of one chart are at most so far apart, in points."""

_TICK = re.compile(r"[-−–+]?\s?[$€£]?\s?\d[\d.,'’]*\s?(?:%|[^\W\d_]{1,3})?")


@dataclass(slots=True, eq=False)
class PdfChart(BoxSides):
    """A chart on a page: the lines of its labels, and the box around it."""

    lines: list[Line]
    box: Box
    page: int = 0


def find_figures(lines: Sequence[Line], shapes: Shapes, page: int) -> list[PdfChart]:
    """Return the charts of a page: shapes beside numbers that rise in even steps at even distances.

    Args:
        lines: The lines of the page, those of tables with rules left out.
        shapes: What is drawn on it.
        page: Its number.
    """
    figures: list[PdfChart] = []
    free = {id(line): line for line in lines}
    boxes = [*shapes.across, *shapes.upright, *shapes.fields, *shapes.drawings]
    for ticks in _axes(lines) if boxes else ():
        if not all(id(tick) in free for tick in ticks):
            continue
        plot = _plot(ticks, boxes)
        if plot is None or _is_table(ticks, plot, list(free.values())):
            continue
        labels = _labels(ticks, plot, list(free.values()))
        if labels is None:
            continue
        for line in labels:
            free.pop(id(line), None)
        figures.append(PdfChart(labels, _around([plot, *(line.box for line in labels)]), page))
    return figures


def _axes(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the numbers beside upright axes, the longest first."""
    numbers = [line for line in lines if _TICK.fullmatch(line.text.strip())]
    axes: list[list[Line]] = []
    edges: tuple[Callable[[Line], float], ...] = (
        lambda line: line.right,
        lambda line: line.left,
        lambda line: (line.left + line.right) / 2,
    )
    for edge in edges:
        by_edge = sorted(numbers, key=edge)
        start = 0
        for number in range(1, len(by_edge) + 1):
            if number < len(by_edge) and edge(by_edge[number]) - edge(by_edge[start]) <= 1.5:
                continue
            column = sorted(by_edge[start:number], key=lambda line: line.base)
            axes += _even_runs(column)
            start = number
    yield from sorted(axes, key=len, reverse=True)[:_MAX_AXES]


def _even_runs(column: Sequence[Line]) -> list[list[Line]]:
    """Return the runs of numbers under each other whose places and values have even steps."""
    runs: list[list[Line]] = []
    run: list[Line] = []
    for line in column:
        if len(run) >= 2 and not _goes_on(run, line):
            runs.append(run)
            run = run[-1:]
        run.append(line)
    runs.append(run)
    return [run for run in runs if len(run) >= _MIN_TICKS]


def _goes_on(run: Sequence[Line], line: Line) -> bool:
    """Return whether a number goes on with the steps of those above it."""
    first, last = run[-2], run[-1]
    step, next_step = last.base - first.base, line.base - last.base
    if abs(step - next_step) > 0.04 * step + 0.5:
        return False
    one, two, three = (_value(item) for item in (first, last, line))
    difference = two - one
    if abs(difference) > 0 and abs((three - two) - difference) <= 0.02 * abs(difference):
        return True
    return one * two * three > 0 and two != one and abs(two / one - three / two) < 0.02 * two / one


def _value(line: Line) -> float:
    """Return the value of a number, whatever parts its thousands."""
    text = line.text.strip()
    sign = -1.0 if text[:1] in "-−–" else 1.0
    digits = re.sub(r"[^\d.,]", "", text).strip(".,")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits) and not digits.startswith("0"):
        digits = re.sub(r"[.,]", "", digits)
    parts = re.split(r"[.,]", digits)
    number = "".join(parts[:-1]) + "." + parts[-1] if len(parts) > 1 else digits
    return sign * float(number)


def _plot(ticks: Sequence[Line], boxes: Sequence[Box]) -> Box | None:
    """Return the box around the shapes at the right or left of the numbers of an axis."""
    left, right = min(line.left for line in ticks), max(line.right for line in ticks)
    step = ticks[1].base - ticks[0].base
    low, high = ticks[0].top - step, ticks[-1].bottom + min(step, 20.0)
    beside = [box for box in boxes if box[1] >= low and box[3] <= high]
    for start in (right, left):
        is_right = start == right
        own = [box for box in beside if (box[0] >= right - 2 if is_right else box[2] <= left + 2)]
        own.sort(key=lambda box: box[0] if is_right else -box[2])
        reach, members = start, list[Box]()
        for box in own:
            gap = box[0] - reach if is_right else reach - box[2]
            if gap > _REACH:
                break
            members.append(box)
            reach = max(reach, box[2]) if is_right else min(reach, box[0])
        has_axis = len(members) > 1 and any(box[3] - box[1] > step for box in members)
        if not has_axis and len(members) < _MIN_TICKS:
            continue
        plot = _around(members)
        if plot[2] - plot[0] >= _MIN_SIDE and plot[3] - plot[1] >= _MIN_SIDE:
            return plot
    return None


def _is_table(ticks: Sequence[Line], plot: Box, lines: Sequence[Line]) -> bool:
    """Return whether most numbers have a text on their base line in the plot: they are cells."""
    inside = [line for line in lines if plot[0] <= line.middle[0] <= plot[2]]
    row_count = sum(
        any(abs(line.base - tick.base) <= 0.2 * tick.size for line in inside if line is not tick)
        for tick in ticks
    )
    return row_count * 2 >= len(ticks)


def _labels(ticks: Sequence[Line], plot: Box, lines: Sequence[Line]) -> list[Line] | None:
    """Return the lines in a plot and the labels around it; None where the plot holds sentences."""
    left, top, right, bottom = _around([plot, *(tick.box for tick in ticks)])
    size = ticks[0].size
    labels = list(ticks)
    label_ids = {id(tick) for tick in ticks}
    inside = [
        line
        for line in lines
        if left - 1 <= line.middle[0] <= right + 1
        and top - 1 <= line.middle[1] <= bottom + 1
        and id(line) not in label_ids
    ]
    if sum(line.text.count(" ") >= 2 * _MAX_LABEL_WORDS for line in inside) > 1:
        return None
    labels += [line for line in inside if line.left >= left - size and line.right <= right + size]
    label_ids |= {id(line) for line in labels}
    below = [
        line
        for line in lines
        if line.top > bottom - 0.5 * size and left - 2 * size <= line.middle[0] <= right + 2 * size
    ]
    end = bottom + 1.6 * size
    for row in _rows(below):
        if row[0].top > end or not _is_label_row(row, (left, right)):
            break
        labels += [line for line in row if id(line) not in label_ids]
        end = row[0].bottom + 0.6 * size
    return labels


def _is_label_row(row: Sequence[Line], span: tuple[float, float]) -> bool:
    """Return whether lines below a plot are labels: short, side by side, or alone in its middle."""
    if any(
        line.text.count(" ") >= _MAX_LABEL_WORDS
        or line.is_bold
        or line.text.endswith((".", ";", ","))
        or CAPTION.match(line.text)
        for line in row
    ):
        return False
    if len(row) > 1:
        return True
    left, right = span
    return abs(row[0].middle[0] - (left + right) / 2) <= 0.12 * (right - left)


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.base):
        if rows and line.base - rows[-1][0].base <= 0.4 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows


def _around(boxes: Sequence[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )
