"""The plain text of a mail: its paragraphs, with quoted replies as quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from sourcebook.index.structure.plain_text import write_paragraph
from sourcebook.index.structure.writing import BlockWriter

_QUOTE = re.compile(r"(?:> ?)+|>")
_REPLY = re.compile(
    r"-{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|originalnachricht"
    r"|message d[’']origine|mensaje original|messaggio originale|mensagem original"
    r"|oorspronkelijk bericht)\s*-{2,}",
    re.IGNORECASE,
)
_RULE = re.compile(r"_{20,}|-{20,}")
_FROM = re.compile(r"\*?(?:from|von|de|da|van)\s?:\*?\s", re.IGNORECASE)
_SENT_LINE = re.compile(
    r"\*?(?:sent|date|gesendet|datum|envoyé|enviado|inviato|data|verzonden)\s?:\*?\s", re.IGNORECASE
)
_DEEPEST = 20


def write_plain_part(writer: BlockWriter, text: str, *, is_flowed: bool = False) -> None:
    """Write the text of a part.

    Lines that begin with ">", and all below "Original Message", are quotes.

    Args:
        writer: What the text is written into.
        text: The text of the part.
        is_flowed: Whether a space at the end of a line says that its paragraph goes on.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    reply = next((at for at in range(len(lines)) if _is_reply(lines, at)), len(lines))
    _write_lines(writer, [_depth_and_text(line) for line in lines[:reply]], 0, is_flowed)
    if reply < len(lines):
        with writer.block("quote"):
            _write_lines(writer, [_depth_and_text(line) for line in lines[reply:]], 0, is_flowed)


def _is_reply(lines: Sequence[str], at: int) -> bool:
    """Whether the message that is answered begins in a line."""
    line = lines[at].strip()
    if _REPLY.fullmatch(line):
        return True
    if not _RULE.fullmatch(line):
        return False
    head = [below.strip() for below in lines[at + 1 : at + 8] if below.strip()]
    return bool(head and _FROM.match(head[0]) and any(_SENT_LINE.match(line) for line in head[1:4]))


def _depth_and_text(line: str) -> tuple[int, str]:
    match = _QUOTE.match(line)
    if match is None:
        return 0, line
    return min(match[0].count(">"), _DEEPEST), line[match.end() :]


def _write_lines(
    writer: BlockWriter, lines: Sequence[tuple[int, str]], depth: int, is_flowed: bool
) -> None:
    for is_deeper, run in groupby(lines, lambda line: line[0] > depth):
        inner = list(run)
        if is_deeper:
            with writer.block("quote"):
                _write_lines(writer, inner, depth + 1, is_flowed)
            continue
        for paragraph in _paragraphs([text for _, text in inner], is_flowed):
            write_paragraph(writer, paragraph)


def _paragraphs(lines: Sequence[str], is_flowed: bool) -> Iterator[str]:
    for has_text, run in groupby(lines, lambda line: bool(line.strip())):
        if not has_text:
            continue
        text = ""
        for line in run:
            # "-- " above a signature ends in a space and does not flow.
            flows = is_flowed and line.endswith(" ") and line != "-- "
            text += line if flows else f"{line}\n"
        yield text.rstrip()
