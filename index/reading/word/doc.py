"""Word documents of before 2007 (.doc), by msdoc2docx: made a .docx, and read as that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import EmptyDocument, ProtectedFile, UnreadableFile
from sourcebook.index.reading.office_package import check_package
from sourcebook.index.reading.rich_text.rtf import read_rtf
from sourcebook.index.reading.source import Source
from sourcebook.index.reports import Skipped

from .docx import read_docx, read_word

_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_RICH_TEXT = b"{\\rtf"
_PACKAGE = b"PK\x03\x04"


def read_doc(source: Source) -> Iterator[Document | Skipped]:
    """Read a document; one that is Rich Text or a .docx by another name, as what it is.

    Raises:
        OverLimit, ProtectedFile, UnreadableFile, EmptyDocument: with the way out.
    """
    data = source.data()
    if not data.strip():
        raise EmptyDocument("the file is empty")
    if data.lstrip().startswith(_RICH_TEXT):
        yield from read_rtf(source)
    elif data.startswith(_PACKAGE):
        yield from read_docx(source)
    elif data.startswith(_COMPOUND):
        package = _as_package(data)
        check_package(package)
        yield from read_word(source.place, package, "application/msword")
    elif b"<html" in data[:2000].lower():
        raise UnreadableFile("is a web page: rename it, with the ending .html")
    else:
        raise UnreadableFile("is no Word document: open it in an office program, save it as .docx")


def _as_package(data: bytes) -> bytes:
    """Return the document as the bytes of a .docx."""
    from doc2docx import convert
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    with TemporaryDirectory() as folder:
        old, new = Path(folder, "a.doc"), Path(folder, "a.docx")
        old.write_bytes(data)
        try:
            convert(old, new)
        except EncryptedDocumentError:
            raise ProtectedFile("has a password: save a copy without one") from None
        except Doc2DocxError as error:
            reason = " ".join(str(error).split())[:100]
            raise UnreadableFile(
                f"is damaged, or older than Word 97 ({reason}): save it as .docx"
            ) from None
        return new.read_bytes()
