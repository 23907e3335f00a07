"""Elements that only a style or a role makes what they are, under the name of such an element: a
table of ``<div role="row">``, words that a style raises or strikes out."""

from __future__ import annotations

import re
from typing import Any

_ROLES = {
    **dict.fromkeys(("table", "grid", "treegrid"), "table"),
    **dict.fromkeys(("cell", "gridcell"), "td"),
    **dict.fromkeys(("columnheader", "rowheader"), "th"),
    "rowgroup": "tbody",
    "row": "tr",
}
_DISPLAYS = {"table": "table", "table-row-group": "tbody", "table-row": "tr", "table-cell": "td"}
_PLAIN = frozenset(("div", "span", "p", "ul", "li", "section"))
_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([\w-]+)", re.IGNORECASE)
_RAISED = re.compile(r"vertical-align\s*:\s*super\b", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration(?:-line)?\s*:[^;]*line-through", re.IGNORECASE)
_CLASS_RULE = re.compile(r"(?<![\w.#>+~\s-])\s*\.([\w-]+)\s*\{([^{}]*)\}")


def name_by_style(tree: Any) -> None:
    """Rename the elements of a page that a style or a role makes cells, raised or struck out."""
    rules = {
        name: style
        for sheet in tree.iter("style")
        for name, style in _CLASS_RULE.findall(sheet.text or "")
        if _RAISED.search(style) or _STRUCK.search(style)
    }
    for element in tree.iter("span", "font", "div", "p", "ul", "li", "section"):
        style = element.get("style") or ""
        if rules:
            names = (element.get("class") or "").split()
            style = ";".join((style, *(rules[name] for name in names if name in rules)))
        role = _ROLES.get(element.get("role") or "")
        display = _DISPLAY.search(style)
        if role or display:
            name = role or _DISPLAYS.get(display[1].lower() if display else "")
            if name and element.tag in _PLAIN and _fits(name, element):
                element.tag = name
        elif element.tag in ("span", "font"):
            if _STRUCK.search(style):
                element.tag = "del"
            elif _RAISED.search(style) and next(element.iter("sup"), None) is None:
                element.tag = "sup"


def _fits(name: str, element: Any) -> bool:
    """Return whether a part of a table stands in the part that it belongs in."""
    above = element.getparent().tag if element.getparent() is not None else None
    if name == "table":
        return True
    if name in ("td", "th"):
        return above == "tr"
    return above in (("table", "tbody") if name == "tr" else ("table",))
