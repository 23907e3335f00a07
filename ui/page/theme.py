"""Gradio's theme for the page, and the page's own styles and scripts."""

from __future__ import annotations

from pathlib import Path

import gradio as gr
from gradio import themes

__all__ = ["STYLES", "script", "theme", "wording"]

_STATIC = Path(__file__).with_name("static")
STYLES = [_STATIC / "chat.css", _STATIC / "answer.css", _STATIC / "library.css"]
_SCRIPTS = ("tabs", "notices", "chat", "library", "uploads")

# Not "system-ui": on a bare Linux it is DejaVu, which is wide and tiring to read.
_SANS = "-apple-system,Segoe UI,Roboto,Noto Sans,Cantarell,Ubuntu,Helvetica Neue,Arial,sans-serif"


def script() -> str:
    """Return all scripts of the page as one JavaScript function, for Gradio to call once."""
    parts = [(_STATIC / f"{name}.js").read_text("utf-8") for name in _SCRIPTS]
    calls = "\n".join(f"({part.strip()})();" for part in parts)
    return f"() => {{\n{calls}\n}}"


def wording() -> gr.I18n:
    """Return texts in place of some of those in Gradio's own components."""
    return gr.I18n(
        en={
            "upload_text.drop_file": "Drop files or folders here",
            "upload_text.click_to_upload": "Choose files",
        }
    )


def theme() -> themes.Base:
    """Return colours and type. The fonts are the system's own: nothing is fetched."""
    return themes.Base(
        primary_hue="teal",
        secondary_hue="stone",
        neutral_hue="stone",
        radius_size="md",
        font=[themes.Font(name) for name in _SANS.split(",")],
        font_mono=[themes.Font("ui-monospace"), themes.Font("monospace")],
    ).set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_900",
        body_text_color="*neutral_800",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_background_fill="white",
        block_background_fill_dark="*neutral_900",
        block_border_width="0px",
        block_shadow="none",
        input_background_fill="white",
        input_background_fill_dark="*neutral_800",
        input_border_width="1px",
        input_border_color="*neutral_400",
        input_border_color_dark="*neutral_600",
        input_border_color_focus="*primary_600",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        button_primary_background_fill_hover_dark="*primary_600",
        button_primary_text_color="white",
        # As large as the text around them: they are the page's ordinary buttons.
        button_small_text_size="*text_md",
        button_small_text_weight="400",
        button_small_padding="*spacing_sm *spacing_lg",
        # Three to one against the background (WCAG 1.4.11).
        checkbox_background_color_selected="*primary_700",
        checkbox_background_color_selected_dark="*primary_600",
        checkbox_border_color_selected="*primary_700",
        checkbox_border_color="*neutral_500",
        checkbox_border_color_dark="*neutral_500",
        link_text_color="*primary_700",
        link_text_color_dark="*primary_300",
    )
