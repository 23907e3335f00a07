"""Pages of two columns made at random, with tables and charts, and what a person reads on them."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass, field
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Table

_WORDS_TEXT = """
    harbour boats keeper morning lanterns a the of and over under between during seldom counted
    carried northern ropes salt weather office at in with more than half often quietly measured
    bridge winter stores tide mark level slow heavy repaired painted every third year small crew
    found lost paid drew long before after noon by day its their nobody somebody wrote letters
"""
_WORDS = _WORDS_TEXT.split()
_NAMES_TEXT = "Marwick Skerry Tallberg Orrin Kellavik Hollin Asker Brannagh Tolvik Lund Moss Vela"
_NAMES = _NAMES_TEXT.split()
_HEADS_TEXT = "2019 2020 2021 2022 Adult Child Pale Dusky Mass SD Share Count"
_HEADS = _HEADS_TEXT.split()
_TOP, _BOTTOM = 60.0, 70.0
_MARGIN = 55.0


@dataclass(slots=True)
class ColumnPage:
    """A page as PDF, with its sentences in the order of reading, the rows of its tables, and the
    numbers of its charts' axes."""

    data: bytes = b""
    sentences: list[str] = field(default_factory=list)
    tables: list[list[list[str]]] = field(default_factory=list)
    charts: int = 0


def column_page(seed: int) -> ColumnPage:
    """Return a page that a seed determines."""
    return _Maker(seed).page()


