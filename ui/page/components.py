"""How events of the page are wired: those done at once, those that take their time, and what only
scripts press and fill."""

from __future__ import annotations

from typing import Any

import gradio as gr

__all__ = ["QUICK", "SLOW", "UNSEEN", "focus_on", "script"]

SLOW: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Of an event that waits in Gradio's queue, and may show something again and again."""

QUICK: dict[str, Any] = {**SLOW, "queue": False}
"""Of an event that waits for nobody."""

UNSEEN: dict[str, Any] = {"visible": "hidden", "elem_classes": "sb-unseen"}
"""Of a component that scripts press or fill. By its class too: where a column around it is hidden
and shown again, Gradio shows it."""

_DRAWN_MS = 60
"""Gradio draws a little after the answer has come."""


def script(code: str) -> dict[str, Any]:
    """Of an event that happens in the browser alone."""
    return {"fn": None, "inputs": None, "outputs": None, "js": code, **QUICK}


def focus_on(where: str) -> dict[str, Any]:
    """Of an event that gives the focus to what a CSS selector finds first."""
    look = f"document.querySelector('{where}')?.focus()"
    return script(f"() => setTimeout(() => {look}, {_DRAWN_MS})")


__all__ = ["words"]


def words(html: str) -> gr.HTML:
    """``html`` without a style of Gradio's, and without a click event for each click on it."""
    return gr.HTML(html, apply_default_css=False, js_on_load=None)
