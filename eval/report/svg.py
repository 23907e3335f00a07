"""Small plots as inline SVG, without a script, in the colours of the page's style sheet.

Classes ``s0``, ``s1``, ... colour the series; ``axis``, ``grid`` and ``label`` the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sourcebook.eval.metrics.abstention import Bin
from sourcebook.eval.metrics.statistics import Figure

from .templating import render

WIDTH, HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 28, 44

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """An SVG element with its attributes, its text and the ``title`` that a pointer shows."""

    tag: str
    attributes: Mapping[str, str]
    text: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A line with a name; after the x ``solid_until`` it is dashed."""

    name: str
    points: Sequence[Point]
    solid_until: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from ``low`` to ``high``; ``percent``: its values are shares, shown in per cent."""

    title: str
    low: float = 0.0
    high: float = 1.0
    percent: bool = True

    def place(self, value: float) -> float:
        """Return where a value lies between the ends, 0 to 1."""
        span = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / span)) if span else 0.0

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield four to eight round values between the ends, with their text."""
        step = 0.25 if self.percent else _round_step((self.high - self.low) / 5)
        for i in range(int((self.high - self.low) / step + 1e-9) + 1):
            value = self.low + step * i
            yield value, f"{100 * value:.0f} %" if self.percent else f"{value:g}"


def lines(title: str, x: Axis, y: Axis, series: Sequence[Series]) -> Markup:
    """Return a plot of lines over two axes."""
    shapes = _frame(x, y)
    for number, line in enumerate(series):
        end = line.solid_until
        if end is None:
            shapes += _line(line.points, x, y, f"line s{number}")
        else:
            shapes += _line([p for p in line.points if p[0] <= end], x, y, f"line s{number}")
            shapes += _line([p for p in line.points if p[0] >= end], x, y, f"line dashed s{number}")
    return _plot(title, shapes)


def calibration(title: str, runs: Sequence[tuple[str, Sequence[Bin]]]) -> Markup:
    """Return a reliability diagram: a dot for each bin, its area by its number of questions."""
    x, y = Axis("Confidence that the answer is right"), Axis("Share that is")
    shapes = [*_frame(x, y), *_line([(0, 0), (1, 1)], x, y, "ideal")]
    largest = max((b.count for _, bins in runs for b in bins), default=1)
    for number, (_, bins) in enumerate(runs):
        points = [(b.confidence, b.share) for b in bins]
        shapes += _line(points, x, y, f"line thin s{number}")
        for b in bins:
            note = f"{b.count} answers: confidence {b.confidence:.2f}, share {b.share:.2f}"
            radius = 3 + 8 * (b.count / largest) ** 0.5
            center = _position((b.confidence, b.share), x, y)
            shapes.append(_dot(center, radius, f"dot s{number}", note))
    return _plot(title, shapes)


def groups(title: str, rows: Sequence[tuple[str, Sequence[Figure | None]]]) -> Markup:
    """Return a bar with its interval for each group and run.

    ``rows``: the name of each group with one figure for each run.
    """
    bar, gap, left, top_edge = 13, 12, 108, 8
    group_height = bar * max((len(figures) for _, figures in rows), default=0) + gap
    height = top_edge + group_height * len(rows) + 28
    axis = Axis("", 0, 1)
    width = WIDTH - left - _RIGHT - 34
    shapes: list[Shape] = []
    for value, text in axis.ticks():
        x = left + width * axis.place(value)
        shapes.append(_segment("grid", (x, top_edge), (x, height - 24)))
        shapes.append(_text((x, height - 8), text, "label", "middle"))
    for row, (group, figures) in enumerate(rows):
        top = top_edge + row * group_height
        middle = top + (group_height - gap) / 2
        shapes.append(_text((left - 8, middle + 4), group, "label strong", "end"))
        for number, figure in enumerate(figures):
            if figure is not None:
                shapes += _bar(figure, (left, top + number * bar), width, bar - 3, number)
    return _plot(title, shapes, height)


def legend(names: Sequence[str]) -> Markup:
    """Return the names of the series beside their colours; nothing for a single series."""
    return render("legend.html", names=names) if len(names) > 1 else Markup("")


def interval(figure: Figure, number: int = 0, low: float = 0.0, high: float = 1.0) -> Markup:
    """Return a mark, of a table cell's size, of a figure and its interval between two ends."""
    axis = Axis("", low, high)
    shapes = [_segment("grid", (4, 7), (136, 7)), *_whisker(figure, axis, f"s{number}")]
    return _mark(f"{figure.low:.3f} to {figure.high:.3f}", shapes)


