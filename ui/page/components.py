"""Options of events and components that the whole page uses."""

from __future__ import annotations

from typing import Any

import gradio as gr

__all__ = [
    "AT_ONCE",
    "INVISIBLE",
    "IN_QUEUE",
    "Confirmation",
    "focus_on",
    "html_component",
    "script",
    "session_name",
]

IN_QUEUE: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Options of an event that waits in Gradio's queue, and may show several values in turn."""

AT_ONCE: dict[str, Any] = {**IN_QUEUE, "queue": False}
"""Options of an event that runs at once."""

INVISIBLE: dict[str, Any] = {"visible": "hidden", "elem_classes": "sb-unseen"}
"""Options of a component that only scripts press or fill.

The class hides it too: Gradio shows it when a column around it is hidden and shown again.
"""

_REDRAW_MS = 60
"""How long Gradio takes to redraw after a reply."""


def script(code: str) -> dict[str, Any]:
    """Return the options of an event that only runs ``code`` in the browser."""
    return {"fn": None, "inputs": None, "outputs": None, "js": code, **AT_ONCE}


def focus_on(selector: str) -> dict[str, Any]:
    """Return the options of an event that focuses the first element of a CSS selector."""
    focus = f"document.querySelector('{selector}')?.focus()"
    return script(f"() => setTimeout(() => {focus}, {_REDRAW_MS})")


class Confirmation:
    """A question before something is removed, with a button that does it and one that does not.

    Args:
        verb: what the first button says.
        name: the start of the ids of both, ``{name}-yes`` and ``{name}-no``.
    """

    def __init__(self, verb: str, name: str) -> None:
        with gr.Row(visible=False, elem_classes="sb-confirm") as self.row:
            self.question = html_component("")
            self.yes = gr.Button(verb, variant="stop", elem_id=f"{name}-yes", size="sm")
            self.no = gr.Button("Keep", elem_id=f"{name}-no", size="sm")

    def wire_no(self, focus: str) -> None:
        """Let the second button hide the question, and focus the first element of a selector."""
        self.no.click(self.hide, None, [self.row], **AT_ONCE).then(**focus_on(focus))

    @staticmethod
    def hide() -> gr.Row:
        """Return the value of the row that hides it."""
        return gr.Row(visible=False)


def html_component(html: str) -> gr.HTML:
    """Return a component with ``html``, without Gradio's style and its events for each click."""
    return gr.HTML(html, apply_default_css=False, js_on_load=None)


def session_name(request: gr.Request) -> str:
    """Return the name of a browser tab's session, by which the page knows the tab."""
    return request.session_hash or ""
