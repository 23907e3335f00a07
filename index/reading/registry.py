"""The table of readers, one for each format, and the functions that use it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from sourcebook.index.documents.records import Document
from sourcebook.index.errors import (
    EmptyDocument,
    ReadError,
    SourceNotFound,
    UnreadableFile,
    UnsupportedFormat,
)
from sourcebook.index.paths import LIBRARY_NAMES, is_library
from sourcebook.index.reading.mail.eml import read_eml
from sourcebook.index.reading.mail.ics import read_ics
from sourcebook.index.reading.mail.mbox import read_mbox
from sourcebook.index.reading.mail.msg import read_msg
from sourcebook.index.reading.opendocument.odp import read_odp
from sourcebook.index.reading.opendocument.odt import read_odt
from sourcebook.index.reading.pdf import read_pdf
from sourcebook.index.reading.pdf.picture import PICTURE_ENDINGS, read_picture
from sourcebook.index.reading.records.json import read_json, read_json_lines
from sourcebook.index.reading.records.tabular import read_csv
from sourcebook.index.reading.rich_text.rtf import read_rtf
from sourcebook.index.reading.sheets.ods import read_ods
from sourcebook.index.reading.sheets.xls import read_xls
from sourcebook.index.reading.sheets.xlsx import read_xlsx
from sourcebook.index.reading.slides.pptx import read_pptx
from sourcebook.index.reading.text.markdown import read_markdown
from sourcebook.index.reading.text.org import read_org
from sourcebook.index.reading.text.rst import read_rst
from sourcebook.index.reading.text.subtitles import read_subtitles
from sourcebook.index.reading.text.text import read_text, text_reader
from sourcebook.index.reading.web.epub import read_epub
from sourcebook.index.reading.web.feeds import read_feed
from sourcebook.index.reading.web.page import read_html
from sourcebook.index.reading.word.doc import read_doc
from sourcebook.index.reading.word.docx import read_docx
from sourcebook.index.reports import Skipped

from .decoding import decode, decode_page_text
from .other_files import OtherFile, refusal
from .pdf.ocr import can_recognise
from .source import Reader, Source
from .zip_archive import Member, list_members, open_archive


@dataclass(frozen=True, slots=True)
class Format:
    """The reader for files of one ending.

    Files that need a parser ``needs_sandbox``: a child process with limits reads them (`sandbox`).
    """

    read: Reader
    needs_sandbox: bool = True


def find_format(place: str | Path) -> Format:
    """Return the format of a file by its ending. Raises UnsupportedFormat."""
    suffix = Path(place).suffix.lower()
    if suffix not in READERS:
        raise UnsupportedFormat(refusal(suffix, READERS))
    return READERS[suffix]


def read_source(source: Source) -> Iterator[Document | Skipped]:
    """Read the documents of a file, and what was skipped in it, in this process.

    Raises:
        ReadError: nothing of the file can be read.
    """
    yield from find_format(source.place).read(source)


def read_file(path: Path) -> Document:
    """Read the first document of a file, in this process.

    Raises:
        SourceNotFound, UnsupportedFormat, UnreadableFile, EmptyDocument: with the way out.
    """
    for item in read_source(Source.file(path)):
        if isinstance(item, Document):
            return item
    raise EmptyDocument("holds no document that can be read")


def list_files(
    source: Path,
    on_error: Callable[[Path, ReadError], None] | None = None,
    on_other: Callable[[OtherFile], None] | None = None,
) -> Iterator[Path]:
    """List the files in a folder that have a reader, in the order of their names.

    Hidden files and folders are left out, and links to folders are not followed.

    Args:
        source: A folder, or a file, which is listed alone.
        on_error: Called with each folder that cannot be listed; the other folders are still
            listed.
        on_other: Called with each file that is left out, and why; a hidden folder is one.

    Raises:
        SourceNotFound: ``source`` does not exist.
        UnreadableFile: a folder cannot be listed and there is no ``on_error``.
    """
    if source.is_file():
        yield source
    elif source.is_dir():
        yield from _walk(source, on_error, on_other or (lambda _: None))
    else:
        raise SourceNotFound("no such file or folder; check the path")


def _walk(
    folder: Path,
    on_error: Callable[[Path, ReadError], None] | None,
    on_other: Callable[[OtherFile], None],
) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        problem = UnreadableFile(f"the folder cannot be listed ({error.strerror})")
        if on_error is None:
            raise problem from None
        on_error(folder, problem)
        return
    own_names = LIBRARY_NAMES if is_library(folder) else ()
    for entry in entries:
        if entry.name.startswith(own_names):
            continue
        if entry.name.startswith("."):
            on_other(OtherFile(entry, "hidden"))
        elif entry.is_dir():
            if entry.is_symlink() or is_library(entry):
                on_other(OtherFile(entry, "link" if entry.is_symlink() else "library"))
            else:
                yield from _walk(entry, on_error, on_other)
        elif entry.suffix.lower() in READERS:
            yield entry
        else:
            on_other(OtherFile(entry, "kind"))


def _read_archive(source: Source) -> Iterator[Document | Skipped]:
    """Read the members of a ZIP archive in turn; the sandbox reads each by itself."""
    with source.open() as stream, open_archive(stream) as package:
        for member in list_members(package, source.place, READERS):
            if isinstance(member, Skipped):
                yield member
                continue
            try:
                yield from read_member(package, member, source.columns)
            except ReadError as error:
                yield Skipped(member.place, str(error), type(error).__name__)


def _read_attachment(source: Source) -> Iterator[Document | Skipped]:
    """Read what is attached to a mail, by its ending."""
    yield from find_format(source.place).read(source)


def read_member(
    package: ZipFile,
    member: Member,
    columns: Mapping[str, str],
    on_progress: Callable[[], None] = lambda: None,
) -> Iterator[Document | Skipped]:
    """Read the documents of one file of an archive. Raises ReadError as `read_source`."""
    info = package.infolist()[member.number]
    read = READERS[PurePath(info.filename).suffix.lower()].read
    # zipfile raises any of these for a damaged member.
    try:
        yield from read(
            Source(member.place, lambda: cast(BinaryIO, package.open(info)), columns, on_progress)
        )
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"is damaged in its archive ({error})") from None


READERS: Mapping[str, Format] = {
    **dict.fromkeys((".txt", ".text"), Format(text_reader(read_text), needs_sandbox=False)),
    **dict.fromkeys((".md", ".markdown"), Format(text_reader(read_markdown), needs_sandbox=False)),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Format(text_reader(read_html, decode_page_text))),
    **dict.fromkeys((".eml", ".emlx"), Format(partial(read_eml, read_attachment=_read_attachment))),
    **dict.fromkeys(
        (".mbox", ".mbx"), Format(partial(read_mbox, read_attachment=_read_attachment))
    ),
    ".msg": Format(partial(read_msg, read_attachment=_read_attachment)),
    ".ics": Format(text_reader(read_ics)),
    **dict.fromkeys((".srt", ".vtt"), Format(text_reader(read_subtitles))),
    **dict.fromkeys((".rst", ".rest"), Format(text_reader(read_rst))),
    ".org": Format(text_reader(read_org)),
    **dict.fromkeys((".jsonl", ".ndjson"), Format(read_json_lines)),
    ".json": Format(read_json),
    **dict.fromkeys((".csv", ".tsv", ".tab"), Format(read_csv)),
    ".zip": Format(_read_archive),
    ".pdf": Format(read_pdf),
    **dict.fromkeys(PICTURE_ENDINGS if can_recognise() else (), Format(read_picture)),
    **dict.fromkeys((".docx", ".docm", ".dotx", ".dotm"), Format(read_docx)),
    **dict.fromkeys((".doc", ".dot"), Format(read_doc)),
    ".rtf": Format(read_rtf),
    **dict.fromkeys((".pptx", ".pptm", ".ppsx", ".ppsm", ".potx"), Format(read_pptx)),
    **dict.fromkeys((".xlsx", ".xlsm"), Format(read_xlsx)),
    ".xls": Format(read_xls),
    ".ods": Format(read_ods),
    ".epub": Format(read_epub),
    **dict.fromkeys((".odt", ".ott"), Format(read_odt)),
    **dict.fromkeys((".odp", ".otp"), Format(read_odp)),
    **dict.fromkeys((".rss", ".atom", ".rdf", ".xml"), Format(read_feed)),
}
"""The reader for each ending of a file name. A new format is one more row."""

__all__ = [
    "READERS",
    "Format",
    "ReadError",
    "Reader",
    "decode",
    "find_format",
    "list_files",
    "read_file",
    "read_member",
    "read_source",
]
