"""Word documents made of their own XML, for what python-docx does not write."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def run(text: str, properties: str = "") -> str:
    """A run of text, with what ``w:rPr`` holds."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def raised(text: str) -> str:
    """A raised run."""
    return run(text, '<w:vertAlign w:val="superscript"/>')


def paragraph(inside: str, properties: str = "") -> str:
    """A paragraph of runs, or of a text, with what ``w:pPr`` holds."""
    inside = inside if inside.startswith("<") or not inside else run(inside)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inside}</w:p>"


def styled(text: str, style: str) -> str:
    """A paragraph in a style."""
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def listed(text: str, number: int, level: int = 0) -> str:
    """An item of a list."""
    numbering = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
    return paragraph(text, numbering)


def table(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def row(*cells: str, properties: str = "") -> str:
    """A row of texts, or of cells as XML."""
    inside = "".join(
        cell if cell.startswith("<w:tc>") else f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inside}</w:tr>"


def levels(*forms: tuple[str, str]) -> str:
    """The levels of a list: the form of the numbers and the text around them."""
    return "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (form, text) in enumerate(forms)
    )


def word_file(
    body: str, *, numbering: str = "", title: str = "", author: str = "", **parts: str
) -> bytes:
    """A .docx with this body.

    Args:
        body: The XML of its paragraphs and tables.
        numbering: What stands in numbering.xml; by default python-docx's own.
        title: That of its properties.
        author: That of its properties.
        parts: What stands in "footnotes", "endnotes", "comments", "header1".
    """
    import docx
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part
    from docx.oxml import parse_xml

    file: Any = docx.Document()
    file.core_properties.title, file.core_properties.author = title, author
    end = file.element.body[-1]
    for element in parse_xml(f"<w:body {_NAMES}>{body}</w:body>"):
        end.addprevious(element)
    if numbering:
        element = file.part.numbering_part.element
        for child in list(element):
            element.remove(child)
        for child in parse_xml(f"<w:numbering {_NAMES}>{numbering}</w:numbering>"):
            element.append(child)
    for name, inside in parts.items():
        kind = re.sub(r"\d", "", name)
        root = {"header": "hdr"}.get(kind, kind)
        data = f'<?xml version="1.0"?><w:{root} {_NAMES}>{inside}</w:{root}>'.encode()
        part = Part(PackURI(f"/word/{name}.xml"), f"{_TYPES}{kind}+xml", data, file.part.package)
        file.part.relate_to(part, f"{_RELATIONS}{kind}")
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def strict(data: bytes) -> bytes:
    """The same package in the Strict form."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as copy:
        for name in package.namelist():
            part = package.read(name)
            if name.endswith((".xml", ".rels")):
                part = re.sub(
                    rb"http://schemas\.openxmlformats\.org/"
                    rb"(wordprocessingml|officeDocument|drawingml)/2006/",
                    rb"http://purl.oclc.org/ooxml/\1/",
                    part,
                )
            copy.writestr(name, part)
    return out.getvalue()
