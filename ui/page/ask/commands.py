"""Between the Ask tab and the browser: scripts of its events, and the commands of its buttons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = [
    "FOCUS_BOX",
    "FOCUS_BOX_IF_FREE",
    "SCROLL_TO_END",
    "WITH_COMMAND",
    "WITH_MOMENT",
    "parse_command",
]

FOCUS_BOX = "() => { document.querySelector('#question textarea')?.focus() }"
FOCUS_BOX_IF_FREE = f"() => {{ if (document.activeElement === document.body) ({FOCUS_BOX})() }}"
"""When an answer is complete, its reader may have gone to one of its marks already."""

SCROLL_TO_END = (
    "() => { document.querySelector('#conversation').scrollTop = Number.MAX_SAFE_INTEGER }"
)
WITH_COMMAND = (
    "(...args) => [window.sourcebook?.command || '', ...args.slice(1, -1), performance.now()]"
)
"""Puts the command of a button, which ask.js has left, first, and the moment of the press last."""

WITH_MOMENT = "(...args) => [...args.slice(0, -1), performance.now()]"
"""Puts the moment of the press last."""


def parse_command(command: str) -> Mapping[str, Any]:
    """Return a button's command; empty when it is no JSON object."""
    try:
        data = json.loads(command)
    except (ValueError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}
