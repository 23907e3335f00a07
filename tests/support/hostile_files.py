"""Files made to harm whoever reads them: bombs, loops, ways out. None holds real harm."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import pairwise

TALKS = "The talks between the two deputy ministers in Geneva lasted about eight hours."

NEW_LINE = "\n"

Maker = Callable[[str, str], bytes]
"""A file of a DTD and a text in which the DTD's entities may stand."""

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def entity_bomb(levels: int = 12) -> str:
    """A DTD whose entity `z` is 10 ** levels letters (the "billion laughs")."""
    names = "abcdefghijklmnopqrstuvwxy"[:levels]
    lines = ['<!ENTITY a "hahahahaha">']
    lines += [
        f'<!ENTITY {name} "{f"&{before};" * 10}">'
        for before, name in zip(names, [*names[1:], "z"], strict=True)
    ]
    return f"<!DOCTYPE x [{''.join(lines)}]>"


def outside(place: str) -> str:
    """A DTD whose entity `z` is a file of the machine."""
    return f'<!DOCTYPE x [<!ENTITY z SYSTEM "file://{place}">]>'


def word(dtd: str = "", text: str = TALKS, more: bytes = b"") -> bytes:
    """A .docx; ``&z;`` in its text is what the DTD says."""
    document = (
        (
            f'<?xml version="1.0"?>{dtd}<w:document xmlns:w="{_W}"><w:body>'
            f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        ).encode()
        + more
        + b"</w:body></w:document>"
    )
    return zipped(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _RELS.encode(),
            "word/document.xml": document,
        }
    )


def opendocument(dtd: str, text: str) -> bytes:
    o = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<?xml version="1.0"?>{dtd}<o:document-content xmlns:o="{o}office:1.0" '
        f'xmlns:t="{o}text:1.0"><o:body><o:text><t:p>{text}</t:p></o:text></o:body>'
        "</o:document-content>"
    )
    return zipped({"content.xml": content.encode()})


def sheet(dtd: str, text: str) -> bytes:
    """An .xlsx whose one cell is ``text``."""
    import openpyxl

    out = io.BytesIO()
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"] = "CELL"
    book.save(out)
    with zipfile.ZipFile(out) as package:
        files = {name: package.read(name) for name in package.namelist()}
    name = next(name for name, data in files.items() if b"CELL" in data)
    part = files[name].decode().replace("CELL", text)
    end = part.index("?>") + 2 if part.startswith("<?xml") else 0
    return zipped(files | {name: (part[:end] + dtd + part[end:]).encode()})


def feed(dtd: str, text: str) -> bytes:
    return (
        f'<?xml version="1.0"?>{dtd}<rss version="2.0"><channel><title>t</title>'
        f"<item><title>one</title><description>{text}</description></item></channel></rss>"
    ).encode()


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out = b"%PDF-1.7\n"
    places: list[int] = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer <</Root 1 0 R /Size %d>>\nstartxref\n%d\n%%%%EOF\n"
    return out + trailer % (len(objects) + 1, table)


def _stream(data: bytes, more: bytes = b"") -> bytes:
    return b"<</Length %d %s>>\nstream\n%s\nendstream" % (len(data), more, data)


_FONT = b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>"


def page_pdf(contents: bytes, more: bytes = b"") -> bytes:
    """One page with that stream of contents (an object's body)."""
    return pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources <</Font <</F 5 0 R>> %s>>>>" % more,
        contents,
        _FONT,
    )


def bomb_pdf(size: int) -> bytes:
    """A page whose contents unpack to ``size`` bytes of drawing."""
    packer = zlib.compressobj(9)
    block = b"q Q " * (1 << 18)
    data = b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
    return page_pdf(_stream(data, b"/Filter /FlateDecode"))


def wordy_pdf(words: int) -> bytes:
    """A page on which as many words are shown, most in the same place."""
    text = b"BT /F 9 Tf 9 9 Td " + b"(talks) Tj " * words + b"ET"
    return page_pdf(_stream(zlib.compress(text, 9), b"/Filter /FlateDecode"))


def looping_pdf() -> bytes:
    """Pages whose parent is their child."""
    return pdf(
        b"<</Type /Catalog /Pages 2 0 R>>",
        b"<</Type /Pages /Kids [3 0 R 2 0 R] /Count 900000>>",
        b"<</Type /Pages /Kids [2 0 R 3 0 R] /Count 900000 /Parent 3 0 R>>",
    )


def form_in_itself_pdf() -> bytes:
    """A drawing that draws itself."""
    form = _stream(
        b"/X Do /X Do /X Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources <</XObject <</X 4 0 R>>>>",
    )
    return page_pdf(form, b"/XObject <</X 4 0 R>>")


def zip_bomb(size: int) -> bytes:
    """An archive of one text of ``size`` zeros, and an article."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        with package.open("bomb.txt", "w") as member:
            for _ in range(size >> 20):
                member.write(b"0" * (1 << 20))
        package.writestr("good.txt", f"{TALKS} That is the good one of the bomb.")
    return out.getvalue()


def ways_out() -> bytes:
    """An archive whose members lead out of it, and an article."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in ("../../out.txt", "/etc/out.txt", "C:\\out.txt", "a/..\\..\\out.txt"):
            package.writestr(name, "out")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        package.writestr(link, "/etc/passwd")
        package.writestr("inner.zip", zipped({"a.txt": b"x"}))
        package.writestr("picture.webp", b"x")
        package.writestr("good.txt", f"{TALKS} That is the good one of the ways out.")
    return out.getvalue()


