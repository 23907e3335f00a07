"""The script of the element: one file, made of the parts that other doors use too."""

from __future__ import annotations

import hashlib
import json
from functools import cache

from .static_files import static_text

__all__ = ["script", "script_tag"]


@cache
def script() -> str:
    """Return the whole script: it leaves one name in the page, that of the element."""
    styles = static_text("answer.css") + static_text("chat.css")
    return "\n".join(
        (
            "(() => {",
            '"use strict";',
            f"const STYLES = {json.dumps(_shortened(styles))};",
            _shortened(static_text("answer.js")),
            _shortened(static_text("chat.js")),
            "})();",
        )
    )


@cache
def script_tag() -> str:
    """Return what tells one version of the script from another, for the browser's cache."""
    return hashlib.sha256(script().encode()).hexdigest()[:32]


def _shortened(text: str) -> str:
    """Return the text without indentation, empty lines and lines that are comments."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/**")))
