"""Bytes become text: UTF-8, a byte order mark, or the encoding charset-normalizer finds."""

from __future__ import annotations

import codecs
import contextlib
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from sourcebook.index.errors import EmptyDocument, UnreadableFile

from .source import Source

_MARKS = (  # the longer marks first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET_DECLARATION = re.compile(
    rb"""<meta[^>]{0,200}charset=["']?\s*([\w.:-]{1,40})""", re.IGNORECASE
)
_BINARY = "holds binary data, not text"
_LIKELIEST = "cp1252"  # encoding.spec.whatwg.org, "windows-1252"
_SAMPLE = 1 << 18
_BLOCK = 1 << 20


def decode(data: bytes) -> str:
    """Text of ``data`` as its byte order mark says, in UTF-8, or as charset-normalizer finds.

    Raises:
        UnreadableFile: it is not text.
        EmptyDocument: there is nothing in it.
    """
    if not data.strip():
        raise EmptyDocument("the file is empty")
    marked_encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for name in filter(None, (marked_encoding, "utf-8")):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(name)
            if not _is_binary(text):
                return text
    # Where the sample did not show all: the encoding that most of it is in, its faults marked.
    text = data.decode(_detect_encoding(data), "replace")
    if _is_binary(text):
        raise UnreadableFile(_BINARY)
    return text


def _is_binary(text: str) -> bool:
    return text.count("\0") > len(text) // 100


def decode_page(data: bytes) -> str:
    """As `decode`; where the page declares its encoding and is in it, that one."""
    declaration = _CHARSET_DECLARATION.search(data[:4096])
    if declaration and not data.startswith(tuple(mark for mark, _ in _MARKS)):
        with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
            return data.decode(declaration.group(1).decode())
    return decode(data)


def _detect_encoding(data: bytes) -> str:
    """The encoding of ``data``, judged by its first part. Raises UnreadableFile."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE])
    best = matches.best()
    if best is None or (b"\0" in data[:4096] and not best.encoding.startswith("utf_")):
        raise UnreadableFile(_BINARY)
    # Of several that fit equally well the first by name comes first; the Web's default is likelier.
    equals = [m.encoding for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)]
    return _LIKELIEST if _LIKELIEST in equals else best.encoding


@contextmanager
def text_stream(source: Source) -> Iterator[TextIO]:
    """A long file as a stream of text, line ends as they are; only UTF-8 is never held whole.

    Raises:
        UnreadableFile, EmptyDocument, SourceNotFound: as `decode` and `Source.open`.
        OverLimit: it is long and not UTF-8.
    """
    if _is_utf8(source):
        with source.open() as stream:
            yield io.TextIOWrapper(stream, "utf-8-sig", newline="")
    else:
        yield io.StringIO(decode(source.data()), newline="")


def _is_utf8(source: Source) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    length = nulls = 0
    with source.open() as stream:
        try:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
                length += len(block)
                nulls += block.count(0)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    if not length:
        raise EmptyDocument("the file is empty")
    return nulls <= length // 100