def damaged_zip() -> bytes:
    """An archive one member of which was altered after it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("bad.txt", "ALTERED" * 50)
        package.writestr("good.txt", f"{TALKS} That is the good one of the damaged.")
    return out.getvalue().replace(b"ALTERED", b"altered", 1)


def nested(levels: int, tag: str = "div") -> str:
    """A page that has its article so many levels down, and an end."""
    filler = "It rained in the harbour all day long, and nobody came to the meeting. " * 4
    return (
        f"<html><body><article><p>{filler}</p>{f'<{tag}>' * levels}<p>{TALKS}</p>"
        f"{f'</{tag}>' * levels}<p>The end of the long story came at last, they said.</p>"
        "</article></body></html>"
    )


def unclosed(tags: int) -> Iterator[tuple[str, str]]:
    """Pages of tags, quotes and comments that are never closed."""
    yield "tags", f"<html><body><p>{TALKS}" + "<b><i><a href=x>" * tags
    yield "attributes", f"<html><body><p>{TALKS}</p>" + "<a b='" * tags
    yield "comments", f"<html><body><p>{TALKS}</p>" + "<!--" * tags
    yield "entities", f"<html><body><p>{TALKS}</p><p>" + "&amp" * tags


def rst_files() -> Iterator[tuple[str, bytes]]:
    """reStructuredText: substitutions in substitutions, in a circle, lists in lists, a tail."""
    names = "abcdefghijkl"
    lines = [f".. |{names[0]}| replace:: hahahahaha"]
    lines += [f".. |{name}| replace:: {f'|{before}| ' * 10}" for before, name in pairwise(names)]
    yield "laughs", f"{TALKS}\n\n|l|\n\n{NEW_LINE.join(lines)}\n".encode()
    circle = [f".. |{a}| replace:: {' '.join(f'|{b}|' for b in names)}" for a in names]
    yield "circle", f"{TALKS}\n\n|a|\n\n{NEW_LINE.join(circle)}\n".encode()
    long = f".. |a| replace:: {'ha ' * 30_000}"
    yield "long", f"{TALKS}\n\n{'|a| ' * 3_000}\n\n{long}\n".encode()
    yield "nested", "".join(f"{'  ' * level}- x\n\n" for level in range(1_000)).encode()
    yield "tail", f"{TALKS}\n\n.. |a| replace:: |\n.. table::\n\n  ==== ==".encode()


def org_files() -> Iterator[tuple[str, bytes]]:
    """Org: headings below headings, lists in lists, marks and blocks that are never closed."""
    yield "headings", "".join(f"{'*' * level} x\n" for level in range(1, 2_000)).encode()
    yield "lists", (TALKS + "".join(f"\n{' ' * level}- x" for level in range(500))).encode()
    yield "marks", f"{TALKS}\n{'*a /b [[c ' * 5_000}".encode()
    yield "tail", f"{TALKS}\n{f'#+begin_quote{NEW_LINE}' * 5_000}| a |".encode()


def json_files() -> Iterator[tuple[str, bytes]]:
    """JSON: lists in lists, a number without end, as many keys, half of a file."""
    yield "lists", b"[" * 200_000
    yield "closed", b"[" * 5_000 + b"1" + b"]" * 5_000
    yield "names", b'{"a":' * 500 + b'"x"' + b"}" * 500
    yield "number", b'{"a": ' + b"9" * 1_000_000 + b"}"
    yield "keys", b"[{" + b",".join(b'"k%d": %d' % (n, n) for n in range(20_000)) + b"}]"
    yield "tail", b'[{"title": "Talks", "text": "' + TALKS.encode()


def ods_files() -> Iterator[tuple[str, bytes]]:
    """OpenDocument sheets: cells repeated without end, groups in groups, half of a part."""
    o = "urn:oasis:names:tc:opendocument:xmlns:"
    start = (
        f'<o:document-content xmlns:o="{o}office:1.0" xmlns:t="{o}table:1.0" '
        f'xmlns:p="{o}text:1.0"><o:body><o:spreadsheet><t:table t:name="a">'
    )
    end = "</t:table></o:spreadsheet></o:body></o:document-content>"
    cell = '<t:table-cell o:value-type="string"%s><p:p>x</p:p></t:table-cell>'
    row = f"<t:table-row%s>{cell}</t:table-row>"
    columns, rows = ' t:number-columns-repeated="999999999"', ' t:number-rows-repeated="999999999"'
    both = ' t:number-columns-spanned="999999999" t:number-rows-spanned="999999999"'
    group = "table-row-group"
    for name, inner in (
        ("repeated", (row % (rows, columns)) * 2_000),
        ("spanned", (row % ("", both)) * 50),
        ("groups", f"<t:{group}>" * 5_000 + row % ("", "") + f"</t:{group}>" * 5_000),
    ):
        yield name, zipped({"content.xml": f"{start}{inner}{end}".encode()})
    yield "tail", zipped({"content.xml": f"{start}{row % ('', '')}<t:table-row".encode()})


def xls_files() -> Iterator[tuple[str, bytes]]:
    """Workbooks of Excel 2, which are records alone: many cells, a far one, a long one, a tail."""
    head, end = struct.pack("<HHHH", 0x0009, 4, 2, 0x10), struct.pack("<HH", 0x000A, 0)

    def number(row: int, column: int) -> bytes:
        return struct.pack("<HHHH3sH", 0x0002, 9, row, column, b"\0\0\0", 7)

    yield "many", head + b"".join(number(n, c) for n in range(65_536) for c in range(8)) + end
    yield "far", head + number(0, 0) + number(65_535, 255) + end
    yield "long", head + struct.pack("<HH", 0x0004, 0xFFFF) + b"\xff" * 0xFFFF + end
    yield "tail", head + number(0, 0)[:-3]
    yield "records", head + struct.pack("<HH", 0x0055, 0) * 500_000
