"""The Gradio page: conversation on the left, the sources it rests on beside it."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..index.errors import SourcebookError
from ..index.fetching import Fetcher
from ..index.readers import READERS
from . import page_parts as parts
from .asking import Asking
from .evaluate import evaluate_tab
from .page_parts import Exchange

if TYPE_CHECKING:
    from ..index import AddReport, Library, Progress
    from ..rag import Chatbot
    from .warm_up import WarmUp

__all__ = ["Page", "build_page"]

_MOST_WAITING = 20
_LOOK_AGAIN_SECONDS = 0.3
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
        self._library = library
        self._chatbot = chatbot
        self._warm_up = warm_up
        self._asking_now = Asking(chatbot)
        with gr.Blocks(title="Sourcebook", analytics_enabled=False, fill_width=True) as self.blocks:
            self._lay_out()
            self._wire()

    def stop_all(self) -> None:
        """Cancels every answer and evaluation under way, so that the process can end."""
        self._asking_now.stop_all()
        self._evaluation.stop_all()

    # --- what there is ---

    def _lay_out(self) -> None:
        empty = not len(self._library)
        self._exchanges = gr.State([])
        self._tick = gr.Timer(1.0, active=self._warm_up is not None)
        self._header = _words(self._header_html())
        with gr.Tabs(elem_classes="sb-tabs"):
            with gr.Tab("Ask", id="ask"):
                with gr.Column(visible=empty, elem_classes="sb-empty") as self._empty:
                    _words(parts.EMPTY_HTML)
                    self._sample = gr.Button(
                        "Load the sample articles", variant="primary", elem_id="load-sample"
                    )
                    self._first_upload = self._upload_box("first-upload")
                # Outside of both, as the first article makes one take the other's place.
                self._first_report = _words("")
                with gr.Row(visible=not empty, elem_classes="sb-ask") as self._asking:
                    with gr.Column(scale=3, min_width=320, elem_classes="sb-left"):
                        with gr.Column(elem_id="conversation"):
                            # In two pieces, so that a word streamed does not redraw what is past.
                            self._past = _words("")
                            self._current = _words(parts.current_html([]))
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
                        self._sources = _words(parts.sources_now_html([]))
                        self._earlier = _words("")
            with gr.Tab("Articles", id="articles"):
                self._upload = self._upload_box("upload")
                self._report = _words("")
                self._articles = _words(self._articles_html())
            with gr.Tab("Evaluate", id="evaluate"):
                self._evaluation = evaluate_tab(self._library, self._chatbot)

    @staticmethod
    def _upload_box(elem_id: str) -> gr.File:
        return gr.File(
            elem_id=elem_id,
            elem_classes="sb-drop",
            label="Add articles (text, HTML, PDF, Office, e-books, feeds, dumps)",
            file_count="multiple",
            file_types=sorted(READERS),
            type="filepath",
            height=140,
        )

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
            [self._first_report, self._box, *shown],
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

        library_shown = [self._header, self._articles, self._empty, self._asking]
        adding: dict[str, Any] = {
            "concurrency_limit": 1,
            "concurrency_id": "adding",
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        self._sample.click(
            self._load_sample,
            None,
            [self._first_report, *library_shown],
            **adding,
        )
        for box, report in (
            (self._first_upload, self._first_report),
            (self._upload, self._report),
        ):
            box.upload(
                self._add,
                [box],
                [box, report, *library_shown],
                **adding,
            )
        self._tick.tick(self._look, None, [self._header, self._tick], **quick)
        self.blocks.load(self._arrive, None, library_shown, **quick)
        self.blocks.unload(self._stop)

    # --- asking ---

    def _begin(self, question: str, exchanges: list[Exchange], request: gr.Request) -> Any:
        if not question.strip() or not self._asking_now.open(_session(request), question):
            return [gr.skip()] * 7
        box = gr.Textbox(value="", submit_btn=False, stop_btn="Stop")
        return ["", box, *self._shown([*exchanges, parts.asked(question)])]

    def _without(self, key: str, exchanges: list[Exchange], request: gr.Request) -> Any:
        """Asks the last question again without one of the filters it names, in its place."""
        again = parts.without(exchanges[-1], key) if exchanges else None
        if again is None or not self._asking_now.open(
            _session(request), again.question, again.ignored
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

    def _load_sample(self) -> Iterator[Any]:
        yield from self._adding(self._library.add_sample)

    def _add(self, files: list[str]) -> Iterator[Any]:
        def add(show: Callable[[Progress], None]) -> AddReport:
            kept = [_keep(Path(file), self._library.folder / "uploads") for file in files]
            # An uploaded text file may be a list of URLs.
            fetcher = Fetcher(offline=self._chatbot.settings.offline)
            report = self._library.add(*kept, on_progress=show, fetcher=fetcher)
            skipped = {s.location for s in report.skipped}
            for file in kept:
                if str(file) in skipped:
                    file.unlink(missing_ok=True)
            return report

        for shown in self._adding(add):
            yield [None, *shown]

    def _adding(self, add: Callable[[Callable[[Progress], None]], AddReport]) -> Iterator[Any]:
        """How far the addition is, again and again; then its report and the library as it is."""
        said = parts.waiting("Reading")
        steps: list[Progress] = []
        started = time.monotonic()
        with ThreadPoolExecutor(1) as pool:
            adding = pool.submit(add, steps.append)
            while not adding.done():
                yield [said, *[gr.skip()] * 4]
                wait([adding], timeout=_LOOK_AGAIN_SECONDS)
                seconds = time.monotonic() - started
                said = parts.waiting(parts.progress_text(steps[-1], seconds)) if steps else said
        try:
            said = parts.report_html(adding.result())
        except SourcebookError as error:
            said = parts.problem_html(str(error))
        yield [said, *self._arrive()]

    def _arrive(self) -> list[Any]:
        empty = not len(self._library)
        return [
            self._header_html(),
            self._articles_html(),
            gr.Column(visible=empty),
            gr.Row(visible=not empty),
        ]

    def _look(self) -> list[Any]:
        done = self._warm_up is None or self._warm_up.state != "loading"
        return [self._header_html(), gr.Timer(active=not done)]

    def _header_html(self) -> str:
        warm = self._warm_up
        state, problem = (warm.state, warm.problem) if warm else ("ready", None)
        return parts.header_html(self._library.stats(), state, problem)

    def _articles_html(self) -> str:
        return parts.articles_html(self._library.documents(), len(self._library))


def _words(html: str) -> gr.HTML:
    """HTML of our own making: no style of Gradio's, and no click event for each click on it."""
    return gr.HTML(html, apply_default_css=False, js_on_load=None)


def _session(request: gr.Request) -> str:
    return request.session_hash or ""


def _keep(upload: Path, folder: Path) -> Path:
    """Moves an uploaded file from Gradio's temporary folder into the library's own.

    The folder is named by the content: another article of the same name does not replace it, and
    the same article again is the same.
    """
    digest = hashlib.sha256(upload.read_bytes()).hexdigest()[:12]
    target = folder / digest / upload.name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(upload, target)
    return target
