"""Between the Ask tab and the browser: scripts of its events, and the commands of its buttons."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = [
    "ACT",
    "ARRIVE",
    "ASK",
    "ASK_AGAIN",
    "EMPTY_BOX",
    "EMPTY_BOX_IF_TAKEN",
    "EMPTY_BOX_TO_OPEN",
    "FOCUS_BOX",
    "FOCUS_BOX_IF_FREE",
    "GO",
    "RESTORE_BOX",
    "SCROLL_TO_END",
    "parse_command",
]

FOCUS_BOX = "() => { document.querySelector('#question textarea')?.focus() }"
FOCUS_BOX_IF_FREE = f"() => {{ if (document.activeElement === document.body) ({FOCUS_BOX})() }}"
"""When an answer is complete, its reader may have gone to one of its marks already."""

SCROLL_TO_END = (
    "() => { document.querySelector('#conversation').scrollTop = Number.MAX_SAFE_INTEGER }"
)
_WAY = "window.sourcebook?.way"
_COMMAND = "window.sourcebook?.command || ''"

ASK = f"""async (...args) => {{
    const moment = performance.now();
    await {_WAY};
    return [...args.slice(0, -1), moment];
}}"""
"""Puts the moment of the press last. A question that follows the press of another conversation
waits until that is open: it would be asked in the one before."""

ASK_AGAIN = f"""async (...args) => {{
    const asked = [{_COMMAND}, ...args.slice(1, -1), performance.now()];
    await {_WAY};
    return asked;
}}"""
"""Like `ASK`; puts the command of a button, which ask.js has left, first."""

GO = "(...args) => [...args.slice(0, -1), window.sourcebook?.leave?.() ?? performance.now()]"
"""Puts the moment of the press last; questions wait for `ARRIVE`."""

ACT = f"""(...args) =>
    [{_COMMAND}, ...args.slice(1, -1), window.sourcebook?.leave?.() ?? performance.now()]"""
"""Like `GO`; puts the command of a button first."""

ARRIVE = "() => window.sourcebook?.arrive?.()"

EMPTY_BOX = "() => ''"
EMPTY_BOX_TO_OPEN = f"""() => JSON.parse({_COMMAND} || '{{}}').do === 'open' ? '' : undefined"""
"""What was written is taken away when the other conversation is asked for, not when it comes: by
then its reader may be writing the next question. ``undefined`` leaves the box as it is."""

EMPTY_BOX_IF_TAKEN = "(text, taken) => taken && text === taken ? '' : undefined"
"""The same for a question that was sent: what was written meanwhile stays."""

RESTORE_BOX = "(text) => text ? undefined : window.sourcebookDraft?.() || undefined"


def parse_command(command: str) -> Mapping[str, Any]:
    """Return a button's command; empty when it is no JSON object."""
    try:
        data = json.loads(command)
    except (ValueError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}
