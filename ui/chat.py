"""The Gradio page: conversation on the left, the sources it rests on beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from . import page_parts as parts
from .asking import Asking
from .evaluate import evaluate_tab
from .library_adding import AddBoxes
from .library_tab import library_tab
from .page_parts import Exchange
from .reader import reader_panel
from .shelf import Opened, Shelf
from .words import words

if TYPE_CHECKING:
    from ..index import Library
    from ..rag import Chatbot
    from .warm_up import WarmUp

__all__ = ["Page", "build_page"]

_MOST_WAITING = 20
_FOCUS = "() => { document.querySelector('#question textarea')?.focus() }"
_TO_END = "() => { document.querySelector('#conversation').scrollTop = Number.MAX_SAFE_INTEGER }"


def build_page(chatbot: Chatbot, library: Library, warm_up: WarmUp | None = None) -> gr.Blocks:
    """The page over a library. Whoever serves it passes what is in `look` on to Gradio.

    ``warm_up`` is what the page shows as the model's state; without one it says "Ready".
    """
    blocks: gr.Blocks = Page(chatbot, library, warm_up).blocks
    return blocks


class Page:
    """The page's components and what happens when they are used."""

    def __init__(self, chatbot: Chatbot, library: Library, warm_up: WarmUp | None = None) -> None:
        self._shelf = Shelf(library, chatbot)
        self._warm_up = warm_up
        self._asking_now = Asking(chatbot)
        with gr.Blocks(title="Sourcebook", analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()

    def stop_all(self) -> None:
        """Cancels every answer and evaluation under way, so that the process can end."""
        self._asking_now.stop_all()
        self._evaluation.stop_all()
        self._shelf.stop_all()

    # --- what there is ---

    def _lay_out(self) -> None:
        empty = not len(self._shelf.open(self._shelf.first).library)
        self._exchanges = gr.State([])
        self._tick = gr.Timer(1.0, active=self._warm_up is not None)
        self._header = words(self._header_html(self._shelf.open(self._shelf.first)))
        with gr.Tabs(elem_classes="sb-tabs"):
            with gr.Tab("Ask", id="ask"):
                with gr.Column(visible=empty, elem_classes="sb-empty") as self._empty:
                    words(parts.EMPTY_HTML)
                    self._sample = gr.Button(
                        "Load the sample articles", variant="primary", elem_id="load-sample"
                    )
                    self._first_boxes = AddBoxes(self._shelf, "first-")
                # Outside of both, as the first article makes one take the other's place.
                self._first_boxes.lay_out_report()
                with gr.Row(visible=not empty, elem_classes="sb-ask") as self._asking:
                    with gr.Column(scale=3, min_width=320, elem_classes="sb-left"):
                        with gr.Column(elem_id="conversation"):
                            # In two pieces, so that a word streamed does not redraw what is past.
                            self._past = words("")
                            self._current = words(parts.current_html([]))
                        self._box = gr.Textbox(
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
                        # Unseen: pressed by the chips, which are words and not components.
                        self._again = gr.Button("Ask again", visible="hidden", elem_id="again")
                        self._dropped = gr.Textbox(visible="hidden", elem_id="dropped")
                        self._clear = gr.Button(
                            "New conversation", variant="secondary", size="sm", elem_id="clear"
                        )
                    with gr.Column(scale=2, min_width=320, elem_id="sources"):
                        self._sources = words(parts.sources_now_html([]))
                        self._earlier = words("")
            with gr.Tab("Articles", id="articles"):
                self._articles = library_tab(self._shelf)
            with gr.Tab("Evaluate", id="evaluate"):
                self._evaluation = evaluate_tab(self._shelf)
        # Outside of the tabs: any of them may open an article.
        reader_panel(lambda name: self._shelf.open(name or self._shelf.first).library)

    # --- what happens ---

    def _wire(self) -> None:
        quick: dict[str, Any] = {
            "queue": False,
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        growing = [self._exchanges, self._current, self._sources]
        shown = [*growing, self._past, self._earlier]

        self._box.submit(
            self._begin,
            [self._box, self._exchanges],
            [self._box, *shown],
            **quick,
        ).then(None, None, None, js=_TO_END, **quick).then(
            self._ask,
            [self._exchanges],
            growing,
            # Many may wait, one is served: see `Asking`.
            concurrency_limit=_MOST_WAITING,
            show_progress="hidden",
            api_visibility="private",
        ).then(self._finish, [self._exchanges], [self._box, *shown], **quick).then(
            None, None, None, js=_FOCUS, **quick
        )
        # A chip's button: chat.js leaves its key where this event's own script picks it up.
        self._again.click(
            self._without,
            [self._dropped, self._exchanges],
            [self._box, *shown],
            js="(_, exchanges) => [window.sourcebookDropped || '', exchanges]",
            **quick,
        ).then(
            self._ask,
            [self._exchanges],
            growing,
            concurrency_limit=_MOST_WAITING,
            show_progress="hidden",
            api_visibility="private",
        ).then(self._finish, [self._exchanges], [self._box, *shown], **quick)
        self._box.stop(self._stop, None, None, **quick)
        self._clear.click(self._new, None, [self._box, *shown], **quick).then(
            None, None, None, js=_FOCUS, **quick
        )

        here = [self._header, self._empty, self._asking]
        self._articles.wire(self.blocks, here, self._arrive, self._first_boxes, self._sample)
        self._tick.tick(self._look, None, [self._header, self._tick], **quick)
        self.blocks.unload(self._stop)

    # --- asking ---

    def _begin(self, question: str, exchanges: list[Exchange], request: gr.Request) -> Any:
        if not question.strip() or not self._asking_now.open(
            _session(request), question, chatbot=self._shelf.of(request).chatbot
        ):
            return [gr.skip()] * 6
        box = gr.Textbox(value="", submit_btn=False, stop_btn="Stop")
        return [box, *self._shown([*exchanges, parts.asked(question)])]

    def _without(self, key: str, exchanges: list[Exchange], request: gr.Request) -> Any:
        """Asks the last question again without one of the filters it names, in its place."""
        again = parts.without(exchanges[-1], key) if exchanges else None
        if again is None or not self._asking_now.open(
            _session(request),
            again.question,
            again.ignored,
            chatbot=self._shelf.of(request).chatbot,
        ):
            return [gr.skip()] * 6
        box = gr.Textbox(submit_btn=False, stop_btn="Stop")
        return [box, *self._shown([*exchanges[:-1], again])]

    def _ask(self, exchanges: list[Exchange], request: gr.Request) -> Iterator[Any]:
        for exchange in self._asking_now.answer(_session(request), exchanges):
            yield self._growing([*exchanges[:-1], exchange])

    def _finish(self, exchanges: list[Exchange], request: gr.Request) -> Any:
        """After every question, whatever became of it: the box takes the next one."""
        if self._asking_now.is_open(_session(request)):
            # This was the echo of an Enter pressed while an answer is being written.
            return [gr.skip()] * 6
        if self._asking_now.was_discarded(_session(request)):
            # What the stream wrote last may have come after the conversation was cleared.
            exchanges = []
        if exchanges and not exchanges[-1].done:
            message = "The answer broke off with an unexpected error; the terminal says more."
            exchanges = [*exchanges[:-1], parts.failed(exchanges[-1], message)]
        return [gr.Textbox(submit_btn="Ask", stop_btn=False), *self._shown(exchanges)]

    def _stop(self, request: gr.Request) -> None:
        """Stop was pressed, or the tab is gone. The stream ends by itself and shows what it had."""
        self._asking_now.stop(_session(request))

    def _new(self, request: gr.Request) -> Any:
        self._asking_now.stop(_session(request), discard=True)
        return [gr.Textbox(value="", submit_btn="Ask", stop_btn=False), *self._shown([])]

    @staticmethod
    def _growing(exchanges: list[Exchange]) -> list[Any]:
        return [exchanges, parts.current_html(exchanges), parts.sources_now_html(exchanges)]

    def _shown(self, exchanges: list[Exchange]) -> list[Any]:
        past = parts.past_html(exchanges)
        return [*self._growing(exchanges), past, parts.sources_earlier_html(exchanges)]

    # --- the library ---

    def _arrive(self, request: gr.Request) -> list[Any]:
        opened = self._shelf.of(request)
        empty = not len(opened.library)
        return [
            self._header_html(opened),
            gr.Column(visible=empty),
            gr.Row(visible=not empty),
        ]

    def _look(self, request: gr.Request) -> list[Any]:
        done = self._warm_up is None or self._warm_up.state != "loading"
        return [self._header_html(self._shelf.of(request)), gr.Timer(active=not done)]

    def _header_html(self, opened: Opened) -> str:
        warm = self._warm_up
        state, problem = (warm.state, warm.problem) if warm else ("ready", None)
        return parts.header_html(opened.library.stats(), state, problem)


def _session(request: gr.Request) -> str:
    return request.session_hash or ""
