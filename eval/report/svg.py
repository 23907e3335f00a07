"""Small plots as inline SVG: no library, no script, colours from the page's style sheet.

Classes ``s0``, ``s1``, ... colour the series; ``axis``, ``grid`` and ``label`` the rest.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from sourcebook.eval.metrics.abstention import Bin
from sourcebook.eval.metrics.statistics import Figure

WIDTH, HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 24, 28, 44

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Series:
    """A named line; ``solid_until`` is the x after which it is dashed."""

    name: str
    points: Sequence[Point]
    solid_until: float | None = None


@dataclass(frozen=True, slots=True)
class Axis:
    """What a direction shows, from ``low`` to ``high``; ``percent`` writes shares as per cent."""

    title: str
    low: float = 0.0
    high: float = 1.0
    percent: bool = True

    def place(self, value: float) -> float:
        """Where a value lies between the ends, 0 to 1."""
        span = self.high - self.low
        return min(1.0, max(0.0, (value - self.low) / span)) if span else 0.0

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Round values between the ends, four to eight of them, with their text."""
        step = 0.25 if self.percent else _round_step((self.high - self.low) / 5)
        for i in range(int((self.high - self.low) / step + 1e-9) + 1):
            value = self.low + step * i
            yield value, f"{100 * value:.0f} %" if self.percent else f"{value:g}"


def lines(title: str, x: Axis, y: Axis, series: Sequence[Series], diagonal: bool = False) -> str:
    """Lines over two axes; ``diagonal`` draws the line of perfect agreement."""
    parts = [_frame(x, y)]
    if diagonal:
        parts.append(_line([(x.low, y.low), (x.high, y.high)], x, y, "ideal"))
    for number, one in enumerate(series):
        until = one.solid_until
        if until is None:
            parts.append(_line(one.points, x, y, f"line s{number}"))
        else:
            solid = [p for p in one.points if p[0] <= until]
            rest = [p for p in one.points if p[0] >= until]
            parts.append(_line(solid, x, y, f"line s{number}"))
            parts.append(_line(rest, x, y, f"line dashed s{number}"))
    return _svg(title, "".join(parts))


def calibration(title: str, runs: Sequence[tuple[str, Sequence[Bin]]]) -> str:
    """Reliability diagram: a dot for each bin, its area by the number of questions in it."""
    x, y = Axis("Confidence that the articles hold the answer"), Axis("Share that did")
    parts = [_frame(x, y), _line([(0, 0), (1, 1)], x, y, "ideal")]
    most = max((b.count for _, bins in runs for b in bins), default=1)
    for number, (_, bins) in enumerate(runs):
        points = [(b.confidence, b.share) for b in bins]
        parts.append(_line(points, x, y, f"line thin s{number}"))
        for b in bins:
            cx, cy = _at((b.confidence, b.share), x, y)
            radius = 3 + 8 * (b.count / most) ** 0.5
            parts.append(
                f'<circle class="dot s{number}" cx="{cx:.1f}" cy="{cy:.1f}" r="{radius:.1f}">'
                f"<title>{b.count} questions: confidence {b.confidence:.2f}, share {b.share:.2f}"
                "</title></circle>"
            )
    return _svg(title, "".join(parts))


def groups(title: str, rows: Sequence[tuple[str, Sequence[Figure | None]]]) -> str:
    """A bar with its interval for each group and run. ``rows``: (group, one figure a run)."""
    bar, gap, left, top_edge = 13, 12, 108, 8
    each = bar * max((len(figures) for _, figures in rows), default=0) + gap
    height = top_edge + each * len(rows) + 28
    x = Axis("", 0, 1)
    width = WIDTH - left - _RIGHT - 34
    parts: list[str] = []
    for value, text in x.ticks():
        at = left + width * x.place(value)
        parts.append(
            f'<line class="grid" x1="{at:.1f}" y1="{top_edge}" x2="{at:.1f}" y2="{height - 24}"/>'
        )
        parts.append(_text(at, height - 8, text, "label", "middle"))
    for row, (group, figures) in enumerate(rows):
        top = top_edge + row * each
        parts.append(_text(left - 8, top + (each - gap) / 2 + 4, group, "label strong", "end"))
        for number, figure in enumerate(figures):
            if figure is not None:
                parts.append(_bar(figure, (left, top + number * bar), width, bar - 3, number))
    return _svg(title, "".join(parts), height)


