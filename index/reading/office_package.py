"""Open packages (Office, EPUB, ODT) within limits; parse XML without entities."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from sourcebook.index.errors import OverLimit, ProtectedFile, UnreadableFile

MAX_MEMBERS = 20_000
MAX_UNPACKED = 400 * 1024 * 1024
MAX_RATIO = 250
"""Unpacked bytes for one packed byte; the XML of a normal document packs 5 to 30 fold."""
SMALL = 16 * 1024 * 1024
"""The unpacked size below which any ratio is allowed."""

_PROLOG = 1 << 16  # a DTD stands before the first element

_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")
_DOCUMENT = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_SLIDES = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_CONTENT_TYPES = {
    b"application/vnd.ms-word.document.macroEnabled.main+xml": _DOCUMENT,
    b"application/vnd.ms-word.template.macroEnabledTemplate.main+xml": _DOCUMENT,
    _DOCUMENT.replace(b"document.main", b"template.main"): _DOCUMENT,
    b"application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": _SLIDES,
    b"application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": _SLIDES,
    _SLIDES.replace(b"presentation.main", b"slideshow.main"): _SLIDES,
    _SLIDES.replace(b"presentation.main", b"template.main"): _SLIDES,
}
"""Content types of templates, shows and files with macros, which the libraries refuse."""

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Office before 2007, and encrypted packages


def check_package(data: bytes) -> None:
    """Check an Office package before its parser reads it.

    Raises:
        UnreadableFile, ProtectedFile, OverLimit: with the way out.
    """
    with open_package(data) as package:
        refuse_entities(package)


def open_package(data: bytes) -> zipfile.ZipFile:
    """Open a package and check its sizes before anything is unpacked.

    The sizes are those that the package declares; zipfile never returns more bytes than that.

    Raises:
        UnreadableFile, ProtectedFile, OverLimit: with the way out.
    """
    if data.startswith(_COMPOUND):
        raise ProtectedFile(
            "has a password, or is of the form before 2007: open it and save it anew without one"
        )
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError) as error:
        raise UnreadableFile(f"is damaged: its package cannot be opened ({error})") from None
    check_sizes(package, len(data))
    return package


def refuse_entities(package: zipfile.ZipFile) -> None:
    """Refuse a package that declares entities: Office parsers drop text there without notice.

    Raises:
        UnreadableFile: a part of the package declares one.
    """
    for info in package.infolist():
        if info.filename.endswith((".xml", ".rels")):
            try:
                with package.open(info) as part:
                    head = part.read(_PROLOG).replace(b"\0", b"")  # UTF-16 has them between
            except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
                raise UnreadableFile(f"{info.filename} in it is damaged ({error})") from None
            if b"<!ENTITY" in head:
                raise UnreadableFile("declares entities, which no Office program does: not read")


def as_transitional(data: bytes) -> bytes:
    """Return an Office package of the Strict form, of a template or with macros in the usual form.

    The two forms differ in the names of their namespaces (ISO/IEC 29500-1 and -4); the libraries
    know those of the second only. Other packages are returned as they are.
    """
    with open_package(data) as package:
        members = package.infolist()
        new_parts = {
            info.filename: new
            for info in members
            if info.filename.endswith((".xml", ".rels"))
            and (new := _usual_names(part := package.read(info))) != part
        }
        if not new_parts:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as copy:
            for info in members:
                copy.writestr(info.filename, new_parts.get(info.filename) or package.read(info))
    return out.getvalue()


def _usual_names(part: bytes) -> bytes:
    if _STRICT in part:
        part = _STRICT_NAME.sub(rb"http://schemas.openxmlformats.org/\1/2006/", part)
    for unusual, usual in _CONTENT_TYPES.items():
        part = part.replace(unusual, usual)
    return part


def check_sizes(package: zipfile.ZipFile, packed: int) -> None:
    """Check the number and size of the members. Raises OverLimit."""
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise OverLimit(f"holds {len(members):,} files, over the limit of {MAX_MEMBERS:,}")
    size = sum(member.file_size for member in members)
    if size > MAX_UNPACKED:
        raise OverLimit(
            f"would unpack to {size / 1e6:,.0f} MB, over the limit of {MAX_UNPACKED / 1e6:.0f}"
        )
    if size > SMALL and size > MAX_RATIO * max(packed, 1):
        raise OverLimit(
            f"would unpack to {size // packed:,} times its size, over the limit of {MAX_RATIO}"
        )


def parse_xml(data: bytes) -> Any:
    """Parse XML without resolving entities, fetching anything or loading a DTD.

    Returns:
        The root element.

    Raises:
        UnreadableFile: ``data`` is not XML.
    """
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableFile(f"its XML cannot be parsed ({error.msg})") from None
