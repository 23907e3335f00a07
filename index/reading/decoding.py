"""Decode bytes: by byte order mark, as UTF-8, as declared, or as charset-normalizer detects.

A declaration that the bytes deny loses: text that is UTF-8 is UTF-8 whatever a page says. The names
of encodings mean what browsers read by them (WHATWG): "iso-8859-1" is Windows-1252. A byte that the
encoding does not have costs its own character and is said; it never costs the file.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from sourcebook.index.errors import EmptyDocument, UnreadableFile
from sourcebook.index.reports import Skipped, left_out

from .code_pages import WINDOWS_1252, is_rare, is_windows_1252, page_of_language
from .source import Source
from .utf8 import Utf8Counts, bad_runs, count_utf8, has_whole_lines, mend, non_ascii

_MARKS = (  # the longer marks first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHARSET_DECLARATION = re.compile(
    rb"""<meta[^>]{0,200}charset=["']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,200}encoding=["']([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_BINARY = "holds binary data, not text"
_LIKELIEST = WINDOWS_1252  # encoding.spec.whatwg.org, "windows-1252"
_SAMPLE = 1 << 18
_BLOCK = 1 << 20

# Encodings of which the Web reads more than Python's codec of that name does.
_WIDER = {"shift_jis": "cp932", "euc-kr": "cp949", "big5": "big5hkscs", "gbk": "gb18030"}
_ASCII_ONLY = frozenset({"iso2022_jp", "iso2022_kr", "hz"})
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text, the encoding that was read, and how many places held bytes that it does not have."""

    text: str
    encoding: str
    bad_places: int = 0

    @property
    def note(self) -> str | None:
        """What is said of the bad bytes; None where there are none."""
        return bad_bytes_note(self.bad_places, self.encoding)


def bad_bytes_note(count: int, encoding: str) -> str | None:
    """Return what is said of bytes that an encoding does not have; None for no byte."""
    if not count:
        return None
    name = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8"}.get(encoding, encoding)
    if count == 1:
        return f"1 byte that is no {name}: its character was guessed or is shown as \ufffd"
    return f"{count} bytes that are no {name}: their characters were guessed or are shown as \ufffd"


def decode(data: bytes, declared: str | None = None) -> str:
    """Return the text of ``data``, as `decode_text` does."""
    return decode_text(data, declared).text


def decode_text(data: bytes, declared: str | None = None) -> DecodedText:
    """Decode ``data``.

    Args:
        data: The bytes of a text.
        declared: The name of the encoding that the text or what it came with declares.

    Raises:
        UnreadableFile: ``data`` is not text.
        EmptyDocument: ``data`` is empty.
    """
    if not data.strip():
        raise EmptyDocument("the file is empty")
    mark_encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    if mark_encoding and mark_encoding != "utf-8-sig":
        result = _replaced(data, mark_encoding)
        if not _is_binary(result.text):
            return result
    codec = codec_name(declared)
    utf8 = None if data.isascii() and codec in _ASCII_ONLY else _as_utf8(data)
    if utf8 is not None and not _is_binary(utf8.text):
        return utf8
    if codec and codec != "utf-8":
        result = _replaced(data, codec)
        if result.bad_places * 10 <= non_ascii(result.text) and not _is_binary(result.text):
            return result
    result = _replaced(data, _detect_encoding(data))
    if _is_binary(result.text):
        raise UnreadableFile(_BINARY)
    return result


def decode_page(data: bytes) -> str:
    """Return the text of a web page, as `decode_page_text` does."""
    return decode_page_text(data).text


def decode_page_text(data: bytes) -> DecodedText:
    """Decode a web page by the encoding that it declares, else as `decode_text` does."""
    declaration = _CHARSET_DECLARATION.search(data[:4096])
    name = (declaration[1] or declaration[2]).decode("ascii", "replace") if declaration else None
    return decode_text(data, name)


def codec_name(label: str | None) -> str | None:
    """Return Python's name for an encoding that a file declares; None where there is none.

    The label means what browsers read by it.
    """
    if not label:
        return None
    import webencodings

    label = label.strip().strip("\"'")
    encoding = webencodings.lookup(label)
    if encoding is None:  # Python knows more spellings ("latin-1") and some more encodings
        try:
            name = codecs.lookup(label).name
            "".encode(name)  # fails for a codec that is no encoding of text
        except (LookupError, ValueError, TypeError):
            return None
        encoding = webencodings.lookup(name)
        if encoding is None:
            return name
    # A file that can say "utf-16" in bytes of one each is not UTF-16.
    if encoding.name.startswith("utf-16"):
        return None
    return _WIDER.get(encoding.name) or str(encoding.codec_info.name)


def _as_utf8(data: bytes) -> DecodedText | None:
    """Decode as UTF-8; None where more is no UTF-8 than is."""
    text = data.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")
    if data.isascii():
        return DecodedText(text, "utf-8")
    counts = count_utf8(text)
    if not counts.is_utf8 and not has_whole_lines(text):
        return None
    return DecodedText(mend(text), "utf-8", counts.bad)


def _replaced(data: bytes, encoding: str) -> DecodedText:
    text = data.decode(encoding, "replace")
    return DecodedText(text, encoding, text.count("\ufffd"))


def _is_binary(text: str) -> bool:
    nulls = text.count("\0")
    return (
        nulls > max(1, len(text) // 100) or len(_CONTROLS.findall(text)) - nulls > len(text) // 20
    )


def _detect_encoding(data: bytes) -> str:
    """Detect the encoding of ``data`` from its first part. Raises UnreadableFile."""
    from charset_normalizer import from_bytes

    matches = from_bytes(data[:_SAMPLE])
    best = matches.best()
    if b"\0" in data[:4096] and (best is None or not best.encoding.startswith("utf_")):
        raise UnreadableFile(_BINARY)
    if best is None:
        return _LIKELIEST
    encoding = best.encoding
    if encoding.startswith("utf_16") and b"\0" not in data:  # every line end and space has one
        return _LIKELIEST
    # Among equal matches charset-normalizer takes the first by name; the Web's default is likelier.
    equals = [m.encoding for m in matches if (m.chaos, m.coherence) == (best.chaos, best.coherence)]
    is_western = is_rare(encoding) and is_windows_1252(data[:_SAMPLE])
    if _LIKELIEST in equals or encoding in ("latin_1", "ascii") or is_western:
        encoding = _LIKELIEST
    if encoding in ("mac_turkish", "mac_iceland"):
        encoding = "mac_roman"
    sample = data[:_SAMPLE]
    return page_of_language(sample, sample.decode(encoding, "replace"), encoding) or encoding


class TextStream(io.TextIOWrapper):
    """A stream of UTF-8 with its own line ends; a byte that is no UTF-8 costs its character."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__(stream, "utf-8-sig", errors="surrogateescape", newline="")
        self.bad_places = 0

    def read(self, size: int | None = -1, /) -> str:
        """Read as a text stream does."""
        return self._mend(super().read(size))

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]
        """Read a line as a text stream does."""
        return self._mend(super().readline(size))

    def __next__(self) -> str:  # type: ignore[override]
        """Return the next line."""
        return self._mend(super().__next__())

    def _mend(self, text: str) -> str:
        self.bad_places += len(bad_runs(text))
        return mend(text)


