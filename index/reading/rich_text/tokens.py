"""The tokens of Rich Text Format, version 1.9.1: groups, control words, bytes and characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,40})(?P<number>-?\d{1,10})? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})"
    rb"|\\(?P<symbol>[^a-zA-Z])"
    rb"|(?P<brace>[{}])"
    rb"|(?P<text>[^\\{}\r\n\0]+)"
    rb"|[\r\n\0]+|\\",
    re.DOTALL,
)
_SYMBOL_CHARSET = 2
_CODE_PAGES = {  # \fcharset, by which fonts name their code page
    0: "cp1252",
    77: "mac_roman",
    128: "cp932",
    129: "cp949",
    130: "johab",
    134: "gbk",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
}
SYMBOLS = "of symbols"
"""The code page of fonts of which each character shows another sign."""


class Token(NamedTuple):
    """A token. ``kind`` is "word" (with ``text`` its name), "symbol", "{", "}" or "data" (bytes of
    the present code page)."""

    kind: str
    text: str = ""
    number: int | None = None
    data: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """Yield the tokens of a file; binary data in it is passed over."""
    position = 0
    while match := _TOKEN.match(data, position):
        position = match.end()
        kind = match.lastgroup
        if match["word"]:
            name = match["word"].decode("ascii")
            number = int(match["number"]) if match["number"] else None
            if name == "bin":
                position += max(number or 0, 0)
            else:
                yield Token("word", name, number)
        elif kind == "hex":
            yield Token("data", data=bytes.fromhex(match["hex"].decode("ascii")))
        elif kind == "brace":
            yield Token(match["brace"].decode("ascii"))
        elif kind == "text":
            yield Token("data", data=match["text"])
        elif kind == "symbol":
            yield _symbol(match["symbol"])


def _symbol(symbol: bytes) -> Token:
    if symbol in b"\\{}":
        return Token("data", data=symbol)
    if symbol in b"\r\n":
        return Token("word", "par")
    return Token("symbol", symbol.decode("latin-1"))


def code_page(charset: int) -> str | None:
    """Return the code page of a font's character set; None for that of the document."""
    return SYMBOLS if charset == _SYMBOL_CHARSET else _CODE_PAGES.get(charset)


def decode(data: bytes, page: str) -> str:
    """Return the text of bytes in a code page; what the page lacks is read as cp1252."""
    try:
        return data.decode(page)
    except (UnicodeDecodeError, LookupError):
        return data.decode("cp1252", "replace")