def legend(names: Sequence[str]) -> str:
    """The names of the series beside their colours, as HTML; nothing for a single one."""
    if len(names) < 2:
        return ""
    items = (f'<span><i class="key s{n}"></i>{escape(name)}</span>' for n, name in enumerate(names))
    return f'<div class="legend">{"".join(items)}</div>'


def interval(figure: Figure, number: int = 0, low: float = 0.0, high: float = 1.0) -> str:
    """A figure between ``low`` and ``high`` with its interval, small enough for a table cell."""
    axis = Axis("", low, high)
    a, v, b = (4 + 132 * axis.place(z) for z in (figure.low, figure.value, figure.high))
    return (
        f'<svg class="mini" viewBox="0 0 140 14" role="img" aria-label="{figure.low:.3f} to '
        f'{figure.high:.3f}"><line class="grid" x1="4" y1="7" x2="136" y2="7"/>'
        f'<line class="whisker s{number}" x1="{a:.1f}" y1="7" x2="{max(b, a + 1):.1f}" y2="7"/>'
        f'<circle class="dot s{number}" cx="{v:.1f}" cy="7" r="4"/></svg>'
    )


def difference(figure: Figure, verdict: str) -> str:
    """A paired difference around 0, small enough for a table cell."""
    reach = max(abs(figure.low), abs(figure.high), 0.02)
    axis = Axis("", -reach, reach)
    a, v, b = (4 + 132 * axis.place(z) for z in (figure.low, figure.value, figure.high))
    return (
        '<svg class="mini" viewBox="0 0 140 14" role="img" aria-label="difference">'
        '<line class="grid" x1="70" y1="0" x2="70" y2="14"/>'
        f'<line class="whisker {verdict}" x1="{a:.1f}" y1="7" x2="{max(b, a + 1):.1f}" y2="7"/>'
        f'<circle class="dot {verdict}" cx="{v:.1f}" cy="7" r="4"/></svg>'
    )


def _bar(figure: Figure, corner: Point, width: float, height: float, number: int) -> str:
    left, top = corner
    middle = top + height / 2
    ends = (figure.low, figure.value, figure.high)
    a, v, b = (left + width * min(1.0, max(0.0, end)) for end in ends)
    return (
        f'<rect class="bar s{number}" x="{left}" y="{top:.1f}" width="{max(1.0, v - left):.1f}" '
        f'height="{height}" rx="2"><title>{100 * figure.value:.1f} % ({100 * figure.low:.1f} to '
        f"{100 * figure.high:.1f}), {figure.n} questions</title></rect>"
        f'<line class="error" x1="{a:.1f}" y1="{middle:.1f}" x2="{b:.1f}" y2="{middle:.1f}"/>'
        + _text(left + width + 8, middle + 4, str(figure.n), "label faint", "start")
    )


def _frame(x: Axis, y: Axis) -> str:
    parts: list[str] = []
    for value, text in x.ticks():
        at, base = _at((value, y.low), x, y)
        parts.append(_text(at, base + 17, text, "label", "middle"))
    for value, text in y.ticks():
        start, at = _at((x.low, value), x, y)
        parts.append(
            f'<line class="grid" x1="{start:.1f}" y1="{at:.1f}" x2="{WIDTH - _RIGHT}" '
            f'y2="{at:.1f}"/>'
        )
        parts.append(_text(start - 7, at + 4, text, "label", "end"))
    parts.append(_text((_LEFT + WIDTH - _RIGHT) / 2, HEIGHT - 8, x.title, "label strong", "middle"))
    parts.append(_text(0, 13, y.title, "label strong", "start"))
    return "".join(parts)


def _at(point: Point, x: Axis, y: Axis) -> Point:
    return (
        _LEFT + (WIDTH - _LEFT - _RIGHT) * x.place(point[0]),
        HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * y.place(point[1]),
    )


def _line(points: Sequence[Point], x: Axis, y: Axis, style: str) -> str:
    if len(points) < 2:
        return ""
    path = " ".join(f"{a:.1f},{b:.1f}" for a, b in (_at(p, x, y) for p in points))
    return f'<polyline class="{style}" points="{path}"/>'


def _text(x: float, y: float, text: str, style: str, anchor: str) -> str:
    return (
        f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(text)}</text>"
    )


def _svg(title: str, body: str, height: float = HEIGHT) -> str:
    return (
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height:.0f}" role="img" '
        f'aria-label="{escape(title)}">{body}</svg>'
    )


def _round_step(step: float) -> float:
    """The next 1, 2 or 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(step)) if step > 0 else 1.0
    return next(power * n for n in (1, 2, 5, 10) if power * n >= step * (1 - 1e-9))
