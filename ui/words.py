"""HTML of our own making as a component of the page."""

from __future__ import annotations

import gradio as gr

__all__ = ["words"]


def words(html: str) -> gr.HTML:
    """``html`` without a style of Gradio's, and without a click event for each click on it."""
    return gr.HTML(html, apply_default_css=False, js_on_load=None)
