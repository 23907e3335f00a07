"""Runs of a paragraph in office documents: text, raised text, marks of footnotes, equations."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from sourcebook.index.structure.raised import superscript
from sourcebook.index.structure.writing import BlockWriter

_NEAR = 100  # characters before a raised sign that tell what it is
_SIGNS = re.compile(r"[\s,;]+")


@dataclass(frozen=True, slots=True)
class Raised:
    """Raised text: an exponent, or a mark that was typed by hand."""

    text: str


@dataclass(frozen=True, slots=True)
class NoteMark:
    """The sign of a footnote where the text refers to it."""

    sign: str


@dataclass(frozen=True, slots=True)
class Formula:
    """An equation on one line."""

    text: str


Piece = str | Raised | NoteMark | Formula
"""A run of a paragraph."""

_EMPTY = ("", Raised(""))


def resolve(pieces: Sequence[Piece]) -> Iterator[str | NoteMark | Formula]:
    """Yield the pieces, each raised text as what it is: text, or marks."""
    before = ""
    pieces = join(pieces)
    for number, piece in enumerate(pieces):
        if not isinstance(piece, Raised):
            before = (before + (piece if isinstance(piece, str) else ""))[-_NEAR:]
            yield piece
            continue
        following = pieces[number + 1] if number + 1 < len(pieces) else ""
        after = following if isinstance(following, str) else ""
        text = superscript(before, piece.text, after=after)
        if text is None:
            yield from (NoteMark(sign) for sign in _SIGNS.split(piece.text) if sign)
            if piece.text[-1:].isspace():
                yield " "
        else:
            before += text
            yield text


def join(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the pieces with neighbours of one kind as one."""
    runs: list[Piece] = []
    for kind, run in groupby((piece for piece in pieces if piece not in _EMPTY), type):
        if kind is str:
            text = "".join(piece for piece in run if isinstance(piece, str))
            runs.append(text)
        elif kind is Raised:
            text = "".join(piece.text for piece in run if isinstance(piece, Raised))
            runs.append(Raised(text))
        else:
            runs += run
    return runs


def write_pieces(writer: BlockWriter, pieces: Sequence[Piece]) -> None:
    """Write the pieces of a paragraph into the open block."""
    for piece in resolve(pieces):
        if isinstance(piece, NoteMark):
            writer.mark(piece.sign)
        elif isinstance(piece, Formula):
            with writer.block("formula"):
                writer.write(piece.text)
        else:
            writer.write(piece)


def plain(pieces: Sequence[Piece]) -> str:
    """Return the text of the pieces, without marks."""
    texts = (
        piece if isinstance(piece, str) else piece.text
        for piece in resolve(pieces)
        if not isinstance(piece, NoteMark)
    )
    return "".join(texts).strip()


def is_blank(pieces: Sequence[Piece]) -> bool:
    """Return whether there is nothing to read in the pieces."""
    return not any(
        isinstance(piece, NoteMark) or (piece if isinstance(piece, str) else piece.text).strip()
        for piece in pieces
    )


def has_marks(pieces: Sequence[Piece]) -> bool:
    """Return whether the pieces refer to a footnote."""
    return any(isinstance(piece, NoteMark) for piece in resolve(pieces))
