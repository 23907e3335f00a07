"""Unicode and furniture: what is taken out of a text before it is read, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from .boilerplate import (
    about_the_paper,
    furniture,
    is_button,
    is_list_heading,
    is_menu_word,
    is_section,
)
from .invisible import without_invisible
from .teasers import teaser_blocks

_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
_LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_MENU_RUN = 3  # lines that are words of menus only
_BUTTONS_BESIDE = ("sharing", "comment form", "newsletter", "site menu")
_PASSES = 6  # what is taken out may bring together what is furniture only together


@dataclass(frozen=True, slots=True)
class Removed:
    """Text that was taken out, and the rule that took it."""

    rule: str
    text: str


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text as it will be read, and what was taken out of it, in the order of the text."""

    text: str
    removed: tuple[Removed, ...]


def clean(text: str) -> Cleaned:
    """Normalise Unicode (NFC) and line ends, drop invisible characters and furniture.

    Furniture is lines that belong to a web page and not to its article (`furniture`), blocks of
    teasers (`teasers`), menus, and the sentence at the end in which a paper speaks of itself.
    """
    text, removed = visible(text)
    lines: list[tuple[int, str]] = [
        (number, line.rstrip()) for number, line in enumerate(text.split("\n"))
    ]
    taken: list[tuple[int, Removed]] = []
    for _ in range(_PASSES):
        before = len(taken)
        rules = _rules([line for _, line in lines])
        taken += [
            (n, Removed(rule, line)) for (n, line), rule in zip(lines, rules, strict=True) if rule
        ]
        lines = [kept for kept, rule in zip(lines, rules, strict=True) if not rule]
        lines = _without_about(lines, taken)
        if len(taken) == before:
            break
    taken.sort(key=lambda item: item[0])
    kept_text = _BLANK_LINES.sub("\n\n", "\n".join(line for _, line in lines)).strip()
    return Cleaned(kept_text, (*removed, *(what for _, what in taken)))


def visible(text: str) -> tuple[str, tuple[Removed, ...]]:
    """``text`` in NFC with ``\\n`` line ends, without what is not seen; and what that was."""
    text, counts = without_invisible(_LINE_END.sub("\n", text))
    removed = tuple(
        Removed("invisible character", f"U+{ord(character):04X} x {count}")
        for character, count in counts.items()
    )
    return unicodedata.normalize("NFC", text), removed


def _rules(lines: Sequence[str]) -> list[str | None]:
    """For each line the rule that takes it, or None."""
    rules = [furniture(line) for line in lines]
    for run in _menus(lines, rules):
        for number in run:
            rules[number] = rules[number] or "site menu"
    groups = [run for run in _paragraphs(lines) if not all(rules[number] for number in run)]
    paragraphs = ["\n".join(lines[number] for number in run) for run in groups]
    for block in teaser_blocks(paragraphs):
        for at in block:
            for number in groups[at]:
                heading = is_list_heading(lines[number])
                rules[number] = rules[number] or (
                    "list of other articles" if heading else "teaser of another article"
                )
    left = [number for number, line in enumerate(lines) if line.strip() and not rules[number]]
    for number in left[:-1]:  # above the article: the section it stands in
        if not is_section(lines[number]):
            break
        rules[number] = "name of a section"
    return rules


def _menus(lines: Sequence[str], rules: Sequence[str | None]) -> Iterator[list[int]]:
    """Runs of lines that are words of menus, blank lines aside: long ones, and the buttons that
    stand beside a form or a row of them."""
    told = [number for number, line in enumerate(lines) if line.strip()]
    for is_menu, run in groupby(
        told, key=lambda number: rules[number] in _BUTTONS_BESIDE or is_menu_word(lines[number])
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
    """Numbers of the lines of each paragraph: a line each, or where a text is wrapped the lines up
    to the next blank one. Wrapped is where lines often go on in a small letter."""
    for filled, run in groupby(range(len(lines)), key=lambda number: bool(lines[number].strip())):
        if not filled:
            continue
        numbers = list(run)
        going_on = sum(lines[number].lstrip()[0].islower() for number in numbers[1:])
        if going_on * 3 > len(numbers) - 1:
            yield numbers
        else:
            yield from ([number] for number in numbers)


def _without_about(
    lines: list[tuple[int, str]], taken: list[tuple[int, Removed]]
) -> list[tuple[int, str]]:
    """The lines without the sentence at the end in which a paper speaks of itself."""
    last = next((at for at in range(len(lines) - 1, -1, -1) if lines[at][1].strip()), None)
    if not last:  # a text of one line is what the user wanted to keep
        return lines
    number, line = lines[last]
    sentence = about_the_paper(line, "\n".join(line for _, line in lines))
    if sentence is None:
        return lines
    taken.append((number, Removed("about the paper", sentence)))
    rest = line[: -len(sentence)].rstrip()
    return [*lines[:last], *([(number, rest)] if rest else []), *lines[last + 1 :]]