class _Maker:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        pick = self._random.choice
        self._out = ColumnPage()
        self._font = pick(["Times-Roman", "Helvetica"])
        size = pick([8.5, 9.5, 10.5])
        self._body = ParagraphStyle(
            "body",
            fontName=self._font,
            fontSize=size,
            leading=size * pick([1.15, 1.25]),
            alignment=pick([TA_JUSTIFY, TA_LEFT]),
            firstLineIndent=pick([0, 0, 10]),
        )
        bold = "Times-Bold" if self._font == "Times-Roman" else "Helvetica-Bold"
        self._heading = ParagraphStyle(
            "heading", fontName=bold, fontSize=size + 1, leading=size + 4
        )
        self._caption = ParagraphStyle(
            "caption", fontName=self._font, fontSize=size - 1, leading=size + 0.5
        )
        self._space = pick([4.0, 7.0])
        gap = pick([14.0, 20.0, 26.0])
        self._column = (A4[0] - 2 * _MARGIN - gap) / 2
        self._lefts = (_MARGIN, _MARGIN + self._column + gap)
        self._number = 0

    def page(self) -> ColumnPage:
        """Return the page: bands of two columns, with a wide table or chart between some."""
        buffer = io.BytesIO()
        self._canvas = Canvas(buffer, pagesize=A4, invariant=1)
        top = A4[1] - _TOP
        if self._random.random() < 0.5:
            style = ParagraphStyle(
                "title", fontName="Helvetica-Bold", fontSize=15, leading=18, alignment=TA_CENTER
            )
            top -= self._draw(Paragraph("A title that stands over both columns", style), 0, top, 0)
            top -= 10
        is_divided = self._random.random() < 0.35
        middle = (top + _BOTTOM) / 2 if is_divided else _BOTTOM
        self._columns(top, middle + 10 if is_divided else middle)
        if is_divided:
            width = A4[0] - 2 * _MARGIN
            height = self._area(_MARGIN, middle - 2, width)
            self._columns(middle - height - 16, _BOTTOM)
        self._canvas.save()
        self._out.data = buffer.getvalue()
        return self._out

    def _columns(self, top: float, bottom: float) -> None:
        rest: Any = None  # what of a paragraph goes on in the second column
        for left in self._lefts:
            y = top
            areas = 0
            while y - bottom > 4 * self._body.leading:
                if rest is None and areas < 2 and self._random.random() < 0.35:
                    if y - bottom < 190:
                        break
                    y -= self._area(left, y - 4, self._column) + 12
                    areas += 1
                    continue
                if rest is None and self._random.random() < 0.15 and y - bottom > 90:
                    y -= self._draw(Paragraph("A heading of a part", self._heading), left, y) + 3
                before = len(self._out.sentences)
                paragraph = rest or Paragraph(self._text(), self._body)
                pieces = paragraph.split(self._column, y - bottom)
                is_last = left == self._lefts[-1]
                if len(pieces) != 1 and is_last:
                    # What has no room is no part of the page.
                    del self._out.sentences[before:]
                    break
                rest = pieces[-1] if len(pieces) > 1 else None if pieces else paragraph
                if pieces:
                    y -= self._draw(pieces[0], left, y) + self._space
                if rest is not None:
                    break

    def _text(self) -> str:
        sentences = []
        for _ in range(self._random.randint(2, 6)):
            self._number += 1
            words: list[str] = self._random.choices(_WORDS, k=self._random.randint(6, 16))
            words.insert(3, str(self._random.randint(2, 980)))
            sentences.append(f"{' '.join(words).capitalize()} {self._number}x.")
        self._out.sentences += sentences
        return " ".join(sentences)

    def _draw(self, flowable: Any, left: float, top: float, width: float | None = None) -> float:
        if width == 0:
            left, width = _MARGIN, A4[0] - 2 * _MARGIN
        _, height = flowable.wrapOn(self._canvas, width or self._column, 800)
        flowable.drawOn(self._canvas, left, top - height)
        return float(height)

    def _area(self, left: float, top: float, width: float) -> float:
        """Draw a table or a chart with its caption, and return the height."""
        if self._random.random() < 0.5:
            caption = Paragraph(
                f"Table {len(self._out.tables) + 1}. Counts of a year.", self._caption
            )
            height = self._draw(caption, left, top, width) + 3
            return height + self._draw(self._table(width), left, top - height, width) + 4
        self._out.charts += 1
        chart = self._chart(width)
        renderPDF.draw(chart, self._canvas, left, top - chart.height)
        text = f"Figure {self._out.charts}. Boats in the harbour."
        return float(chart.height) + self._draw(
            Paragraph(text, self._caption), left, top - chart.height - 4, width
        )

    def _table(self, width: float) -> Table:
        pick, count = self._random.choice, self._random.randint(2, 4)
        heads = self._random.sample(_HEADS, count)
        names = self._random.sample(_NAMES, self._random.randint(3, 6))
        rows = [["Place", *heads]]
        rows += [[name, *(f"{self._random.randint(1, 99_999):,}" for _ in heads)] for name in names]
        self._out.tables.append(rows)
        align = pick(["LEFT", "RIGHT", "CENTER"])
        style: list[tuple[Any, ...]] = [
            ("FONT", (0, 0), (-1, -1), self._font, 8),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("ALIGN", (1, 1), (-1, -1), align),
            ("ALIGN", (1, 0), (-1, 0), pick(["CENTER", align])),
        ]
        rules = pick(["grid", "three", "rows", "none"])
        if rules == "grid":
            style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
        elif rules == "rows":
            style.append(("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.grey))
        elif rules == "three":
            style += [("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.black)]
            style += [("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black)]
            style += [("LINEBELOW", (0, -1), (-1, -1), 0.8, colors.black)]
        rest = (width - 70) / count
        table: Any = Table(rows, colWidths=[70, *[rest] * count], style=style)
        return table

    def _chart(self, width: float) -> Drawing:
        drawing = Drawing(width, 115)
        names = self._random.sample(["Ps", "Pd", "Ds", "Dd", "Marwick", "Asker"], 4)
        values = [self._random.randint(3, 90) for _ in names]
        chart: Any
        if self._random.random() < 0.5:
            chart = VerticalBarChart()
            chart.data = [values]
            chart.categoryAxis.categoryNames = names
            chart.valueAxis.valueMin = 0
            chart.valueAxis.visibleGrid = self._random.random() < 0.4
        else:
            chart = LinePlot()
            chart.data = [[(2015 + number, value) for number, value in enumerate(values)]]
            chart.yValueAxis.valueMin = 0
            chart.xValueAxis.valueSteps = [2015, 2016, 2017, 2018]
        chart.x, chart.y, chart.width, chart.height = 30, 18, width - 50, 88
        drawing.add(chart)
        return drawing
