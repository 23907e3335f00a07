"""The boxes that take articles: files, folders, addresses. With progress, Stop and a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.index.reading.registry import READERS
from sourcebook.ui.page.components import AT_ONCE, IN_QUEUE, INVISIBLE, html_component, session_name
from sourcebook.ui.page.html.articles import (
    parse_upload_info,
    progress_html,
    report_html,
    size_refusals,
    split_urls,
    url_refusals,
)
from sourcebook.ui.page.html.base import problem_html
from sourcebook.ui.page.templating import render

if TYPE_CHECKING:
    from sourcebook.index import AddReport, Skipped
    from sourcebook.ui.state import OpenLibraries, OpenLibrary
    from sourcebook.ui.state.additions import Add, Addition


__all__ = ["AddBoxes"]

Updates = dict[Any, Any]
"""Components and their new values."""

_POLL_SECONDS = 0.3
_MOST_EVENTS = 20
_WITH_UPLOAD_INFO = "(files) => [files, window.sourcebookTold()]"
_KINDS_HTML = render("add_boxes.html", "kinds")
_OFFLINE_HTML = render("add_boxes.html", "offline")


class AddBoxes:
    """A box for files and folders, and one for addresses.

    ``name`` begins the ids of their elements, where the page has other such boxes.
    """

    def __init__(self, libraries: OpenLibraries, name: str = "") -> None:
        self._libraries = libraries
        self._name = name
        self._session_additions: dict[str, Addition] = {}
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
                html_component(_KINDS_HTML)
                self._upload_info = gr.Textbox(**INVISIBLE, elem_id=f"{name}told")
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
                self._offline = html_component("")

    def lay_out_report(self) -> None:
        """Lay out progress and report; to be called once, at their place."""
        # Stays in view while the page is scrolled.
        with gr.Column(elem_classes="sb-now"):
            self._progress = html_component("")
            self._stop = gr.Button(
                "Stop",
                elem_id=f"{self._name}stop-adding",
                elem_classes="sb-stop",
                size="sm",
                visible=False,
            )
        self._report = html_component("")

    def wire(
        self,
        blocks: gr.Blocks,
        followers: Sequence[Any],
        show: Callable[[gr.Request], Updates],
        sample: gr.Button | None = None,
    ) -> None:
        """Wire the events, once the whole page is laid out.

        Args:
            blocks: the page.
            followers: the components that change with the library.
            show: returns their values, by component.
            sample: a button that adds the sample articles.
        """
        self._show = show
        outputs = [self._files, self._urls, self._progress, self._stop, self._report]
        slow: dict[str, Any] = {
            "outputs": [*outputs, *followers],
            # Many may wait; `Additions` runs one at a time.
            "concurrency_limit": _MOST_EVENTS,
            **IN_QUEUE,
        }
        self._files.upload(
            self._add_files, [self._files, self._upload_info], js=_WITH_UPLOAD_INFO, **slow
        )
        # Gradio hands over the files of a folder without their folders.
        self._folder.upload(
            self._add_folder, [self._folder, self._upload_info], js=_WITH_UPLOAD_INFO, **slow
        )
        self._fetch.click(self._add_urls, [self._urls], **slow)
        if sample is not None:
            sample.click(self._add_sample, None, **slow)
        blocks.load(self._resume, None, **slow)
        self._stop.click(
            self._ask_to_stop,
            None,
            [self._stop],
            **AT_ONCE,
        )

    @property
    def offline(self) -> gr.HTML:
        """The line that says that nothing is fetched."""
        return self._offline

    def offline_html(self) -> str:
        """Return that line; empty while addresses are fetched."""
        return _OFFLINE_HTML if self._libraries.settings.offline else ""

    # --- the kinds of additions ---

    def _add_files(self, files: list[str], info: str, request: gr.Request) -> Iterator[Updates]:
        entry, paths = self._libraries.for_request(request), [Path(file) for file in files]
        uploads = parse_upload_info(info, paths)
        add = _upload(entry, paths, skipped=size_refusals(uploads.large))
        yield from self._begin(add, request)

    def _add_folder(self, files: list[str], info: str, request: gr.Request) -> Iterator[Updates]:
        entry = self._libraries.for_request(request)
        paths = [Path(file) for file in files]
        uploads = parse_upload_info(info, paths)
        places = dict(zip(paths, uploads.places, strict=True))
        visible = [path for path in paths if not path.name.startswith(".")]
        readable = [path for path in visible if path.suffix.lower() in READERS]
        unread = [path for path in visible if path not in readable]
        notes: tuple[str, ...] = ()
        if unread:
            endings = Counter(path.suffix.lower() or "no ending" for path in unread)
            kinds = ", ".join(f"{number:,} {kind}" for kind, number in endings.most_common(8))
            notes = (f"Left out, as their kinds cannot be read: {kinds}.",)
        for path in set(paths) - set(readable):
            path.unlink(missing_ok=True)
        readable_places = [places[path] for path in readable]
        add = _upload(entry, readable, notes, readable_places, size_refusals(uploads.large))
        yield from self._begin(add, request)

    def _add_urls(self, text: str, request: gr.Request) -> Iterator[Updates]:
        entry = self._libraries.for_request(request)
        urls, other_lines = split_urls(text)
        if not urls and not other_lines:
            yield {self._report: problem_html("Paste an address first, one a line.")}
            return

        def add(on_progress: Any, stop: Callable[[], bool]) -> AddReport:
            fetcher = Fetcher(offline=entry.chatbot.settings.offline)
            report = entry.library.add(*urls, on_progress=on_progress, stop=stop, fetcher=fetcher)
            return replace(report, skipped=(*report.skipped, *url_refusals(other_lines)))

        yield from self._begin(add, request)

    def _add_sample(self, request: gr.Request) -> Iterator[Updates]:
        library = self._libraries.for_request(request).library
        yield from self._begin(lambda show, _: library.add_sample(on_progress=show), request)

    # --- one addition ---

    def _begin(self, add: Add, request: gr.Request) -> Iterator[Updates]:
        addition = self._libraries.for_request(request).additions.begin(add)
        session = session_name(request)
        self._session_additions[session] = addition
        yield {self._files: None, self._urls: "", self._report: ""}
        try:
            yield from self._follow(addition, request)
        finally:
            # Also when the tab is closed: the addition goes on, and the next tab shows it.
            if self._session_additions.get(session) is addition:
                del self._session_additions[session]

    def _resume(self, request: gr.Request) -> Iterator[Updates]:
        """Show the addition in progress on a page that was just opened."""
        try:
            addition = self._libraries.for_request(request).additions.current()
        except SourcebookError:
            # It was deleted meanwhile, or breaks: the reader's next event says so. This one waits
            # in Gradio's queue, and may come long after the page.
            addition = None
        if addition is None:
            yield {self._progress: ""}
        else:
            yield from self._follow(addition, request)

    def _follow(self, addition: Addition, request: gr.Request) -> Iterator[Updates]:
        """Yield the addition's progress until its end, then its report and the library's values."""
        while not addition.completion.wait(_POLL_SECONDS):
            yield {
                self._progress: progress_html(addition),
                self._stop: gr.Button(visible=True, interactive=not addition.is_stopping),
            }
        if addition.report is not None:
            report = report_html(addition.report)
        else:
            report = problem_html(addition.problem or "")
        yield {
            self._progress: "",
            self._stop: gr.Button(visible=False),
            self._report: report,
            **self._show(request),
        }

    def _ask_to_stop(self, request: gr.Request) -> gr.Button:
        addition = self._session_additions.get(session_name(request))
        addition = addition or self._libraries.for_request(request).additions.current()
        if addition is not None:
            addition.stop()
        return gr.Button(interactive=False)


def _upload(
    entry: OpenLibrary,
    files: Sequence[Path],
    notes: tuple[str, ...] = (),
    places: Sequence[str] = (),
    skipped: tuple[Skipped, ...] = (),
) -> Add:
    """Return the addition of uploaded files, with ``notes`` and ``skipped`` in its report too."""

    def add(on_progress: Any, stop: Callable[[], bool]) -> AddReport:
        # An uploaded text file may be a list of URLs.
        fetcher = Fetcher(offline=entry.chatbot.settings.offline)
        report = entry.library.add_uploads(
            files, places, on_progress=on_progress, stop=stop, fetcher=fetcher
        )
        return replace(report, notes=(*report.notes, *notes), skipped=(*report.skipped, *skipped))

    return add
