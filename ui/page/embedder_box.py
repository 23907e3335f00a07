"""The box of the Settings tab that gives a library another embedder."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SettingsError, SourcebookError
from sourcebook.index.maintenance.reindexing import pending
from sourcebook.rag.models import make_embedder
from sourcebook.rag.settings import Settings
from sourcebook.ui.page.html.base import done_html, problem_html
from sourcebook.ui.render import count, one_line
from sourcebook.ui.state.reindexing import Reindexings, ReindexRun

from .components import AT_ONCE, IN_QUEUE, html_component
from .templating import render

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.index.embedding.base import Embedder
    from sourcebook.ui.state import OpenLibraries


__all__ = ["EmbedderBox"]

_EVERY = 0.3
_HELP = (
    "What makes vectors of this library's passages: a known model's name, the path of a "
    "sentence-transformers folder on this machine, or http://host:8000/v1#name. All passages are "
    "embedded anew; until the last one is, the library answers by the old vectors."
)


class EmbedderBox:
    """Names the embedder of the library, and has its passages embedded by another one."""

    def __init__(self, libraries: OpenLibraries) -> None:
        self._libraries = libraries
        self._runs = Reindexings()
        libraries.users.append(self._runs)
        self._now = html_component("")
        self._name = gr.Textbox(label="Embedder of this library", info=_HELP, elem_id="embedder")
        with gr.Row(elem_classes="sb-save"):
            self._start = gr.Button("Embed all passages anew", elem_id="reindex", size="sm")
            self._stop = gr.Button("Stop", elem_id="stop-reindex", size="sm", visible=False)
        self._status = gr.HTML("", elem_id="reindex-status")

    def wire(self, blocks: gr.Blocks) -> None:
        """Wire the events, once the whole page is laid out."""
        outputs = [self._now, self._status, self._stop]
        blocks.load(self._arrive, None, [*outputs, self._name], **AT_ONCE)
        # A page that is opened while a run goes on follows it.
        blocks.load(self._follow, None, outputs, concurrency_limit=None, **IN_QUEUE)
        self._start.click(self._run, [self._name], outputs, concurrency_limit=None, **IN_QUEUE)
        self._stop.click(self._ask_to_stop, None, [self._stop], **AT_ONCE)

    def stop_all(self) -> None:
        """Make all runs end, so that the process can."""
        self._runs.stop_all()

    def _arrive(self, request: gr.Request) -> list[Any]:
        library = self._libraries.for_request(request).library
        name = None
        with contextlib.suppress(SourcebookError, OSError):
            name = pending(library.folder)
        line = ""
        if name and not self._runs.uses(library):
            line = done_html(f"It was begun with {name}, and stopped: the button goes on with it.")
        return [_now_html(library), line, gr.Button(visible=False), name or ""]

    def _run(self, name: str, request: gr.Request) -> Iterator[list[Any]]:
        library = self._libraries.for_request(request).library
        try:
            embedder = _embedder_of(name.strip(), library)
            self._runs.start(library, embedder)
        except (SourcebookError, OSError) as error:
            yield [gr.skip(), problem_html(f"Nothing was changed: {error}"), gr.skip()]
            return
        yield from self._show(library)

    def _follow(self, request: gr.Request) -> Iterator[list[Any]]:
        library = self._libraries.for_request(request).library
        yield [gr.skip()] * 3  # an event that gives nothing empties what it is for
        if self._runs.uses(library):
            yield from self._show(library)

    def _show(self, library: Library) -> Iterator[list[Any]]:
        """Yield what is seen of a run until its end."""
        run = self._runs.of(library)
        while run is not None and not run.is_over:
            bar = render("evaluation.html", "progress", message=_line(run), share=_share(run))
            is_stopping = run.stop.is_set()
            word = "Stopping …" if is_stopping else "Stop"
            yield [gr.skip(), bar, gr.Button(word, interactive=not is_stopping, visible=True)]
            time.sleep(_EVERY)
        if run is not None:
            yield [_now_html(library), _end_html(run), gr.Button(visible=False)]

    def _ask_to_stop(self, request: gr.Request) -> Any:
        self._runs.stop(self._libraries.for_request(request).library)
        return gr.Button("Stopping …", interactive=False)


def _embedder_of(name: str, library: Library) -> Embedder:
    settings = Settings.load()
    if not name:
        raise SettingsError("name an embedder")
    if settings.embedder and settings.embedder != name:
        raise SettingsError(
            f"the settings name {settings.embedder} as the embedder of all libraries: take that "
            "out of them and restart first"
        )
    embedder = make_embedder(settings.model_copy(update={"embedder": name}))
    assert embedder is not None
    embedder.embed(["a first try"])  # so that a model that is missing is said at once
    if embedder.name == library.embedder.name:
        raise SettingsError(f"the library has {embedder.name} already")
    return embedder


def _now_html(library: Library) -> str:
    return render("settings.html", "embedder", name=one_line(library.embedder.name))


def _line(run: ReindexRun) -> str:
    if not run.total:
        return "Getting ready …"
    return f"{run.done:,} of {count(run.total, 'passage')} embedded by {one_line(run.name)}"


def _share(run: ReindexRun) -> float:
    return run.done / run.total if run.total else 0.0


def _end_html(run: ReindexRun) -> str:
    if run.problem:
        return problem_html(f"{run.problem} The library answers by the old vectors.")
    if run.is_complete:
        return done_html(f"The vectors of {run.name} are in use now.")
    return done_html(f"{_line(run)}. The button goes on; the old vectors answer until then.")
