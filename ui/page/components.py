"""Options of events and components that the whole page uses."""

from __future__ import annotations

from typing import Any

import gradio as gr

__all__ = ["HIDDEN", "QUEUED", "UNQUEUED", "focus_on", "html_component", "script"]

QUEUED: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Options of an event that waits in Gradio's queue, and may show several values in turn."""

UNQUEUED: dict[str, Any] = {**QUEUED, "queue": False}
"""Options of an event that runs at once."""

HIDDEN: dict[str, Any] = {"visible": "hidden", "elem_classes": "sb-unseen"}
"""Options of a component that only scripts press or fill.

The class hides it too: Gradio shows it when a column around it is hidden and shown again.
"""

_REDRAW_MS = 60
"""How long Gradio takes to redraw after a reply."""


def script(code: str) -> dict[str, Any]:
    """Return the options of an event that only runs ``code`` in the browser."""
    return {"fn": None, "inputs": None, "outputs": None, "js": code, **UNQUEUED}


def focus_on(selector: str) -> dict[str, Any]:
    """Return the options of an event that focuses the first element of a CSS selector."""
    focus = f"document.querySelector('{selector}')?.focus()"
    return script(f"() => setTimeout(() => {focus}, {_REDRAW_MS})")


def html_component(html: str) -> gr.HTML:
    """Return a component with ``html``, without Gradio's style and its events for each click."""
    return gr.HTML(html, apply_default_css=False, js_on_load=None)
