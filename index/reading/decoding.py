"""Decode bytes: by byte order mark, as UTF-8, or as charset-normalizer detects."""

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
    """Decode ``data`` by its byte order mark, as UTF-8, or as charset-normalizer detects.

    Raises:
        UnreadableFile: ``data`` is not text.
        EmptyDocument: ``data`` is empty.
    """
    if not data.strip():
        raise EmptyDocument("the file is empty")
    marked_encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for name in filter(None, (marked_encoding, "utf-8")):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(name)
            if not _is_binary(text):
                return text
    # The sample may not show every character; what the encoding lacks is replaced.
    text = data.decode(_detect_encoding(data), "replace")
    if _is_binary(text):
        raise UnreadableFile(_BINARY)
    return text


def _is_binary(text: str) -> bool:
    return text.count("\0") > len(text) // 100


def decode_page(data: bytes) -> str:
    """Decode a web page by the encoding that it declares, else as `decode` does."""
    declaration = _CHARSET_DECLARATION.search(data[:4096])
    if declaration and not data.startswith(tuple(mark for mark, _ in _MARKS)):
        with contextlib.suppress(LookupError, UnicodeDecodeError, ValueError):
            return data.decode(declaration.group(1).decode())
    return decode(data)


def _detect_encoding(data: bytes) -> str:
    """Detect the encoding of ``data`` from its first part. Raises UnreadableFile."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE])
    best = matches.best()
    if best is None or (b"\0" in data[:4096] and not best.encoding.startswith("utf_")):
        raise UnreadableFile(_BINARY)
    # Among equal matches charset-normalizer takes the first by name; the Web's default is likelier.
    equals = [m.encoding for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)]
    return _LIKELIEST if _LIKELIEST in equals else best.encoding


@contextmanager
def text_stream(source: Source) -> Iterator[TextIO]:
    """Open a long file as a stream of text with its own line ends.

    UTF-8 is read piece by piece; other encodings are decoded in memory.

    Raises:
        UnreadableFile, EmptyDocument, SourceNotFound: as `decode` and `Source.open`.
        OverLimit: the file is long and not UTF-8.
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
