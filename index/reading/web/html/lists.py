"""The items of lists: what stands before each, and which terms and meanings belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any


def item_markers(element: Any) -> Iterator[str]:
    """Yield what stands before each item of a list."""
    if element.tag != "ol":
        while True:
            yield "•"
    items = [child for child in element if child.tag == "li"]
    is_reversed = "reversed" in element.attrib
    number = _int(element.get("start"), len(items) if is_reversed else 1)
    for item in items:
        number = _int(item.get("value"), number)
        yield f"{_numeral(number, element.get('type') or '')}."
        number += -1 if is_reversed else 1


def _numeral(number: int, kind: str) -> str:
    if kind in ("a", "A") and 0 < number <= 26:
        return chr(ord(kind) + number - 1)
    if kind in ("i", "I") and 0 < number < 40:
        roman = (
            "X" * (number // 10)
            + (*("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"),)[number % 10]
        )
        return roman.lower() if kind == "i" else roman
    return str(number)


def _int(text: str | None, default: int) -> int:
    match = re.fullmatch(r"\s*(-?\d{1,6})\s*", text or "")
    return int(match[1]) if match else default


def definition_groups(element: Any) -> list[list[Any]]:
    """Return the terms of a list of definitions, each with its meanings."""
    groups: list[list[Any]] = []
    for child in element.iter("dt", "dd"):
        if child.getparent() is not element and child.getparent().tag != "div":
            continue
        if not groups or (child.tag == "dt" and groups[-1][-1].tag == "dd"):
            groups.append([])
        groups[-1].append(child)
    return groups
