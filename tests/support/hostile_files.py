"""Files made to harm whoever reads them: bombs, loops, ways out. None holds real harm."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator

TALKS = "The talks between the two deputy ministers in Geneva lasted about eight hours."

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
