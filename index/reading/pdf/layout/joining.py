"""Lines joined to the text of a paragraph: hyphens at their ends, raised signs, spaces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from sourcebook.index.reading.pdf.text.lines import Line, Sign, written_sign
from sourcebook.index.reading.pdf.text.spacing import is_unspaced
from sourcebook.index.reading.pdf.text.words import SOFT_HYPHEN
from sourcebook.index.structure.writing import BlockWriter

_WORD = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")
_LAST_WORD = re.compile(rf"([\w'’-]+)[-‐{SOFT_HYPHEN}]$")
_FIRST_WORD = re.compile(r"[\w'’]+")
_FIRST_PARTS_TEXT = """
    self well long short high low non half full cross ex mid part real large small so user
    open first second third fourth fifth last two three four five six seven eight nine ten
    twenty thirty forty fifty sixty seventy eighty ninety hundred year state hard soft old
    new best worst ill north south east west all multi year co single double triple higher
    lower better day time
"""
_FIRST_PARTS = frozenset(_FIRST_PARTS_TEXT.split())
_LAST_PARTS_TEXT = """
    term based free year old made called related specific wide known day scale level quality
    class size oriented driven up off out in to the of and style type minded looking
    friendly led owned run funded backed held sized aged priced speed
"""
_LAST_PARTS = frozenset(_LAST_PARTS_TEXT.split())


class DocumentWords:
    """The words of a document, by which a hyphen at the end of a line is judged."""

    def __init__(self, lines: Iterable[Line] = ()) -> None:
        self._words: set[str] = set()
        for line in lines:
            self._words.update(word.lower() for word in _WORD.findall(line.text))

    def join(self, before: str, after: str) -> str:
        """Return ``before``, which ends with a hyphen, without it if ``after`` ends its word."""
        bare = before[:-1]
        first, last = _LAST_WORD.search(before), _FIRST_WORD.match(after)
        if not first or not last:
            return bare + "-"
        left, right = first[1].lower(), last[0].lower()
        if not last[0][0].islower() and not (first[1].isupper() and last[0].isupper()):
            return bare + "-"
        if not left[-1].isalpha():
            return bare + "-"
        if left + right in self._words:
            return bare
        if f"{left}-{right}" in self._words or "-" in left:
            return bare + "-"
        if (left in _FIRST_PARTS and len(right) > 2) or (right in _LAST_PARTS and len(left) > 3):
            return bare + "-"
        return bare


def ends_with_hyphen(text: str) -> bool:
    """Return whether a line ends with a hyphen that may divide a word."""
    return bool(_LAST_WORD.search(text))


class TextJoiner:
    """Writes lines into the open block of a writer, joined to one text."""

    def __init__(self, writer: BlockWriter, vocabulary: DocumentWords) -> None:
        self._writer = writer
        self._vocabulary = vocabulary
        self._tail = ""  # the end of the last line, until it is known what follows
        self.marks: set[str] = set()

    def write(self, lines: Sequence[Line], line_end: str = " ") -> None:
        """Write lines; the last one's end is held back until `close`, or until more follow."""
        for line in lines:
            self._add_line(line, line_end)

    def close(self) -> None:
        """Write what was held back."""
        self._flush(self._tail.replace(SOFT_HYPHEN, "-"))
        self._tail = ""

    def _flush(self, text: str) -> None:
        if text:
            self._writer.write(text)

    def _add_line(self, line: Line, line_end: str) -> None:
        text = line.text
        if self._tail:
            if ends_with_hyphen(self._tail) and line_end != "\n":
                self._tail = self._vocabulary.join(self._tail, text)
            elif not is_unspaced(self._tail, text):
                self._tail += line_end
        if self._writer.page < line.page:
            self._flush(self._tail)
            self._tail = ""
            turn_to(self._writer, line.page)
        for number, piece in enumerate(line.pieces):
            if isinstance(piece, str):
                self._tail += piece
                continue
            after = line.pieces[number + 1] if number + 1 < len(line.pieces) else ""
            self._add_sign(piece, after if isinstance(after, str) else "")
        # A soft hyphen within a line is a hyphen that stands there.
        self._tail = self._tail[:-1].replace(SOFT_HYPHEN, "-") + self._tail[-1:]
        if len(self._tail) > 200:
            cut = len(self._tail) - 100
            self._flush(self._tail[:cut])
            self._tail = self._tail[cut:]

    def _add_sign(self, sign: Sign, after: str) -> None:
        sign_text = written_sign(self._tail, sign.text, after)
        if sign_text is not None:
            self._tail += sign_text
            return
        self._flush(self._tail.rstrip())
        self._writer.mark(sign.text)
        self.marks.add(sign.text)
        self._tail = " " if self._tail.endswith(" ") else ""


def turn_to(writer: BlockWriter, page: int) -> None:
    """Begin pages up to this one."""
    while writer.page < page:
        writer.start_page()
