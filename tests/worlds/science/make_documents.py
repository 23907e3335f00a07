"""The documents of a world of science: articles set as PDF in two columns, and what goes with them.

The text of each article stands in `articles/`: fields, an empty line, then paragraphs divided by
empty lines. A paragraph that begins with ``#`` is a heading; one that has lines with ``|`` is a
table under its caption; one that has a line with ``!`` is a figure under its caption.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.charts.barcharts import VerticalBarChart
from reportlab.graphics.shapes import Drawing
from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Frame,
    FrameBreak,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

_HERE = Path(__file__).parent
_WIDTH, _HEIGHT = A4
_MARGIN = 18 * mm
_GAP = 7 * mm
_COLUMN = (_WIDTH - 2 * _MARGIN - _GAP) / 2

_BODY = ParagraphStyle(
    "body", fontName="Times-Roman", fontSize=10.5, leading=12.8, alignment=TA_JUSTIFY, spaceAfter=4
)
_STEP = ParagraphStyle("step", parent=_BODY, leftIndent=12, firstLineIndent=-12)
_REFERENCE = ParagraphStyle("reference", parent=_STEP, fontSize=8, leading=9.6)
_HEADING = ParagraphStyle(
    "heading",
    parent=_BODY,
    fontName="Helvetica-Bold",
    fontSize=11,
    leading=14,
    spaceBefore=6,
    keepWithNext=1,
)
_SMALL_HEADING = ParagraphStyle(
    "small heading", parent=_HEADING, fontName="Helvetica-Oblique", fontSize=10.5
)
_CAPTION = ParagraphStyle("caption", parent=_BODY, fontSize=8.5, leading=10, spaceBefore=4)
_CELL = ParagraphStyle("cell", fontName="Times-Roman", fontSize=8, leading=9.4)
_TITLE = ParagraphStyle(
    "title", fontName="Helvetica-Bold", fontSize=16, leading=19, alignment=TA_CENTER, spaceAfter=8
)
_BYLINE = ParagraphStyle("byline", parent=_BODY, alignment=TA_CENTER)
_ABSTRACT = ParagraphStyle("abstract", parent=_BODY, leftIndent=18, rightIndent=18)
_RULES: Any = [
    ("LINEABOVE", (0, 0), (-1, 0), 0.8, colors.black),
    ("LINEBELOW", (0, 0), (-1, 0), 0.5, colors.black),
    ("LINEBELOW", (0, -1), (-1, -1), 0.8, colors.black),
    ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ("TOPPADDING", (0, 0), (-1, -1), 1.5),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
]


@dataclass(frozen=True, slots=True)
class Article:
    """The fields of an article, by name, and its paragraphs."""

    fields: dict[str, str]
    paragraphs: list[str]


def write_documents(folder: Path) -> None:
    """Write all documents of this world into ``folder``, each the same whenever it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    for source in sorted((_HERE / "articles").glob("*.txt")):
        _write_article(read_article(source), folder / f"{source.stem}.pdf")
    for source in sorted((_HERE / "documents").iterdir()):
        shutil.copyfile(source, folder / source.name)


