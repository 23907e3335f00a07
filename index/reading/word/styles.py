"""Styles of a Word document: what a paragraph or run is by its style and those it is based on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_MAX_CHAIN = 30  # a style may be based on itself
_OFF = ("0", "false", "off", "none")
_BODY_LEVEL = 9  # the outline level of text that is no heading
_HEADING = re.compile(r"heading (\d)")
_LIST = re.compile(r"list (bullet|number)(?: (\d))?")
_CODE = re.compile(r"html preformatted|preformatted text|macro text|.*\bcode\b.*")


@dataclass(frozen=True, slots=True)
class Style:
    """A style as the file has it."""

    name: str
    based_on: str | None
    element: Any


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, element: Any | None) -> None:
        self._styles: dict[str, Style] = {}
        self._run_styles: dict[str, Mapping[str, Any]] = {}
        self.default: str | None = None
        for style in element.iterfind(f"{W}style") if element is not None else ():
            identity = style.get(f"{W}styleId", "")
            name = style.find(f"{W}name")
            based_on = style.find(f"{W}basedOn")
            self._styles[identity] = Style(
                (value(name) or identity).lower(), value(based_on), style
            )
            if style.get(f"{W}type") == "paragraph" and is_on(style.get(f"{W}default", "0")):
                self.default = identity

    def chain(self, identity: str | None) -> Iterator[Style]:
        """Yield a style and those it is based on, the nearest first."""
        for _ in range(_MAX_CHAIN):
            style = self._styles.get(identity or "")
            if style is None:
                return
            yield style
            identity = style.based_on

    def names(self, paragraph: Any) -> list[str]:
        """Return the names of a paragraph's style and of those it is based on."""
        return [style.name for style in self.chain(self._id(paragraph))]

    def paragraph_property(self, paragraph: Any, tag: str) -> Any | None:
        """Return an element of ``w:pPr``, of the paragraph itself or of its style."""
        own = paragraph.find(f"{W}pPr/{W}{tag}")
        if own is not None:
            return own
        for style in self.chain(self._id(paragraph)):
            element = style.element.find(f"{W}pPr/{W}{tag}")
            if element is not None:
                return element
        return None

    def run_properties(self, run: Any) -> Mapping[str, Any]:
        """Return the elements of ``w:rPr`` by their tags, of a run and of its style."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return {}
        own = {child.tag: child for child in properties}
        style = value(own.get(f"{W}rStyle"))
        return {**self._run_style(style), **own} if style else own

    def _run_style(self, identity: str) -> Mapping[str, Any]:
        if identity not in self._run_styles:
            properties: dict[str, Any] = {}
            for style in self.chain(identity):
                for child in style.element.iterfind(f"{W}rPr/*"):
                    properties.setdefault(child.tag, child)
            self._run_styles[identity] = properties
        return self._run_styles[identity]

    def heading_level(self, paragraph: Any) -> int:
        """Return the level of a heading from 1; 0 for other paragraphs."""
        names = self.names(paragraph)
        for name in names:
            if match := _HEADING.fullmatch(name):
                return int(match[1])
        if "title" in names:
            return 1
        outline = value(self.paragraph_property(paragraph, "outlineLvl")) or ""
        return int(outline) + 1 if outline.isdecimal() and int(outline) < _BODY_LEVEL else 0

    def list_style(self, paragraph: Any) -> tuple[str, int] | None:
        """Return "bullet" or "number", and the level from 0, of a style made for lists."""
        for name in self.names(paragraph):
            if match := _LIST.fullmatch(name):
                return match[1], int(match[2] or 1) - 1
        return None

    def is_code(self, paragraph: Any) -> bool:
        """Return whether the style is that of code."""
        return any(_CODE.fullmatch(name) for name in self.names(paragraph))

    def _id(self, paragraph: Any) -> str | None:
        return value(paragraph.find(f"{W}pPr/{W}pStyle")) or self.default


def value(element: Any | None) -> str | None:
    """Return the ``w:val`` of an element."""
    return None if element is None else element.get(f"{W}val")


def is_on(text: str | None) -> bool:
    """Return whether the value of a switch is on; one that stands there without a value is."""
    return text is None or text.lower() not in _OFF


def has_switch(element: Any | None) -> bool:
    """Return whether an element that switches something on is there, and not switched off."""
    return element is not None and is_on(value(element))
