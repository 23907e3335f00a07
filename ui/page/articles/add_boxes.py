"""The boxes that take articles: files, a folder, addresses. With progress, Stop and a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.index.reading.registry import READERS
from sourcebook.ui.page.components import QUICK, SLOW, UNSEEN, words
from sourcebook.ui.page.html import articles as parts
from sourcebook.ui.page.html.base import problem_html

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Skipped
    from sourcebook.ui.page.state.additions import Add, Addition
    from sourcebook.ui.page.state.open_libraries import Opened, Shelf


__all__ = ["AddBoxes"]

Shown = dict[Any, Any]
"""Components and what they show now."""

_LOOK_AGAIN_SECONDS = 0.3
_MOST_WAITING = 20
_WITH_TOLD = "(files) => [files, window.sourcebookTold()]"
_KINDS_HTML = (
    '<p class="sb-hint sb-kinds">Text, Markdown, HTML, PDF, Office, e-books, mail, feeds, CSV, '
    "JSON Lines, and ZIP of these</p>"
)
OFFLINE_HTML = (
    '<p class="sb-hint sb-offline">Offline: nothing is fetched. Turn it off under Settings to add '
    "pages and feeds.</p>"
)


class AddBoxes:
    """A place to drop files and folders on, and one for addresses. ``name`` tells their elements
    from those of other such boxes on the page."""

    def __init__(self, shelf: Shelf, name: str = "") -> None:
        self._shelf = shelf
        self._name = name
        self._mine: dict[str, Addition] = {}
        self._lay_out()

    def _lay_out(self) -> None:
        name = self._name
        with gr.Row(elem_classes="sb-add"):
            with gr.Column(min_width=280, elem_classes="sb-add-files"):
                self._files = gr.File(
                    elem_id=f"{name}upload",
                    elem_classes="sb-drop",
                    label="Files or folders",
                    file_count="multiple",
                    type="filepath",
                    height=150,
                )
                words(_KINDS_HTML)
                self._told = gr.Textbox(**UNSEEN, elem_id=f"{name}told")
                self._folder = gr.UploadButton(
                    "Choose a folder",
                    elem_id=f"{name}upload-folder",
                    file_count="directory",
                    type="filepath",
                    size="sm",
                    variant="secondary",
                )
            with gr.Column(min_width=280, elem_classes="sb-add-urls"):
                self._urls = gr.Textbox(
                    elem_id=f"{name}urls",
                    label="Addresses of pages, feeds and sitemaps, one a line",
                    placeholder="https://…",
                    lines=4,
                    max_lines=12,
                    max_length=2_000_000,
                )
                self._fetch = gr.Button(
                    "Fetch and add", elem_id=f"{name}add-urls", size="sm", variant="secondary"
                )
                self._offline = words("")

    def lay_out_report(self) -> None:
        """Where progress and report stand; to be called once, wherever they shall be seen."""
        # In sight wherever the page is scrolled to.
        with gr.Column(elem_classes="sb-now"):
            self._progress = words("")
            self._stop = gr.Button(
                "Stop",
                elem_id=f"{self._name}stop-adding",
                elem_classes="sb-stop",
                size="sm",
                visible=False,
            )
        self._report = words("")

    def wire(
        self,
        blocks: gr.Blocks,
        followers: Sequence[Any],
        show: Callable[[gr.Request], Shown],
        sample: gr.Button | None = None,
    ) -> None:
        """What happens. ``followers`` are the parts of the page that change with the library,
        ``show`` says what they show. ``sample`` is a button that adds the sample articles."""
        self._show = show
        own = [self._files, self._urls, self._progress, self._stop, self._report]
        slow: dict[str, Any] = {
            "outputs": [*own, *followers],
            # Many may wait, one is served: see `Additions`.
            "concurrency_limit": _MOST_WAITING,
            **SLOW,
        }
        self._files.upload(self._add_files, [self._files, self._told], js=_WITH_TOLD, **slow)
        # Gradio hands over the files of a folder without their folders.
        self._folder.upload(self._add_folder, [self._folder, self._told], js=_WITH_TOLD, **slow)
        self._fetch.click(self._add_urls, [self._urls], **slow)
        if sample is not None:
            sample.click(self._add_sample, None, **slow)
        blocks.load(self._resume, None, **slow)
        self._stop.click(
            self._ask_to_stop,
            None,
            [self._stop],
            **QUICK,
        )

    @property
    def offline(self) -> gr.HTML:
        """Says that nothing is fetched, while that is so."""
        return self._offline

    def offline_html(self) -> str:
        """What it shows."""
        return OFFLINE_HTML if self._shelf.settings.offline else ""

    # --- what is added ---

    def _add_files(self, files: list[str], told: str, request: gr.Request) -> Iterator[Shown]:
        opened, paths = self._shelf.of(request), [Path(file) for file in files]
        known = parts.told_of(told, paths)
        add = _files(opened, paths, skipped=parts.too_large(known.large))
        yield from self._begin(add, request)

    def _add_folder(self, files: list[str], told: str, request: gr.Request) -> Iterator[Shown]:
        opened = self._shelf.of(request)
        paths = [Path(file) for file in files]
        known = parts.told_of(told, paths)
        places = dict(zip(paths, known.places, strict=True))
        seen = [path for path in paths if not path.name.startswith(".")]
        read = [path for path in seen if path.suffix.lower() in READERS]
        others = Counter(path.suffix.lower() or "no ending" for path in seen if path not in read)
        notes: tuple[str, ...] = ()
        if others:
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in others.most_common(8))
            notes = (f"Passed over, of kinds that are not read: {kinds}.",)
        for path in set(paths) - set(read):
            path.unlink(missing_ok=True)
        known_places = [places[path] for path in read]
        add = _files(opened, read, notes, known_places, parts.too_large(known.large))
        yield from self._begin(add, request)

    def _add_urls(self, text: str, request: gr.Request) -> Iterator[Shown]:
        opened = self._shelf.of(request)
        urls, refused = parts.urls_of(text)
        if not urls and not refused:
            yield {self._report: problem_html("Paste an address first, one a line.")}
            return

        def add(on_progress: Any, stop: Callable[[], bool]) -> AddReport:
            fetcher = Fetcher(offline=opened.chatbot.settings.offline)
            report = opened.library.add(*urls, on_progress=on_progress, stop=stop, fetcher=fetcher)
            return replace(report, skipped=(*report.skipped, *parts.not_urls(refused)))

        yield from self._begin(add, request)

    def _add_sample(self, request: gr.Request) -> Iterator[Shown]:
        library = self._shelf.of(request).library
        yield from self._begin(lambda show, _: library.add_sample(on_progress=show), request)

    # --- one addition ---

    def _begin(self, add: Add, request: gr.Request) -> Iterator[Shown]:
        addition = self._shelf.of(request).additions.begin(add)
        session = request.session_hash or ""
        self._mine[session] = addition
        yield {self._files: None, self._urls: "", self._report: ""}
        try:
            yield from self._follow(addition, request)
        finally:
            # Also when the tab is gone: the addition goes on, and who comes back sees it.
            if self._mine.get(session) is addition:
                del self._mine[session]

    def _resume(self, request: gr.Request) -> Iterator[Shown]:
        """The page was opened while an addition is under way."""
        addition = self._shelf.of(request).additions.current()
        if addition is None:
            yield {self._progress: ""}
        else:
            yield from self._follow(addition, request)

    def _follow(self, addition: Addition, request: gr.Request) -> Iterator[Shown]:
        """How far the addition is, again and again; then its report and the library as it is."""
        while not addition.over.wait(_LOOK_AGAIN_SECONDS):
            yield {
                self._progress: parts.progress_html(addition),
                self._stop: gr.Button(visible=True, interactive=not addition.stopping),
            }
        if addition.report is not None:
            said = parts.report_html(addition.report)
        else:
            said = problem_html(addition.problem or "")
        yield {
            self._progress: "",
            self._stop: gr.Button(visible=False),
            self._report: said,
            **self._show(request),
        }

    def _ask_to_stop(self, request: gr.Request) -> gr.Button:
        mine = self._mine.get(request.session_hash or "")
        addition = mine or self._shelf.of(request).additions.current()
        if addition is not None:
            addition.stop()
        return gr.Button(interactive=False)


def _files(
    opened: Opened,
    files: Sequence[Path],
    notes: tuple[str, ...] = (),
    places: Sequence[str] = (),
    skipped: tuple[Skipped, ...] = (),
) -> Add:
    """The addition of uploaded files; ``notes`` and ``skipped`` are told in its report too."""

    def add(on_progress: Any, stop: Callable[[], bool]) -> AddReport:
        # An uploaded text file may be a list of URLs.
        fetcher = Fetcher(offline=opened.chatbot.settings.offline)
        report = opened.library.add_uploads(
            files, places, on_progress=on_progress, stop=stop, fetcher=fetcher
        )
        return replace(report, notes=(*report.notes, *notes), skipped=(*report.skipped, *skipped))

    return add
