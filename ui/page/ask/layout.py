"""The Ask tab laid out: what there is to see and to press. What happens is in `ask_tab`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from sourcebook.ui.page.components import UNSEEN, words
from sourcebook.ui.page.html import conversations as talk_parts
from sourcebook.ui.page.html import exchange as parts
from sourcebook.ui.page.state.conversations import Talk

__all__ = ["AskLayout"]

SCRIPT = Path(__file__).parents[1] / "static" / "ask.js"


class AskLayout:
    """The components of the tab: conversations at the side, the one that is open, its sources.

    ``functions`` are what the tab's script may call on the server. To be made inside a ``gr.Row``.
    """

    def __init__(self, functions: list[Callable[..., Any]]) -> None:
        self.talk = gr.State(Talk())
        with gr.Column(scale=0, min_width=0, elem_id="talks"):
            self.find = gr.Textbox(
                label="Search conversations",
                placeholder="Search conversations",
                show_label=False,
                container=False,
                max_lines=1,
                elem_id="find-talk",
            )
            self.talks = words("")
        with gr.Column(scale=3, min_width=320, elem_classes="sb-left"):
            with gr.Column(elem_id="conversation"):
                # In two pieces, so that a word streamed does not redraw what is past.
                self.past = words("")
                self.current = words(parts.current_html([]))
                self.suggested = words("")
            self.editing = words("")
            self.box = gr.Textbox(
                elem_id="question",
                label="Question",
                show_label=False,
                container=False,
                placeholder="Ask a question",
                lines=1,
                max_lines=6,
                autofocus=True,
                submit_btn="Ask",
                stop_btn=False,
            )
            with gr.Row(elem_classes="sb-under"):
                self.clear = gr.Button("New conversation", size="sm", elem_id="clear")
                self.search = gr.Button("Search only", size="sm", elem_id="search")
                gr.HTML(
                    talk_parts.TOOLS_HTML,
                    elem_id="tools",
                    apply_default_css=False,
                    js_on_load=SCRIPT.read_text("utf-8"),
                    server_functions=functions,
                )
            # Pressed by scripts alone: what asks a question, and what does anything else.
            self.again = gr.Button("Ask again", **UNSEEN, elem_id="again")
            self.act = gr.Button("Act", **UNSEEN, elem_id="act")
            self.command = gr.Textbox(**UNSEEN, elem_id="command")
            # Filled by scripts alone: when a reader pressed, in milliseconds.
            self.moment = gr.Number(**UNSEEN, value=0, elem_id="moment")
        with gr.Column(scale=2, min_width=320, elem_id="sources"):
            self.sources = words(parts.sources_now_html([]))
            self.earlier = words("")
        self.tick = gr.Timer(1.0)
