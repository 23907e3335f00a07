"""A report as data, and the PDF made of it: running heads, page numbers, ruled and bare tables."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import reportlab
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import CondPageBreak, PageBreak, Paragraph, SimpleDocTemplate, Spacer
from reportlab.platypus import Table as PdfTable

_MARGIN = 62.0
_WIDTH = A4[0] - 2 * _MARGIN


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its label, the cells behind it, and a footnote mark on the label."""

    label: str
    cells: tuple[str, ...]
    mark: str = ""
    is_total: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table under its caption, which says the unit.

    Equal neighbours in a row of ``heads`` are one cell over several columns. ``notes`` stand below.
    Cells of text are set at the left where ``is_text``.
    """

    caption: str
    heads: tuple[tuple[str, ...], ...]
    rows: tuple[Row, ...]
    ruling: Literal["grid", "rows", "none"] = "none"
    notes: tuple[str, ...] = ()
    label_share: float = 0.46
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands below it: tables, and text.

    Paragraphs of a text are divided by empty lines; one that begins with ``- `` is a point of a
    list, one that begins with ``## `` a smaller heading.
    """

    title: str
    blocks: tuple[str | Table, ...]
    on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its first page has the title and the lines of ``front``, each later page the heads.

    Where it ``has_centred_heads`` those of the columns of its tables are in the middle, else they
    stand as the cells below them.
    """

    file_name: str
    title: str
    author: str
    running: tuple[str, str]
    front: tuple[str, ...]
    sections: tuple[Section, ...]
    font: Literal["Vera", "Times-Roman"] = "Vera"
    has_centred_heads: bool = False


@dataclass(frozen=True, slots=True)
class _Styles:
    """The styles of the letters of a report."""

    title: ParagraphStyle
    heading: ParagraphStyle
    subheading: ParagraphStyle
    body: ParagraphStyle
    point: ParagraphStyle
    caption: ParagraphStyle
    note: ParagraphStyle
    label: ParagraphStyle
    number: ParagraphStyle
    head: ParagraphStyle
    column_head: ParagraphStyle


def write_report(report: Report, folder: Path) -> None:
    """Write the PDF of a report into a folder; the same report gives the same bytes."""
    _register_fonts()
    styles = _styles(report)
    flow: list[Any] = [Paragraph(report.title, styles.title)]
    flow += [Paragraph(line, styles.body) for line in report.front]
    for section in report.sections:
        room = 230 if isinstance(section.blocks[0], Table) else 110
        flow.append(PageBreak() if section.on_new_page else CondPageBreak(room))
        flow.append(Paragraph(section.title, styles.heading))
        for block in section.blocks:
            flow += _text(block, styles) if isinstance(block, str) else _table(block, styles)

    def draw_heads(canvas: Any, document: Any) -> None:
        canvas.saveState()
        canvas.setFont(report.font, 8)
        if document.page > 1:
            canvas.drawString(_MARGIN, A4[1] - 40, report.running[0])
            canvas.drawRightString(A4[0] - _MARGIN, A4[1] - 40, report.running[1])
        canvas.drawCentredString(A4[0] / 2, 32, str(document.page))
        canvas.restoreState()

    SimpleDocTemplate(
        str(folder / report.file_name),
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=64,
        bottomMargin=58,
        title=report.title,
        author=report.author,
        invariant=1,
    ).build(flow, onFirstPage=draw_heads, onLaterPages=draw_heads)


def _register_fonts() -> None:
    folder = Path(reportlab.__file__).parent / "fonts"
    for name, file in (("Vera", "Vera.ttf"), ("Vera-Bold", "VeraBd.ttf")):
        registerFont(TTFont(name, str(folder / file)))


def _styles(report: Report) -> _Styles:
    font = report.font
    size = 9.0 if font == "Vera" else 10.5
    bold = "Vera-Bold" if font == "Vera" else "Times-Bold"

    def style(scale: float, *, is_bold: bool = False, **about: Any) -> ParagraphStyle:
        points = size * scale
        return ParagraphStyle(
            "style",
            fontName=bold if is_bold else font,
            fontSize=points,
            leading=points * 1.3,
            **about,
        )

    return _Styles(
        title=style(2.2, is_bold=True, spaceAfter=18),
        heading=style(1.5, is_bold=True, spaceBefore=14, spaceAfter=6),
        subheading=style(1.1, is_bold=True, spaceBefore=6, spaceAfter=3),
        body=style(1.0, spaceAfter=6),
        point=style(1.0, spaceAfter=3, leftIndent=14, bulletIndent=4),
        caption=style(1.0, is_bold=True, spaceBefore=8, spaceAfter=4),
        note=style(0.8, spaceAfter=2),
        label=style(0.9),
        number=style(0.9, alignment=2),
        head=style(0.9, is_bold=True, alignment=1),
        column_head=style(0.9, is_bold=True, alignment=1 if report.has_centred_heads else 2),
    )


def _text(text: str, styles: _Styles) -> list[Any]:
    flow: list[Any] = []
    for part in text.strip().split("\n\n"):
        line = " ".join(part.split())
        if line.startswith("- "):
            flow.append(Paragraph(line[2:], styles.point, bulletText="•"))
        elif line.startswith("## "):
            flow.append(Paragraph(line[3:], styles.subheading))
        else:
            flow.append(Paragraph(line, styles.body))
    return flow


def _table(table: Table, styles: _Styles) -> list[Any]:
    grid: list[list[Any]] = []
    commands: list[tuple[Any, ...]] = [
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("VALIGN", (0, 0), (-1, -1), "BOTTOM"),
    ]
    for number, heads in enumerate(table.heads):
        columns = range(len(heads))
        grid.append([_head(heads, at, styles, is_text=table.is_text) for at in columns])
        commands += [("SPAN", (a, number), (b, number)) for a, b in _runs(heads) if b > a]
    cell_style = styles.label if table.is_text else styles.number
    for row in table.rows:
        mark = f"<super rise=3 size=6>{row.mark}</super>" if row.mark else ""
        texts = [(row.label + mark, styles.label), *((cell, cell_style) for cell in row.cells)]
        if row.is_total and table.ruling != "grid":
            commands.append(("LINEABOVE", (1, len(grid)), (-1, len(grid)), 0.5, colors.black))
        grid.append(
            [
                Paragraph(text, _bold(style, styles) if row.is_total else style) if text else ""
                for text, style in texts
            ]
        )
    if table.ruling == "grid":
        commands.append(("GRID", (0, 0), (-1, -1), 0.5, colors.black))
    elif table.ruling == "rows":
        commands.append(("LINEBELOW", (0, 0), (-1, -1), 0.3, colors.grey))
    rest = _WIDTH * (1 - table.label_share) / (len(table.heads[-1]) - 1)
    return [
        CondPageBreak(160),
        Paragraph(table.caption, styles.caption),
        PdfTable(
            grid,
            colWidths=[_WIDTH * table.label_share, *[rest] * (len(table.heads[-1]) - 1)],
            style=commands,
            repeatRows=len(table.heads),
        ),
        Spacer(1, 4),
        *(Paragraph(note, styles.note) for note in table.notes),
        Spacer(1, 8),
    ]


def _bold(style: ParagraphStyle, styles: _Styles) -> ParagraphStyle:
    return ParagraphStyle("bold", parent=style, fontName=styles.head.fontName)


def _head(heads: tuple[str, ...], column: int, styles: _Styles, *, is_text: bool) -> Any:
    """A head: over several columns in the middle, else where the report has it."""
    if not heads[column] or (column and heads[column - 1] == heads[column]):
        return ""
    if heads[column + 1 : column + 2] == heads[column : column + 1]:
        return Paragraph(heads[column], styles.head)
    style = _bold(styles.label, styles) if is_text or column == 0 else styles.column_head
    return Paragraph(heads[column], style)


def _runs(heads: tuple[str, ...]) -> list[tuple[int, int]]:
    """The first and last columns of equal heads that have text."""
    runs: list[tuple[int, int]] = []
    start = 0
    for column in range(1, len(heads) + 1):
        if column == len(heads) or heads[column] != heads[start]:
            if heads[start]:
                runs.append((start, column - 1))
            start = column
    return runs
