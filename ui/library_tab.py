"""The Articles tab: what the library holds, and everything about adding to it."""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..index.errors import SourcebookError
from ..index.fetching import Fetcher
from ..index.readers import READERS
from ..rag.states import forget
from . import page_parts as parts
from .words import words

if TYPE_CHECKING:
    from gradio.components import Component

    from ..index import AddReport, Library, Progress
    from ..rag import Chatbot

__all__ = ["LibraryTab", "library_tab", "upload_box"]

_LOOK_AGAIN_SECONDS = 0.3


def library_tab(library: Library, chatbot: Chatbot) -> LibraryTab:
    """Lay the tab out; to be called inside a ``gr.Tab`` of a ``gr.Blocks``, and `wire` after it."""
    return LibraryTab(library, chatbot)


def upload_box(elem_id: str) -> gr.File:
    """A place to drop files on."""
    return gr.File(
        elem_id=elem_id,
        elem_classes="sb-drop",
        label="Add articles (text, HTML, PDF, Office, e-books, feeds, dumps)",
        file_count="multiple",
        file_types=sorted(READERS),
        type="filepath",
        height=140,
    )


class LibraryTab:
    """The components of the tab and what happens when they are used. One addition at a time."""

    def __init__(self, library: Library, chatbot: Chatbot) -> None:
        self._library, self._chatbot = library, chatbot
        self._upload = upload_box("upload")
        self._report = words("")
        self.table = words(self.arrive())

    def wire(
        self,
        shown: Sequence[Component | gr.blocks.BlockContext],
        show: Callable[[], list[Any]],
        *,
        also: Sequence[tuple[gr.File, gr.HTML]] = (),
        sample: tuple[gr.Button, gr.HTML],
    ) -> None:
        """What happens, once the whole page is laid out.

        ``shown`` are parts of the page outside of this tab that follow the library, ``show`` gives
        their values. ``also`` are other boxes for files and where their reports go; ``sample`` is
        the button that adds the sample articles.
        """
        self._show = show
        followers = [*shown, self.table]
        adding: dict[str, Any] = {
            "concurrency_limit": 1,
            "concurrency_id": "adding",
            "show_progress": "hidden",
            "api_visibility": "private",
        }
        button, report = sample
        button.click(self._load_sample, None, [report, *followers], **adding)
        for box, report in (*also, (self._upload, self._report)):
            box.upload(self._add, [box], [box, report, *followers], **adding)

    def arrive(self) -> str:
        """The table of the articles as they are now."""
        return parts.articles_html(self._library.documents(), len(self._library))

    def _load_sample(self) -> Iterator[Any]:
        yield from self._adding(self._library.add_sample)

    def _add(self, files: list[str]) -> Iterator[Any]:
        def add(show: Callable[[Progress], None]) -> AddReport:
            kept = [_keep(Path(file), self._library.folder / "uploads") for file in files]
            # An uploaded text file may be a list of URLs.
            fetcher = Fetcher(offline=self._chatbot.settings.offline)
            report = self._library.add(*kept, on_progress=show, fetcher=fetcher)
            if report.updated:
                forget()  # what the model kept of prompts holds the words of articles as they were
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
        yield [said, *self._show(), self.arrive()]


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
