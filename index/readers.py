"""A file becomes documents. One reader a format, in a table; a new format is one more row."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path, PurePath
from typing import Any, BinaryIO, cast
from zipfile import BadZipFile, ZipFile

from .archives import Member, members, opened_archive
from .decoding import decode, decode_page
from .documents import Document, make_document
from .dumps import read_csv, read_jsonl
from .epub import read_epub
from .errors import EmptyDocument, ReadError, SourceNotFound, UnreadableFile, UnsupportedFormat
from .feed_files import read_feed
from .mail import read_mail
from .markup import tree_of
from .moments import read_moment
from .opendocument import read_opendocument
from .page_dates import page_locale, page_published
from .pdf import read_pdf
from .reports import Skipped
from .sheets import read_sheets
from .slides import read_slides
from .source import Source
from .timestamps import moment
from .word import read_word

Reader = Callable[[Source], Iterable[Document | Skipped]]
"""Gives the documents of a file, and what in it could not be read; raises ReadError where there is
nothing to be read at all."""


@dataclass(frozen=True, slots=True)
class Format:
    """How files of one ending are read.

    ``guarded`` files are read in a child process with limits (`guard.py`): all but those that no
    parser is needed for.
    """

    read: Reader
    guarded: bool = True


_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


def format_of(place: str | Path) -> Format:
    """How the file there is read, by its ending. Raises UnsupportedFormat."""
    suffix = Path(place).suffix.lower()
    if suffix not in READERS:
        known = " ".join(sorted(READERS))
        raise UnsupportedFormat(
            f"no reader for {suffix or 'a file without an ending'} (read: {known})"
        )
    return READERS[suffix]


def read_source(source: Source) -> Iterator[Document | Skipped]:
    """The documents of a file and what in it was skipped, read in this process.

    Raises:
        ReadError: nothing of it can be read.
    """
    yield from format_of(source.place).read(source)


def read_file(path: Path) -> Document:
    """The first document in ``path``, read in this process.

    Raises:
        SourceNotFound, UnsupportedFormat, UnreadableFile, EmptyDocument: with the way out.
    """
    for item in read_source(Source.file(path)):
        if isinstance(item, Document):
            return item
    raise EmptyDocument("holds no document that can be read")


def files_of(
    source: Path, on_error: Callable[[Path, ReadError], None] | None = None
) -> Iterator[Path]:
    """The files of a folder that a reader knows, in name order; a file gives itself.

    Hidden files and folders are passed over, links to folders are not followed. ``on_error`` is
    told of folders that cannot be listed, and the others go on.

    Raises:
        SourceNotFound: nothing is there.
        UnreadableFile: a folder cannot be listed, without ``on_error``.
    """
    if source.is_file():
        yield source
    elif source.is_dir():
        yield from _walk(source, on_error)
    else:
        raise SourceNotFound("no such file or folder; check the path")


def _walk(folder: Path, on_error: Callable[[Path, ReadError], None] | None) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        problem = UnreadableFile(f"the folder cannot be listed ({error.strerror})")
        if on_error is None:
            raise problem from None
        on_error(folder, problem)
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if not entry.is_symlink():
                yield from _walk(entry, on_error)
        elif entry.suffix.lower() in READERS:
            yield entry


def _read_archive(source: Source) -> Iterator[Document | Skipped]:
    """The members of a ZIP archive, one after the other; `guard.py` reads each on its own."""
    with source.open() as stream, opened_archive(stream) as package:
        for member in members(package, source.place, READERS):
            if isinstance(member, Skipped):
                yield member
                continue
            try:
                yield from read_member(package, member, source.columns)
            except ReadError as error:
                yield Skipped(member.place, str(error), type(error).__name__)


def read_member(
    package: ZipFile, member: Member, columns: Mapping[str, str]
) -> Iterator[Document | Skipped]:
    """The documents of one file of an archive. Raises ReadError as `read_source`."""
    info = package.infolist()[member.number]
    read = READERS[PurePath(info.filename).suffix.lower()].read
    # zipfile raises all of these over a damaged member.
    try:
        yield from read(Source(member.place, lambda: cast(BinaryIO, package.open(info)), columns))
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error) as error:
        raise UnreadableFile(f"is damaged in its archive ({error})") from None


def _one(read: Callable[[Path, str], Document], to_text: Callable[[bytes], str] = decode) -> Reader:
    """The reader of a file that is text and one document."""

    def reader(source: Source) -> Iterator[Document]:
        document = read(Path(source.place), to_text(source.data()))
        if not document.text:
            raise EmptyDocument("holds no text")
        yield document

    return reader


def _read_text(path: Path, text: str) -> Document:
    return make_document(text, path=str(path), media_type="text/plain")


def _read_markdown(path: Path, text: str) -> Document:
    """Markdown with YAML front matter: title, source, author, date, url, language."""
    metadata, body = _front_matter(text)
    heading = _HEADING.search(body)
    return make_document(
        body,
        title=_string(metadata, "title") or (heading.group(1) if heading else None),
        source=_string(metadata, "source", "publisher", "site"),
        author=_string(metadata, "author", "authors", "by"),
        published=_front_matter_date(metadata),
        published_from="front matter",
        url=_string(metadata, "url", "link"),
        path=str(path),
        media_type="text/markdown",
        language=_string(metadata, "language", "lang"),
    )


def _front_matter(text: str) -> tuple[Mapping[str, Any], str]:
    """Front matter and body. What does not parse as front matter stays text: nothing is lost."""
    import frontmatter
    import yaml

    try:
        metadata, body = frontmatter.parse(text)
    except (yaml.YAMLError, ValueError, TypeError):
        return {}, text
    return metadata, body


def _string(metadata: Mapping[str, Any], *names: str) -> str | None:
    for name in names:
        value = metadata.get(name)
        if isinstance(value, list):
            value = ", ".join(str(item) for item in value)
        if value:
            return str(value)
    return None


def _front_matter_date(metadata: Mapping[str, Any]) -> datetime | None:
    locale = _string(metadata, "language", "lang")
    names = ("date", "published", "published_at", "publish_date", "datePublished", "pubDate")
    for value in filter(None, map(metadata.get, names)):
        # A text may be a date in words, whose order of day and month the language tells.
        written = read_moment(value, locale) if isinstance(value, str) else None
        if found := moment(value) or written:
            return found
    return None


def _read_html(path: Path, text: str) -> Document:
    """The article of a web page, and the page's own metadata, by trafilatura."""
    import trafilatura

    tree = tree_of(text)
    if tree is None:
        raise EmptyDocument("the page is empty")
    try:
        page = trafilatura.bare_extraction(tree, with_metadata=True, include_comments=False)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"the page cannot be parsed ({error})") from None
    if page is None or isinstance(page, dict) or not page.text:
        raise EmptyDocument("no article was found in the page")
    dated = page_published(text)
    return make_document(
        # A line is a block of the page: a headline is no beginning of the sentence below it.
        re.sub(r"\n+", "\n\n", page.text),
        title=page.title,
        source=page.sitename,
        author=page.author,
        published=dated.moment if dated else None,
        published_from=dated.found_in if dated else None,
        url=page.url,
        path=str(path),
        media_type="text/html",
        language=page.language or tree.get("lang") or None,
        locale=page_locale(text),
    )


