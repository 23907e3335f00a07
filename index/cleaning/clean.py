"""Normalise a text and remove its boilerplate, with a reason for each removal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from .boilerplate import (
    LINE_RULES,
    boilerplate_rule,
    find_self_description,
    is_button,
    is_list_heading,
    is_menu_word,
    is_section_name,
)
from .invisible import drop_invisible_characters
from .teasers import teaser_blocks

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MENU_RUN = 3  # lines that are words of menus only
_BUTTONS_BESIDE = ("sharing", "comment form", "newsletter", "site menu")
_PASSES = 6  # a removal may bring together lines that are boilerplate only together

RULES = LINE_RULES | {
    *("site menu", "stray mark", "list of other articles", "teaser of another article"),
    *("name of a section", "about the paper"),
}
"""The names of all rules of `find_boilerplate`."""


@dataclass(frozen=True, slots=True)
class RemovedText:
    """Text that was removed, and the name of the rule."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class CleanText:
    """A clean text, and what was removed from it, in the order of the text."""

    text: str
    removed: tuple[RemovedText, ...]


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """A run of a text that does not belong to its article, and the name of the rule."""

    start: int
    end: int
    rule: str


def clean(text: str) -> CleanText:
    """Normalise Unicode (NFC) and line ends, drop invisible characters and boilerplate."""
    text, removals = strip_invisible(text)
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    runs = find_boilerplate(text)
    bounds = [0, *(offset for run in runs for offset in (run.start, run.end)), len(text)]
    pieces = [text[start:end] for start, end in zip(bounds[::2], bounds[1::2], strict=True)]
    clean_text = _BLANK_LINES.sub("\n\n", "".join(pieces)).strip()
    return CleanText(clean_text, (*removals, *(removed_text(text, run) for run in runs)))


def removed_text(text: str, run: Boilerplate) -> RemovedText:
    """Return what a reader is shown of a run that was removed from ``text``."""
    return RemovedText(run.rule, text[run.start : run.end].strip())


def find_boilerplate(text: str) -> list[Boilerplate]:
    """Return the boilerplate of a text that was scraped from the web, in order.

    That is lines that do not belong to the article (`boilerplate`), with their line ends, blocks of
    teasers (`teasers`), menus, and a last sentence that describes the newspaper itself.
    """
    lines: list[_Line] = []
    offset = 0
    for line in text.split("\n"):
        lines.append(_Line(offset, line.rstrip()))
        offset += len(line) + 1
    runs: list[Boilerplate] = []
    for _ in range(_PASSES):
        previous_count = len(runs)
        rules = _rules([line.text for line in lines])
        runs += [
            Boilerplate(line.start, min(len(text), line.start + _length(text, line)), rule)
            for line, rule in zip(lines, rules, strict=True)
            if rule
        ]
        lines = [line for line, rule in zip(lines, rules, strict=True) if not rule]
        lines = _without_self_description(lines, runs)
        if len(runs) == previous_count:
            break
    return sorted(runs, key=lambda run: run.start)


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    text: str


def _length(text: str, line: _Line) -> int:
    """Return the length of a whole line with its end."""
    end = text.find("\n", line.start)
    return (end + 1 if end >= 0 else len(text)) - line.start


def strip_invisible(text: str) -> tuple[str, tuple[RemovedText, ...]]:
    """Return ``text`` in NFC with ``\\n`` line ends and no invisible characters, and those."""
    text, counts = drop_invisible_characters(_LINE_END.sub("\n", text))
    removals = tuple(
        RemovedText("invisible character", f"U+{ord(character):04X} x {count}")
        for character, count in counts.items()
    )
    return unicodedata.normalize("NFC", text), removals


def _rules(lines: Sequence[str]) -> list[str | None]:
    """Return the rule that removes each line, or None."""
    rules = [boilerplate_rule(line) for line in lines]
    for run in _menus(lines, rules):
        for number in run:
            rules[number] = rules[number] or "site menu"
    groups = [run for run in _paragraphs(lines) if not all(rules[number] for number in run)]
    paragraphs = ["\n".join(lines[number] for number in run) for run in groups]
    for block in teaser_blocks(paragraphs):
        for position in block:
            for number in groups[position]:
                heading = is_list_heading(lines[number])
                rules[number] = rules[number] or (
                    "list of other articles" if heading else "teaser of another article"
                )
    remaining = [number for number, line in enumerate(lines) if line.strip() and not rules[number]]
    for number in remaining[:-1]:  # the section name above the article
        if not is_section_name(lines[number]):
            break
        rules[number] = "name of a section"
    return rules


def _menus(lines: Sequence[str], rules: Sequence[str | None]) -> Iterator[list[int]]:
    """Yield long runs of menu words, and the buttons beside a form or a row of them.

    Blank lines do not count.
    """
    text_lines = [number for number, line in enumerate(lines) if line.strip()]
    for is_menu, run in groupby(
        text_lines,
        key=lambda number: rules[number] in _BUTTONS_BESIDE or is_menu_word(lines[number]),
    ):
        numbers = list(run)
        words = [number for number in numbers if not rules[number]]
        if not is_menu:
            continue
        if len(words) >= _MENU_RUN:
            yield words
        elif len(words) < len(numbers):
            yield [number for number in words if is_button(lines[number])]


def _paragraphs(lines: Sequence[str]) -> Iterator[list[int]]:
    """Yield the line numbers of each paragraph.

    A paragraph is one line or, where lines often begin in a small letter, all lines up to the next
    blank one.
    """
    for filled, run in groupby(range(len(lines)), key=lambda number: bool(lines[number].strip())):
        if not filled:
            continue
        numbers = list(run)
        going_on = sum(lines[number].lstrip()[0].islower() for number in numbers[1:])
        if going_on * 3 > len(numbers) - 1:
            yield numbers
        else:
            yield from ([number] for number in numbers)


def _without_self_description(lines: list[_Line], runs: list[Boilerplate]) -> list[_Line]:
    """Return the lines without a last sentence that describes the newspaper itself."""
    last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at].text.strip()), None)
    if not last:  # a text of one line is the article
        return lines
    line = lines[last]
    sentence = find_self_description(line.text, "\n".join(line.text for line in lines))
    if sentence is None:
        return lines
    end = line.start + len(line.text)
    remainder = line.text[: -len(sentence)].rstrip()
    runs.append(Boilerplate(line.start + len(remainder), end, "about the paper"))
    return [
        *lines[:last],
        *([_Line(line.start, remainder)] if remainder else []),
        *lines[last + 1 :],
    ]
