"""How events of the page are wired: those that are done at once, and those that take their time."""

from __future__ import annotations

from typing import Any

__all__ = ["LONG", "QUICK", "focus_on", "script"]

LONG: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Of an event that waits in Gradio's queue, and may show something again and again."""

QUICK: dict[str, Any] = {**LONG, "queue": False}
"""Of an event that waits for nobody."""

_DRAWN_MS = 60
"""Gradio draws a little after the answer has come."""


def script(code: str) -> dict[str, Any]:
    """Of an event that happens in the browser alone."""
    return {"fn": None, "inputs": None, "outputs": None, "js": code, **QUICK}


def focus_on(where: str) -> dict[str, Any]:
    """Of an event that gives the focus to what a CSS selector finds first."""
    look = f"document.querySelector('{where}')?.focus()"
    return script(f"() => setTimeout(() => {look}, {_DRAWN_MS})")
