"""Whether bytes are UTF-8 with errors, and what stands in the places of these."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .code_pages import WINDOWS_1252

_BAD_RUN = re.compile("[\udc80-\udcff]+")
_BESIDE_LETTER = re.compile(
    "[^\x00-\x7f\udc80-\udcff][\udc80-\udcff]+|[\udc80-\udcff]+[^\x00-\x7f\udc80-\udcff]"
)


@dataclass(frozen=True, slots=True)
class Utf8Counts:
    """How many characters beyond ASCII are UTF-8, how many runs of bytes are not, and how many of
    these stand beside such a character."""

    good: int = 0
    bad: int = 0
    beside: int = 0

    def __add__(self, other: Utf8Counts) -> Utf8Counts:
        return Utf8Counts(self.good + other.good, self.bad + other.bad, self.beside + other.beside)

    @property
    def is_utf8(self) -> bool:
        """Whether the bytes are UTF-8 with errors. In Chinese of two bytes a character many pairs
        happen to be UTF-8, and all stand side by side."""
        is_of_pairs = self.beside * 2 > self.bad and self.good < 4 * self.bad
        return not self.bad or (self.good > self.bad and not is_of_pairs)


def count_utf8(text: str) -> Utf8Counts:
    """Count what is UTF-8 in a text that was decoded as that with "surrogateescape"."""
    runs = bad_runs(text)
    good = non_ascii(text) - sum(map(len, runs))
    return Utf8Counts(good, len(runs), len(_BESIDE_LETTER.findall(text)))


def has_whole_lines(text: str) -> bool:
    """Return whether at least half of the lines beyond ASCII are UTF-8 without errors, and the
    others have none of it: lines of two encodings in one file."""
    lines = [count_utf8(line) for line in text.splitlines() if not line.isascii()]
    whole = [line for line in lines if not line.bad]
    return len(whole) * 2 >= len(lines) > 1 and all(
        line in whole or not line.good for line in lines
    )


def non_ascii(text: str) -> int:
    """Return how many characters are beyond ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


def bad_runs(text: str) -> list[str]:
    """Return the runs of bytes that are no UTF-8."""
    return _BAD_RUN.findall(text)


def mend(text: str) -> str:
    """Return text decoded with "surrogateescape" with a character for each byte that was no UTF-8:
    that of Windows-1252 where the byte stands alone, else U+FFFD."""
    return _BAD_RUN.sub(_guess, text)


def _guess(run: re.Match[str]) -> str:
    raw = bytes(ord(character) - 0xDC00 for character in run[0])
    # A lead byte with its followers is a longer character of UTF-8 that was cut.
    if len(raw) > 1 and raw[0] >= 0xC2 and all(0x80 <= byte < 0xC0 for byte in raw[1:]):
        return "\ufffd"
    return raw.decode(WINDOWS_1252, "replace")
