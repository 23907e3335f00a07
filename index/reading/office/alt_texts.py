"""Descriptions of pictures that say something, and those that a program wrote."""

from __future__ import annotations

import re

_FILE = re.compile(r"\S+\.(?:png|jpe?g|gif|bmp|tiff?|svg|emf|wmf|webp|heic)", re.IGNORECASE)
_NAME = re.compile(
    r"(?:picture|image|img|grafik|bild|photo|foto|figure|logo|icon|shape|rectangle|chart|diagram"
    r"|screen ?shot|object|graphic|text ?box|placeholder|content)\W*[\d_.-]*",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"description automatically generated|automatically generated description|AI-generated content"
    r"|automatisch generierte beschreibung|description générée automatiquement",
    re.IGNORECASE,
)
_MIN_LENGTH = 12


def alt_text(description: str | None) -> str:
    """Return the description of a picture if a person wrote it and it says something, else ""."""
    text = " ".join((description or "").split())
    if len(text) < _MIN_LENGTH or " " not in text or _MACHINE.search(text):
        return ""
    return "" if _FILE.fullmatch(text) or _NAME.fullmatch(text) else text
