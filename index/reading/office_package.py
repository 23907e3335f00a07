"""Open packages (Office, EPUB, ODT) within limits; parse XML without entities."""

from __future__ import annotations

import io
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


def check_sizes(package: zipfile.ZipFile, packed: int) -> None:
    """Check the number and size of the members. Raises OverLimit."""
    members = package.infolist()
    if len(members) > MAX_MEMBERS:
        raise OverLimit(f"holds {len(members):,} files, over the limit of {MAX_MEMBERS:,}")
    unpacked = sum(member.file_size for member in members)
    if unpacked > MAX_UNPACKED:
        raise OverLimit(
            f"would unpack to {unpacked / 1e6:,.0f} MB, over the limit of {MAX_UNPACKED / 1e6:.0f}"
        )
    if unpacked > SMALL and unpacked > MAX_RATIO * max(packed, 1):
        raise OverLimit(
            f"would unpack to {unpacked // packed:,} times its size, over the limit of {MAX_RATIO}"
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
