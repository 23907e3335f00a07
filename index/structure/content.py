"""What a reader makes of a file: a text with its blocks and pages, before it becomes a document."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sourcebook.index.cleaning.clean import RemovedText

from .blocks import Block

TextRange = tuple[int, int]
"""Start and end of a run of characters."""


@dataclass(frozen=True, slots=True)
class Content:
    """A text, the blocks over it, the offset at which each page begins, and what was left out of
    it, with the reasons."""

    text: str
    blocks: tuple[Block, ...] = ()
    pages: tuple[int, ...] = ()
    removed: tuple[RemovedText, ...] = ()


def cut(content: Content, ranges: Iterable[TextRange]) -> Content:
    """Return ``content`` without these ranges of its text, its blocks and pages moved along.

    Blank lines that would double where something was cut go too, and white space at both ends. A
    block of which nothing remains is dropped.

    Args:
        content: What to cut.
        ranges: In order and disjoint.
    """
    gaps = [gap for gap in ranges if gap[0] < gap[1]]
    if not gaps:
        return content
    shorter, shift = _without(content, gaps)
    joints = [shift.offset_of(start) for start, _ in gaps]
    shorter, _ = _without(shorter, _blank_ranges(shorter.text, joints))
    return shorter


def _blank_ranges(text: str, joints: Iterable[int]) -> list[TextRange]:
    """Return the white space at both ends of ``text``, and line ends over two at the joints."""
    first, last = len(text) - len(text.lstrip()), len(text.rstrip())
    if first >= last:
        return [(0, len(text))]
    ranges = [(0, first)]
    for joint in joints:
        start = len(text[:joint].rstrip("\n"))
        end = joint + len(text[joint:]) - len(text[joint:].lstrip("\n"))
        if first < start and end < last and start + 2 < end and start + 2 >= ranges[-1][1]:
            ranges.append((start + 2, end))
    return [*ranges, (last, len(text))]


def _without(content: Content, gaps: Sequence[TextRange]) -> tuple[Content, _Shift]:
    shift = _Shift(gaps)
    bounds = [0, *(offset for gap in gaps for offset in gap), len(content.text)]
    text = "".join(
        content.text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)
    )
    return (
        replace(
            content,
            text=text,
            blocks=_cut_blocks(content.blocks, shift, text),
            pages=tuple(shift.offset_of(page) for page in content.pages),
        ),
        shift,
    )


class _Shift:
    """Maps offsets of a text to those of the text without some ranges."""

    def __init__(self, gaps: Sequence[TextRange]) -> None:
        self._gaps = gaps
        self._starts = [start for start, _ in gaps]
        self._before = [0]  # characters cut before each gap
        for start, end in gaps:
            self._before.append(self._before[-1] + end - start)

    def offset_of(self, offset: int) -> int:
        """Return where the character at ``offset`` is now; one that was cut is where the cut is."""
        count = bisect_right(self._starts, offset)
        if count and offset < self._gaps[count - 1][1]:
            return self._gaps[count - 1][0] - self._before[count - 1]
        return offset - self._before[count]


def _cut_blocks(
    blocks: Iterable[Block], shift: _Shift, text: str, within: TextRange | None = None
) -> tuple[Block, ...]:
    first, last = within or (0, len(text))
    remaining: list[Block] = []
    for block in blocks:
        start = min(max(shift.offset_of(block.start), first), last)
        end = min(max(shift.offset_of(block.end), start), last)
        while start < end and text[start].isspace() and block.kind != "code":
            start += 1
        while start < end and text[end - 1].isspace():
            end -= 1
        if start == end and block.start < block.end:
            continue
        children = _cut_blocks(block.children, shift, text, (start, end))
        remaining.append(
            replace(block, start=start, end=end, text=text[start:end], children=children)
        )
    return tuple(remaining)
