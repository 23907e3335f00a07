"""Normalise a text and remove its boilerplate, with a reason for each removal."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from .boilerplate import (
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


def clean(text: str) -> CleanText:
    """Normalise Unicode (NFC) and line ends, drop invisible characters and boilerplate.

    Boilerplate is lines of a web page that do not belong to its article (`boilerplate`), blocks of
    teasers (`teasers`), menus, and a last sentence that describes the newspaper itself.
    """
    text, removed = strip_invisible(text)
    lines: list[tuple[int, str]] = [
        (number, line.rstrip()) for number, line in enumerate(text.split("\n"))
    ]
    removals: list[tuple[int, RemovedText]] = []
    for _ in range(_PASSES):
        previous_count = len(removals)
        rules = _rules([line for _, line in lines])
        removals += [
            (n, RemovedText(rule, line))
            for (n, line), rule in zip(lines, rules, strict=True)
            if rule
        ]
        lines = [entry for entry, rule in zip(lines, rules, strict=True) if not rule]
        lines = _without_self_description(lines, removals)
        if len(removals) == previous_count:
            break
    removals.sort(key=lambda item: item[0])
    kept_text = _BLANK_LINES.sub("\n\n", "\n".join(line for _, line in lines)).strip()
    return CleanText(kept_text, (*removed, *(removal for _, removal in removals)))


def strip_invisible(text: str) -> tuple[str, tuple[RemovedText, ...]]:
    """Return ``text`` in NFC with ``\\n`` line ends and no invisible characters, and those."""
    text, counts = drop_invisible_characters(_LINE_END.sub("\n", text))
    removed = tuple(
        RemovedText("invisible character", f"U+{ord(character):04X} x {count}")
        for character, count in counts.items()
    )
    return unicodedata.normalize("NFC", text), removed


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


def _without_self_description(
    lines: list[tuple[int, str]], removals: list[tuple[int, RemovedText]]
) -> list[tuple[int, str]]:
    """Return the lines without a last sentence that describes the newspaper itself."""
    last_line = next((at for at in range(len(lines) - 1, -1, -1) if lines[at][1].strip()), None)
    if not last_line:  # a text of one line is the article
        return lines
    number, line = lines[last_line]
    sentence = find_self_description(line, "\n".join(line for _, line in lines))
    if sentence is None:
        return lines
    removals.append((number, RemovedText("about the paper", sentence)))
    remainder = line[: -len(sentence)].rstrip()
    return [
        *lines[:last_line],
        *([(number, remainder)] if remainder else []),
        *lines[last_line + 1 :],
    ]
