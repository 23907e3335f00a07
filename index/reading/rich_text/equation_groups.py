"""Equations in Rich Text Format: their groups are called as the elements of OMML, with an m."""

from __future__ import annotations

import re
from typing import Any

from sourcebook.index.reading.office.equations import MATH

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")  # no characters of XML

# --- Equations ----------------------------------------------------------------------------


def begin_element(parent: Any | None, name: str) -> Any:
    """Return the element that a control word begins.

    Args:
        parent: The element around it; None for the equation itself.
        name: The control word.
    """
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    tag = f"{MATH}{'oMath' if name == 'moMath' else name[1:]}"
    return etree.Element(tag) if parent is None else etree.SubElement(parent, tag)


def write_text(element: Any, text: str) -> None:
    """Write the text of a run, or the value of a property."""
    from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

    text = _CONTROLS.sub("", text)
    if element.tag == f"{MATH}r":
        etree.SubElement(element, f"{MATH}t").text = text
    elif element.tag.startswith(MATH):
        element.set(f"{MATH}val", element.get(f"{MATH}val", "") + text.strip())