def _article(html: str) -> str:
    """The text that matters of the HTML part of an e-mail."""
    return _read_html(Path("mail.html"), html).text


READERS: Mapping[str, Format] = {
    **dict.fromkeys((".txt", ".text"), Format(_one(_read_text), guarded=False)),
    **dict.fromkeys((".md", ".markdown"), Format(_one(_read_markdown), guarded=False)),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Format(_one(_read_html, decode_page))),
    ".eml": Format(partial(read_mail, article=_article)),
    **dict.fromkeys((".jsonl", ".ndjson"), Format(read_jsonl)),
    **dict.fromkeys((".csv", ".tsv"), Format(read_csv)),
    ".zip": Format(_read_archive),
    ".pdf": Format(read_pdf),
    ".docx": Format(read_word),
    ".pptx": Format(read_slides),
    ".xlsx": Format(read_sheets),
    ".epub": Format(read_epub),
    ".odt": Format(read_opendocument),
    **dict.fromkeys((".rss", ".atom", ".rdf", ".xml"), Format(read_feed)),
}
"""The table of readers, by the ending of the file's name."""

__all__ = [
    "READERS",
    "Format",
    "ReadError",
    "Reader",
    "decode",
    "files_of",
    "format_of",
    "read_file",
    "read_member",
    "read_source",
]
