"""Subtitles (.srt, .vtt): what is said, in sentences, each with the time at which it begins."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

from sourcebook.index.documents.making import make_document
from sourcebook.index.documents.records import Document
from sourcebook.index.errors import UnreadableFile
from sourcebook.index.structure.writing import BlockWriter

_TIME = r"(?:(\d{1,4}):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?$")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<\d[\d:.,]*>|\{\\[^{}]*\}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION|WEBVTT)(?:\s|$)")
_ENDS = re.compile(r"[.!?…。！？][\"”’')\]]*$")
_PAUSE = 3.0
"""Seconds without a word, after which a new item begins."""

_LONGEST = 400
"""Characters of an item; a longer sentence is cut at the end of a cue."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown from ``start`` to ``end`` seconds."""

    start: float
    end: float
    text: str
    speaker: str = ""


def read_subtitles(path: Path, text: str) -> Document:
    """Make a document of the subtitles of a film or recording.

    The cues of a sentence are one item, whose marker is the time at which it begins.

    Raises:
        UnreadableFile: the text has no line of times.
    """
    cues = list(_cues(text))
    if not cues and text.strip() and not text.lstrip("\ufeff").startswith("WEBVTT"):
        raise UnreadableFile("has no times: it holds no subtitles")
    writer = BlockWriter()
    with writer.block("list"):
        for item in _items(_without_repetition(cues)):
            with writer.block("item", marker=f"[{_clock(item.start)}]"):
                writer.write(f"{item.speaker}: {item.text}" if item.speaker else item.text)
    media_type = "text/vtt" if path.suffix.lower() == ".vtt" else "application/x-subrip"
    return make_document(writer.content(), path=str(path), media_type=media_type)


def _cues(text: str) -> Iterator[Cue]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    starts = [number for number, line in enumerate(lines) if _TIMES.match(line)]
    for number, following in pairwise([*starts, len(lines)]):
        times = _TIMES.match(lines[number])
        assert times is not None
        start, end = _seconds(*times.groups()[:4]), _seconds(*times.groups()[4:])
        body = lines[number + 1 : following]
        # Right above the next times stands the number or name of that cue.
        if following < len(lines) and _is_name(body):
            body.pop()
        cue_lines: list[str] = []
        for line in body:
            if _NO_CUE.match(line) and cue_lines and not cue_lines[-1].strip():
                break
            cue_lines.append(line)
        yield from _of_speakers(start, end, "\n".join(cue_lines))


def _is_name(body: list[str]) -> bool:
    """Whether the last line above the next times is the number or name of that cue."""
    has_line = len(body) > 1 and bool(body[-1].strip())
    return has_line and (body[-1].strip().isdigit() or not body[-2].strip())


def _of_speakers(start: float, end: float, text: str) -> Iterator[Cue]:
    parts = _VOICE.split(text)
    for speaker, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        words = " ".join(html.unescape(_TAG.sub("", part)).split())
        if words:
            yield Cue(start, end, words, " ".join(html.unescape(speaker).split()))


def _without_repetition(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Yield the cues without what the one before shows too, as rolling captions do."""
    before = ""
    for cue in cues:
        text = cue.text
        if before and text.startswith(before) and len(before.split()) > 1:
            text = text[len(before) :].strip()
        elif before and before.endswith(text) and len(text.split()) > 2:
            text = ""
        if text:
            yield replace(cue, text=text)
            before = text


def _items(cues: Iterable[Cue]) -> Iterator[Cue]:
    """Yield the cues, those of one sentence joined."""
    item: Cue | None = None
    for cue in cues:
        goes_on = (
            item is not None
            and not _ENDS.search(item.text)
            and cue.start - item.end < _PAUSE
            and cue.speaker in ("", item.speaker)
            and len(item.text) + len(cue.text) < _LONGEST
            and not cue.text.startswith(("-", "–", "—", "♪", "["))
        )
        if item is not None and goes_on:
            item = replace(item, end=cue.end, text=f"{item.text} {cue.text}")
            continue
        if item is not None:
            yield item
        item = cue
    if item is not None:
        yield item


def _seconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{fraction or 0}")


def _clock(seconds: float) -> str:
    full_seconds = int(seconds)
    return f"{full_seconds // 3600:02}:{full_seconds // 60 % 60:02}:{full_seconds % 60:02}"
