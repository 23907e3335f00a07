"""A file becomes a Document. One reader a media type, in a table; a new format is one more row."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from .documents import Document, make_document
from .errors import EmptyDocument, ReadError, SourceNotFound, UnreadableFile, UnsupportedFormat

Reader = Callable[[Path, str], Document]
"""Takes the file and its text decoded; returns the document, or raises ReadError."""

MAX_BYTES = 50 * 1024 * 1024
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


def read_file(path: Path) -> Document:
    """The document in ``path``.

    Raises:
        SourceNotFound, UnsupportedFormat, UnreadableFile, EmptyDocument: with the way out.
    """
    suffix = path.suffix.lower()
    if suffix not in READERS:
        known = " ".join(sorted(READERS))
        raise UnsupportedFormat(
            f"no reader for {suffix or 'a file without an ending'} (read: {known})"
        )
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise UnreadableFile(
                f"{size / 1e6:.0f} MB is over the limit of {MAX_BYTES / 1e6:.0f} MB"
            )
        data = path.read_bytes()
    except FileNotFoundError:
        raise SourceNotFound("no such file; check the path") from None
    except PermissionError:
        raise UnreadableFile("no permission to read it; change its permissions") from None
    except OSError as error:
        raise UnreadableFile(f"cannot be read ({error.strerror or error})") from None
    document = READERS[suffix](path, decode(data))
    if not document.text:
        raise EmptyDocument("holds no text")
    return document


def decode(data: bytes) -> str:
    """Text of ``data`` in UTF-8 or, failing that, in the encoding charset-normalizer finds.

    Raises:
        UnreadableFile: it is not text.
    """
    if not data.strip():
        raise EmptyDocument("the file is empty")
    with contextlib.suppress(UnicodeDecodeError):
        text = data.decode("utf-8-sig")
        if text.count("\0") > len(text) // 100:
            raise UnreadableFile("holds binary data, not text")
        return text
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None or (b"\0" in data[:4096] and not best.encoding.startswith("utf_")):
        raise UnreadableFile("holds binary data, not text")
    return str(best)


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
        published=_moment(metadata.get("date") or metadata.get("published")),
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


def _moment(value: object) -> datetime | None:
    """An aware datetime; without a zone it is taken as UTC. None when it is no date."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            return None
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    return None


def _read_html(path: Path, text: str) -> Document:
    """The article of a web page, and the page's own metadata, by trafilatura."""
    import trafilatura

    try:
        page = trafilatura.bare_extraction(text, with_metadata=True, include_comments=False)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"the page cannot be parsed ({error})") from None
    if page is None or isinstance(page, dict) or not page.text:
        raise EmptyDocument("no article was found in the page")
    return make_document(
        page.text,
        title=page.title,
        source=page.sitename,
        author=page.author,
        published=_moment(page.date),
        url=page.url,
        path=str(path),
        media_type="text/html",
        language=page.language,
    )


READERS: Mapping[str, Reader] = {
    ".txt": _read_text,
    ".text": _read_text,
    ".md": _read_markdown,
    ".markdown": _read_markdown,
    ".html": _read_html,
    ".htm": _read_html,
}

__all__ = ["READERS", "ReadError", "Reader", "decode", "files_of", "read_file"]