def difference(figure: Figure, verdict: str) -> Markup:
    """Return a mark, of a table cell's size, of a paired difference around 0."""
    reach = max(abs(figure.low), abs(figure.high), 0.02)
    axis = Axis("", -reach, reach)
    shapes = [_segment("grid", (70, 0), (70, 14)), *_whisker(figure, axis, verdict)]
    return _mark("difference", shapes)


def _whisker(figure: Figure, axis: Axis, style: str) -> list[Shape]:
    low, value, high = (4 + 132 * axis.place(z) for z in (figure.low, figure.value, figure.high))
    return [
        _segment(f"whisker {style}", (low, 7), (max(high, low + 1), 7)),
        _dot((value, 7), 4, f"dot {style}"),
    ]


def _bar(
    figure: Figure, corner: Point, width: float, height: float, number: int
) -> Iterator[Shape]:
    left, top = corner
    middle = top + height / 2
    ends = (figure.low, figure.value, figure.high)
    low, value, high = (left + width * min(1.0, max(0.0, end)) for end in ends)
    size = {"width": _number(max(1.0, value - left)), "height": _number(height), "rx": "2"}
    bounds = f"{100 * figure.low:.1f} to {100 * figure.high:.1f}"
    yield Shape(
        "rect",
        {"class": f"bar s{number}", "x": _number(left), "y": _number(top), **size},
        title=f"{100 * figure.value:.1f} % ({bounds}), {figure.n} questions",
    )
    yield _segment("error", (low, middle), (high, middle))
    yield _text((left + width + 8, middle + 4), str(figure.n), "label faint", "start")


def _frame(x: Axis, y: Axis) -> list[Shape]:
    """Return the grid, the labels and the titles of two axes."""
    shapes: list[Shape] = []
    for value, text in x.ticks():
        left, base = _position((value, y.low), x, y)
        shapes.append(_text((left, base + 17), text, "label", "middle"))
    for value, text in y.ticks():
        left, top = _position((x.low, value), x, y)
        shapes.append(_segment("grid", (left, top), (WIDTH - _RIGHT, top)))
        shapes.append(_text((left - 7, top + 4), text, "label", "end"))
    center = (_LEFT + WIDTH - _RIGHT) / 2
    shapes.append(_text((center, HEIGHT - 8), x.title, "label strong", "middle"))
    shapes.append(_text((0, 13), y.title, "label strong", "start"))
    return shapes


def _position(point: Point, x: Axis, y: Axis) -> Point:
    """Return the coordinates of a point of the two axes in the drawing."""
    return (
        _LEFT + (WIDTH - _LEFT - _RIGHT) * x.place(point[0]),
        HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * y.place(point[1]),
    )


def _line(points: Sequence[Point], x: Axis, y: Axis, style: str) -> list[Shape]:
    """Return the line through ``points``; nothing for a single one."""
    if len(points) < 2:
        return []
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in (_position(p, x, y) for p in points))
    return [Shape("polyline", {"class": style, "points": path})]


def _segment(style: str, start: Point, end: Point) -> Shape:
    (x1, y1), (x2, y2) = start, end
    ends = {"x1": _number(x1), "y1": _number(y1), "x2": _number(x2), "y2": _number(y2)}
    return Shape("line", {"class": style, **ends})


def _dot(center: Point, radius: float, style: str, title: str = "") -> Shape:
    place = {"cx": _number(center[0]), "cy": _number(center[1]), "r": _number(radius)}
    return Shape("circle", {"class": style, **place}, title=title)


def _text(point: Point, text: str, style: str, anchor: str) -> Shape:
    place = {"x": _number(point[0]), "y": _number(point[1]), "text-anchor": anchor}
    return Shape("text", {"class": style, **place}, text)


def _plot(title: str, shapes: Sequence[Shape], height: int = HEIGHT) -> Markup:
    return render("svg.html", style="plot", width=WIDTH, height=height, label=title, shapes=shapes)


def _mark(label: str, shapes: Sequence[Shape]) -> Markup:
    return render("svg.html", style="mini", width=140, height=14, label=label, shapes=shapes)


def _number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{value:.1f}".removesuffix(".0")


def _round_step(step: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next(power * n for n in (1, 2, 5, 10) if power * n >= step * (1 - 1e-9))