class DecodedStream(io.StringIO):
    """A text that was decoded in memory, as a stream with its own line ends."""

    def __init__(self, source: DecodedText) -> None:
        super().__init__(source.text, newline="")
        self.source = source


@contextmanager
def text_stream(source: Source) -> Iterator[TextStream | DecodedStream]:
    """Open a long file as a stream of text with its own line ends.

    UTF-8 is read piece by piece; other encodings are decoded in memory. What bytes were no text of
    that encoding is told by `stream_notes` when the stream was read.

    Raises:
        UnreadableFile, EmptyDocument, SourceNotFound: as `decode` and `Source.open`.
        OverLimit: the file is long and not UTF-8.
    """
    if _is_utf8(source):
        with source.open() as stream:
            yield TextStream(stream)
    else:
        yield DecodedStream(decode_text(source.data()))


def stream_notes(source: Source, stream: TextStream | DecodedStream) -> Iterator[Skipped]:
    """Yield what is said of the bytes of a stream that were no text of its encoding."""
    if isinstance(stream, TextStream):
        note = bad_bytes_note(stream.bad_places, "utf-8")
    else:
        note = stream.source.note
    if note:
        yield left_out(source.place, note)


def _is_utf8(source: Source) -> bool:
    """Whether a file is UTF-8, but for some bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    length = nulls = 0
    counts = Utf8Counts()
    with source.open() as stream:
        while block := stream.read(_BLOCK):
            length += len(block)
            nulls += block.count(0)
            if not block.isascii() or decoder.getstate()[0]:
                text = decoder.decode(block)
                counts += count_utf8(text)
    if decoder.getstate()[0]:
        counts += Utf8Counts(bad=1)
    if not length:
        raise EmptyDocument("the file is empty")
    return nulls <= length // 100 and counts.is_utf8
