"""Numbers and bullets of a Word document's lists, as Word counts them (ECMA-376, 17.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sourcebook.index.reading.office.numerals import numeral
from sourcebook.index.reading.office.symbol_fonts import symbols

from .styles import W, is_on, value

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_BULLET = "•"


@dataclass(frozen=True, slots=True)
class Label:
    """What stands before a paragraph of a list: the text, its level from 0, and which list."""

    text: str
    level: int
    key: str


@dataclass(frozen=True, slots=True)
class _Level:
    format: str
    text: str
    start: int
    restart: int  # the count of levels above of which a new number starts this one anew
    is_legal: bool
    font: str
    style: str | None


class Numbering:
    """The lists of a document; `label` counts on."""

    def __init__(self, element: Any | None) -> None:
        self._abstract: dict[str, Any] = {}
        self._nums: dict[str, Any] = {}
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counters: dict[str, list[int | None]] = {}
        self._begun: set[tuple[str, int]] = set()
        if element is None:
            return
        for child in element:
            if child.tag == f"{W}abstractNum":
                self._abstract[child.get(f"{W}abstractNumId", "")] = child
            elif child.tag == f"{W}num":
                self._nums[child.get(f"{W}numId", "")] = child

    def label(self, number: str, level: int | None, style: str | None = None) -> Label | None:
        """Return the label of the next paragraph of a list, and count it.

        Args:
            number: The ``w:numId``.
            level: The ``w:ilvl`` from 0; by default the level that belongs to the style.
            style: The id of the paragraph's style.
        """
        levels = self._levels_of(number)
        if not levels:
            return None
        if level is None:
            level = next((at for at, entry in levels.items() if style and entry.style == style), 0)
        entry = levels.get(level)
        if entry is None:
            return None
        key = self._abstract_id(number)
        counters = self._counters.setdefault(key, [None] * _LEVELS)
        self._count(counters, levels, level, number)
        if entry.format == "bullet":
            text = symbols(entry.text, entry.font).strip()
            if text == "o" and "courier" in entry.font.lower():
                text = "◦"
            return Label(text or _BULLET, level, number)
        if entry.format == "none" and not _PLACE.search(entry.text):
            return Label(entry.text.strip(), level, number)

        def numbered(match: re.Match[str]) -> str:
            at = int(match[1]) - 1
            other = levels.get(at, entry)
            count = counters[at] if counters[at] is not None else other.start
            return numeral(count or 0, "decimal" if entry.is_legal else other.format)

        return Label(_PLACE.sub(numbered, entry.text).strip(), level, number)

    def _count(
        self, counters: list[int | None], levels: dict[int, _Level], level: int, number: str
    ) -> None:
        start = self._start_override(number, level)
        if start is not None and (number, level) not in self._begun:
            counters[level] = start
        else:
            before = counters[level]
            counters[level] = levels[level].start if before is None else before + 1
        self._begun.add((number, level))
        for above in range(level):
            if counters[above] is None:
                counters[above] = levels[above].start if above in levels else 1
        for below in range(level + 1, _LEVELS):
            restart = levels[below].restart if below in levels else below
            if level < restart:
                counters[below] = None

    def _abstract_id(self, number: str) -> str:
        num = self._nums.get(number)
        return value(num.find(f"{W}abstractNumId")) or "" if num is not None else ""

    def _start_override(self, number: str, level: int) -> int | None:
        for override in self._nums[number].iterfind(f"{W}lvlOverride"):
            if override.get(f"{W}ilvl") == str(level):
                return _integer(value(override.find(f"{W}startOverride")), None)
        return None

    def _levels_of(self, number: str) -> dict[int, _Level]:
        if number not in self._levels:
            abstract = self._abstract_of(number)
            levels = _read_levels(abstract) if abstract is not None else {}
            num = self._nums.get(number)
            for override in num.iterfind(f"{W}lvlOverride") if num is not None else ():
                levels |= _read_levels(override)
            self._levels[number] = levels
        return self._levels[number]

    def _abstract_of(self, number: str) -> Any | None:
        """Return the definition of a list; one may name a style that another defines."""
        abstract = self._abstract.get(self._abstract_id(number))
        link = value(abstract.find(f"{W}numStyleLink")) if abstract is not None else None
        if link:
            for other in self._abstract.values():
                if value(other.find(f"{W}styleLink")) == link:
                    return other
        return abstract


def _read_levels(parent: Any) -> dict[int, _Level]:
    levels: dict[int, _Level] = {}
    for element in parent.iterfind(f"{W}lvl"):
        at = _integer(element.get(f"{W}ilvl"), 0) or 0
        if not 0 <= at < _LEVELS:
            continue
        fonts = element.find(f"{W}rPr/{W}rFonts")
        legal = element.find(f"{W}isLgl")
        levels[at] = _Level(
            value(_format(element)) or "decimal",
            value(element.find(f"{W}lvlText")) or "",
            _integer(value(element.find(f"{W}start")), 1) or 0,
            at
            if (restart := _integer(value(element.find(f"{W}lvlRestart")), None)) is None
            else restart,
            legal is not None and is_on(value(legal)),
            (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else "",
            value(element.find(f"{W}pStyle")),
        )
    return levels


def _format(level: Any) -> Any | None:
    """Return the element that names the form of the numbers; newer ones stand in a choice."""
    own = level.find(f"{W}numFmt")
    return own if own is not None else next(level.iter(f"{W}numFmt"), None)


def _integer(text: str | None, default: int | None) -> int | None:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default
