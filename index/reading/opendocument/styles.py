"""Styles of OpenDocument files: what a paragraph or run is by its style, and how lists count."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from unicodedata import category

from sourcebook.index.reading.office.numerals import numeral
from sourcebook.index.reading.office.symbol_fonts import symbols

_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
TEXT = f"{{{_OASIS}text:1.0}}"
STYLE = f"{{{_OASIS}style:1.0}}"

_MAX_CHAIN = 30  # a style may be its own parent
_MAX_LEVELS = 10
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LEVEL_STYLES = tuple(
    f"{TEXT}{name}"
    for name in (
        "list-level-style-number",
        "list-level-style-bullet",
        "list-level-style-image",
        "outline-level-style",
    )
)
_HEADING = re.compile(r"Heading (\d+)")
_NO_LINE = (None, "none")


class OdfStyles:
    """The styles in the roots of a document's content and styles, by family and name."""

    def __init__(self, *roots: Any) -> None:
        self._styles: dict[tuple[str, str], Any] = {}
        self._lists: dict[str, dict[int, Any]] = {}
        self.outline: dict[int, Any] = {}
        for root in roots:
            for style in root.iter(f"{STYLE}style"):
                key = (style.get(f"{STYLE}family", ""), style.get(f"{STYLE}name", ""))
                self._styles[key] = style
            for style in root.iter(f"{TEXT}list-style"):
                self._lists[style.get(f"{STYLE}name", "")] = _levels(style)
            for style in root.iter(f"{TEXT}outline-style"):
                self.outline = _levels(style)

    def chain(self, family: str, name: str | None) -> Iterator[Any]:
        """Yield a style and its parents, the nearest first."""
        for _ in range(_MAX_CHAIN):
            style = self._styles.get((family, name or ""))
            if style is None:
                return
            yield style
            name = style.get(f"{STYLE}parent-style-name")

    def names(self, paragraph: Any) -> list[str]:
        """Return the names of a paragraph's style and of its parents, as a person sees them."""
        own = paragraph.get(f"{TEXT}style-name")
        names = [
            _display_name(style.get(f"{STYLE}display-name") or style.get(f"{STYLE}name", ""))
            for style in self.chain("paragraph", own)
        ]
        if own:  # a style of the program's own may be named and not defined
            names.append(_display_name(own))
            names += [
                _display_name(style.get(f"{STYLE}parent-style-name", ""))
                for style in self.chain("paragraph", own)
            ]
        return names

    def heading_level(self, paragraph: Any) -> int:
        """Return the level of a heading from 1; 0 for other paragraphs."""
        if paragraph.tag == f"{TEXT}h":
            return _number(paragraph.get(f"{TEXT}outline-level"), 1) or 1
        names = self.names(paragraph)
        if "Title" in names:
            return 1
        for name in names:
            if match := _HEADING.fullmatch(name):
                return int(match[1])
        return 0

    def text_property(self, family: str, name: str | None, attribute: str) -> str | None:
        """Return an attribute of ``style:text-properties``, of a style or its parents."""
        for style in self.chain(family, name):
            for properties in style.iterfind(f"{STYLE}text-properties"):
                value = properties.get(attribute)
                if value is not None:
                    return str(value)
        return None

    def is_raised(self, name: str | None) -> bool:
        """Return whether a style of runs raises them."""
        position = self.text_property("text", name, f"{STYLE}text-position") or ""
        first = position.split(" ")[0]
        return first == "super" or (
            first.endswith("%") and first.strip("0%") != "" and not first.startswith("-")
        )

    def is_struck(self, family: str, name: str | None) -> bool:
        """Return whether a style strikes text out."""
        line = self.text_property(family, name, f"{STYLE}text-line-through-style")
        kind = self.text_property(family, name, f"{STYLE}text-line-through-type")
        return line not in _NO_LINE or kind not in _NO_LINE

    def is_hidden(self, family: str, name: str | None) -> bool:
        """Return whether a style hides text."""
        return self.text_property(family, name, f"{TEXT}display") == "none"

    def list_levels(self, name: str) -> dict[int, Any]:
        """Return the levels of a list style from 1."""
        return self._lists.get(name, {})


@dataclass(slots=True)
class ListCounter:
    """The numbers of a list, by level from 1."""

    levels: dict[int, Any]
    counts: dict[int, int] = field(default_factory=dict)

    def label(self, level: int, start: int | None = None) -> str:
        """Count an item at a level, and return what stands before it."""
        style = self.levels.get(level)
        if style is None:
            return "•"
        if not style.tag.endswith(("list-level-style-number", "outline-level-style")):
            bullet = symbols(style.get(f"{TEXT}bullet-char") or "").strip()
            return bullet if bullet and category(bullet[0]) != "Co" else "•"
        first = _number(style.get(f"{TEXT}start-value"), 1)
        before = self.counts.get(level)
        self.counts[level] = (
            start if start is not None else (first if before is None else before + 1)
        )
        for below in [at for at in self.counts if at > level]:
            del self.counts[below]
        level_count = max(1, min(_number(style.get(f"{TEXT}display-levels"), 1), level))
        numbers = []
        for at in range(level - level_count + 1, level + 1):
            form = self.levels.get(at, style).get(f"{STYLE}num-format", "")
            count = self.counts.setdefault(at, 1)
            if form:
                numbers.append(numeral(count, _FORMS.get(form, "decimal")))
        if not numbers or not style.get(f"{STYLE}num-format"):
            return ""
        prefix, suffix = (style.get(f"{STYLE}num-{end}") or "" for end in ("prefix", "suffix"))
        return f"{prefix}{'.'.join(numbers)}{suffix}".strip()


def _levels(style: Any) -> dict[int, Any]:
    return {
        _number(level.get(f"{TEXT}level"), 1): level
        for level in style
        if level.tag in _LEVEL_STYLES and _number(level.get(f"{TEXT}level"), 1) <= _MAX_LEVELS
    }


def _display_name(name: str) -> str:
    return name.replace("_20_", " ")


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else default