def read_article(path: Path) -> Article:
    """Return the article whose text stands at ``path``."""
    head, *paragraphs = path.read_text(encoding="utf-8").strip().split("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    return Article(fields, paragraphs)


def _write_article(article: Article, path: Path) -> None:
    fields = article.fields
    head_height = (48 + len(fields["abstract"]) / 24) * mm
    bottom, top = 18 * mm, _HEIGHT - 20 * mm
    columns = [_MARGIN, _MARGIN + _COLUMN + _GAP]
    first = [
        Frame(_MARGIN, top - head_height, _WIDTH - 2 * _MARGIN, head_height, id="head"),
        *(_column(x, bottom, top - head_height - 3 * mm) for x in columns),
    ]
    later = [_column(x, bottom, top) for x in columns]
    decorate = partial(_draw_running_lines, fields)
    document = BaseDocTemplate(
        str(path), pagesize=A4, title=fields["title"], author=fields["authors"], invariant=1
    )
    document.addPageTemplates(
        [
            PageTemplate("first", first, onPage=decorate),
            PageTemplate("later", later, onPage=decorate),
        ]
    )
    document.build(_set_head(fields) + _set_body(article.paragraphs))


def _column(x: float, bottom: float, top: float) -> Frame:
    return Frame(x, bottom, _COLUMN, top - bottom, leftPadding=0, rightPadding=0)


def _draw_running_lines(fields: dict[str, str], canvas: Canvas, document: Any) -> None:
    """Draw journal and page number, and date the file with the day of publication."""
    canvas.setDateFormatter(lambda *_: f"D:{fields['published'].replace('-', '')}090000Z")
    canvas.setFont("Helvetica", 7.5)
    canvas.drawString(_MARGIN, _HEIGHT - 13 * mm, fields["journal"])
    first_author = fields["authors"].split(", ", maxsplit=1)[0].split()[-1]
    canvas.drawRightString(_WIDTH - _MARGIN, _HEIGHT - 13 * mm, f"{first_author} et al.")
    pages = fields["journal"].rsplit(", ", 1)[1]
    number = int(pages.split("-")[0]) + document.page - 1
    canvas.drawCentredString(_WIDTH / 2, 10 * mm, str(number))


def _set_head(fields: dict[str, str]) -> list[Any]:
    return [
        NextPageTemplate("later"),
        Paragraph(escape(fields["title"]), _TITLE),
        Paragraph(escape(fields["authors"]), _BYLINE),
        Paragraph(f"<i>{escape(fields['affiliation'])}</i>", _BYLINE),
        Paragraph(escape(fields["dates"]), _BYLINE),
        Paragraph(f"<b>Abstract.</b> {escape(fields['abstract'])}", _ABSTRACT),
        Paragraph(f"<b>Keywords:</b> {escape(fields['keywords'])}", _ABSTRACT),
        FrameBreak(),
    ]


def _set_body(paragraphs: list[str]) -> list[Any]:
    flow: list[Any] = []
    is_reference = False
    for paragraph in paragraphs:
        lines = paragraph.splitlines()
        if lines[0].startswith("#"):
            name = lines[0].removeprefix("# ")
            is_reference = name == "References"
            is_small = name[:1].isdigit() and not name.split()[0].endswith(".")
            flow.append(Paragraph(escape(name), _SMALL_HEADING if is_small else _HEADING))
        elif len(lines) > 1 and lines[1].startswith("|"):
            caption = Paragraph(escape(lines[0]), _CAPTION)
            flow.append(KeepTogether([caption, _set_table(lines[1:]), Spacer(0, 8)]))
        elif len(lines) > 1 and lines[1].startswith("!"):
            caption = Paragraph(escape(lines[0]), _CAPTION)
            flow.append(KeepTogether([_draw_bars(lines[1]), caption, Spacer(0, 4)]))
        elif is_reference:
            flow.append(Paragraph(escape(paragraph), _REFERENCE))
        else:
            style = _STEP if paragraph[1:3] == ") " else _BODY
            flow.append(Paragraph(escape(paragraph), style))
    return flow


def _set_table(lines: list[str]) -> Table:
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in lines]
    lead = max(len(row[0]) for row in rows) * 4.1 + 6
    width = (_COLUMN - lead) / (len(rows[0]) - 1)
    cells: Any = [[Paragraph(escape(cell), _CELL) for cell in row] for row in rows]
    return Table(cells, colWidths=[lead] + [width] * (len(rows[0]) - 1), style=_RULES)


def _draw_bars(line: str) -> Drawing:
    bars = [bar.split("=") for bar in line.removeprefix("! ").split()]
    drawing = Drawing(_COLUMN, 110)
    chart: Any = VerticalBarChart()
    chart.x, chart.y, chart.width, chart.height = 30, 18, _COLUMN - 50, 84
    chart.data = [[float(value) for _, value in bars]]
    chart.categoryAxis.categoryNames = [name for name, _ in bars]
    chart.valueAxis.valueMin = 0
    chart.bars[0].fillColor = colors.lightgrey
    drawing.add(chart)
    return drawing
