"""The components of the Ask tab; `tab` wires their events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from sourcebook.ui.page.components import INVISIBLE, html_component
from sourcebook.ui.page.html.conversations import TOOLS_HTML
from sourcebook.ui.page.html.exchange import current_html, current_sources_html
from sourcebook.ui.page.state import Conversation

__all__ = ["AskLayout"]

SCRIPT = Path(__file__).parents[1] / "static" / "ask.js"


class AskLayout:
    """Lays out the list of conversations, the open one, and its sources, inside a ``gr.Row``.

    ``functions`` are the server's functions that the tab's script calls.
    """

    def __init__(self, functions: list[Callable[..., Any]]) -> None:
        self.conversation = gr.State(Conversation())
        with gr.Column(scale=0, min_width=0, elem_id="talks"):
            self.find = gr.Textbox(
                label="Search conversations",
                placeholder="Search conversations",
                show_label=False,
                container=False,
                max_lines=1,
                elem_id="find-talk",
            )
            self.list = html_component("")
        with gr.Column(scale=3, min_width=320, elem_classes="sb-left"):
            with gr.Column(elem_id="conversation"):
                # In two pieces, so that a streamed word does not redraw the past.
                self.past = html_component("")
                self.current = html_component(current_html([]))
                self.suggestions = html_component("")
            self.editing = html_component("")
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
                    TOOLS_HTML,
                    elem_id="tools",
                    apply_default_css=False,
                    js_on_load=SCRIPT.read_text("utf-8"),
                    server_functions=functions,
                )
            # Pressed by scripts: one button asks a question, the other does anything else.
            self.again = gr.Button("Ask again", **INVISIBLE, elem_id="again")
            self.act = gr.Button("Act", **INVISIBLE, elem_id="act")
            # Filled by scripts.
            self.command = gr.Textbox(**INVISIBLE, elem_id="command")
            self.moment = gr.Number(**INVISIBLE, value=0, elem_id="moment")  # of a press, in ms
            # The question that the last press of Enter had taken; none when it was refused.
            self.taken = gr.Textbox(**INVISIBLE, elem_id="taken")
        with gr.Column(scale=2, min_width=320, elem_id="sources"):
            self.sources = html_component(current_sources_html([]))
            self.earlier = html_component("")
        self.tick = gr.Timer(1.0)
