"""One article opened from the table, with its removal and Read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.index.ingest import uploads
from sourcebook.ui.page.components import (
    AT_ONCE,
    IN_QUEUE,
    Confirmation,
    focus_on,
    html_component,
    script,
)
from sourcebook.ui.page.html.article import article_html, removal_html, reread_html
from sourcebook.ui.page.html.articles import progress_html
from sourcebook.ui.page.html.base import problem_html

if TYPE_CHECKING:
    from sourcebook.ui.state import OpenLibraries
    from sourcebook.ui.state.additions import Addition

    from .table import ArticleTable


__all__ = ["ArticlePane"]

Updates = dict[Any, Any]

_POLL_SECONDS = 0.3
_REFOCUS = "() => window.sourcebookRefocus?.()"


class ArticlePane:
    """An open article; it takes the place of the table and of the column ``beside`` it."""

    def __init__(self, libraries: OpenLibraries, table: ArticleTable, beside: gr.Column) -> None:
        self._libraries = libraries
        self._table, self._beside = table, beside
        self._document_id = gr.State(None)  # of the open article
        with gr.Column(visible=False, elem_classes="sb-opened") as self._column:
            with gr.Row(elem_classes="sb-article-bar"):
                self._back = gr.Button("All articles", elem_id="back", size="sm")
                self._again = gr.Button("Read again", elem_id="read-again", size="sm")
                self._remove = gr.Button("Remove …", elem_id="remove", size="sm")
            self._confirm = Confirmation("Remove", "remove")
            self._report = html_component("")
            self._article = html_component("")

    def wire(self, followers: list[Any], show: Callable[[gr.Request], Updates]) -> None:
        """Wire the events, once the whole page is laid out.

        Args:
            followers: components outside of this one that change with the library.
            show: returns their values, by component.
        """
        self._show = show
        panes = [
            self._beside,
            self._table.column,
            self._column,
            self._confirm.row,
            self._confirm.question,
            self._report,
            self._article,
        ]
        outputs = [self._document_id, self._table.table, self._table.order, *panes]
        self._table.button.click(
            self._press,
            [self._table.action],
            [*outputs, *followers],
            js="() => [window.sourcebookDo || '']",
            **AT_ONCE,
        ).then(**script(_REFOCUS))
        self._back.click(self._close, None, outputs, **AT_ONCE).then(**script(_REFOCUS))
        self._remove.click(
            self._ask, [self._document_id], [self._confirm.row, self._confirm.question], **AT_ONCE
        ).then(**focus_on("#remove-no"))
        self._confirm.wire_no("#remove")
        self._confirm.yes.click(
            self._take_out, [self._document_id], [*outputs, *followers], **IN_QUEUE
        ).then(**script(_REFOCUS))
        self._again.click(
            self._read_again, [self._document_id], [*outputs, self._again, *followers], **IN_QUEUE
        )

    def _press(self, action: str, request: gr.Request) -> Updates:
        verb, _, value = action.partition(":")
        if verb == "open":
            return self._open(value, request)
        if verb in ("back", "forget"):
            return self._undo(verb, value, request)
        return self._table.sort(action, request)

    def _open(self, document_id: str, request: gr.Request, report: str = "") -> Updates:
        entry = self._libraries.for_request(request)
        library = entry.library
        try:
            document = library.document(document_id)
            passages = library.passages(document_id)
            html = article_html(document, passages, entry.name)
        except SourcebookError as error:
            table = self._table.table_html(request)
            problem = problem_html(str(error))
            return {self._table.table: table if problem in table else problem + table}
        return {
            self._document_id: document_id,
            self._beside: gr.Column(visible=False),
            # Taken out of the page, its lists of choices would fail at the next scroll.
            self._table.column: gr.Column(visible="hidden"),
            self._column: gr.Column(visible=True),
            self._confirm.row: self._confirm.hide(),
            self._report: report,
            self._article: html,
        }

    def _close(self, request: gr.Request) -> Updates:
        return {
            self._document_id: None,
            self._table.table: self._table.table_html(request),
            self._beside: gr.Column(visible=True),
            self._table.column: gr.Column(visible=True),
            self._column: gr.Column(visible=False),
            self._report: "",
            self._article: "",
        }

    def _ask(self, document_id: str | None, request: gr.Request) -> Updates:
        entry = self._libraries.for_request(request)
        try:
            document = entry.library.document(document_id or "")
        except SourcebookError as error:
            return {
                self._confirm.row: gr.Row(visible=True),
                self._confirm.question: problem_html(str(error)),
            }
        html = removal_html(document, entry.name, entry.library.folder)
        return {self._confirm.row: gr.Row(visible=True), self._confirm.question: html}

    def _take_out(self, document_id: str | None, request: gr.Request) -> Updates:
        entry = self._libraries.for_request(request)
        try:
            entry.removals.take_out(entry.library, document_id or "")
        except SourcebookError as error:
            return {
                self._report: problem_html(str(error)),
                self._confirm.row: self._confirm.hide(),
            }
        return {
            **self._close(request),
            self._confirm.row: self._confirm.hide(),
            **self._show(request),
        }

    def _undo(self, verb: str, document_id: str, request: gr.Request) -> Updates:
        """Bring back a removed article, or drop it for good."""
        entry, report = self._libraries.for_request(request), ""
        try:
            if verb == "forget":
                entry.removals.forget(document_id)
            elif not entry.removals.put_back(entry.library, document_id):
                report = problem_html("Not brought back: it was added again in the meantime.")
        except SourcebookError as error:
            report = problem_html(str(error))
        return {**self._show(request), self._table.table: report + self._table.table_html(request)}

    def _read_again(self, document_id: str | None, request: gr.Request) -> Iterator[Updates]:
        entry = self._libraries.for_request(request)
        try:
            location = uploads.find_original(entry.library.document(document_id or ""))
        except SourcebookError as error:
            yield {self._report: problem_html(f"Not read again: {error}")}
            return
        addition = entry.additions.begin(
            lambda show, stop: entry.library.add(
                location,
                on_progress=show,
                stop=stop,
                fetcher=Fetcher(offline=entry.chatbot.settings.offline),
            )
        )
        yield {self._again: gr.Button(interactive=False)}
        while not addition.completion.wait(_POLL_SECONDS):
            yield {self._report: progress_html(addition)}
        yield {
            **self._show(request),
            **self._open(document_id or "", request, _outcome_html(addition)),
            self._again: gr.Button(interactive=True),
        }


def _outcome_html(addition: Addition) -> str:
    if addition.report is None:
        return problem_html(f"Not read again: {addition.problem}")
    return reread_html(addition.report)
