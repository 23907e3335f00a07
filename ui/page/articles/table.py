"""The table of articles, and one of them opened, with its removal and Read again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.index.ingest import uploads
from sourcebook.index.search.overview import select_rows
from sourcebook.ui.page.components import HIDDEN, QUEUED, UNQUEUED, html_component, script
from sourcebook.ui.page.html.article import (
    article_html,
    removal_html,
    removals_html,
    reread_html,
)
from sourcebook.ui.page.html.articles import (
    ROWS_PER_PAGE,
    View,
    apply_action,
    progress_html,
    table_html,
)
from sourcebook.ui.page.html.base import problem_html

if TYPE_CHECKING:
    from sourcebook.ui.page.state.additions import Addition
    from sourcebook.ui.page.state.open_libraries import OpenLibraries


__all__ = ["ArticleTable"]

Updates = dict[Any, Any]

_KINDS = ("All articles", "Stories told more than once")
_ORDERS: list[tuple[str, str]] = [
    ("Added last", "added:down"),
    ("Added first", "added:up"),
    ("Title, A to Z", "title:up"),
    ("Title, Z to A", "title:down"),
    ("Source, A to Z", "source:up"),
    ("Source, Z to A", "source:down"),
    ("Newest first", "date:down"),
    ("Oldest first", "date:up"),
    ("Most passages first", "passages:down"),
    ("Fewest passages first", "passages:up"),
]
_POLL_SECONDS = 0.3
_REFOCUS = "() => window.sourcebookRefocus?.()"


class ArticleTable:
    """The table with its search and order, and the article opened from it.

    An open article takes the place of the table and of the column ``beside`` it.
    """

    def __init__(self, libraries: OpenLibraries, beside: gr.Column) -> None:
        self._libraries = libraries
        self._beside = beside
        self._views: dict[str, View] = {}  # by the name of each tab's session
        self._document_id = gr.State(None)  # of the open article
        # Pressed by a script, for buttons in the HTML of the table.
        self._do = gr.Button("Do", **HIDDEN, elem_id="do")
        self._action = gr.Textbox(**HIDDEN, elem_id="done")
        with gr.Column(elem_classes="sb-list") as self._list:
            self._lay_out_list()
        with gr.Column(visible=False, elem_classes="sb-opened") as self._article_pane:
            self._lay_out_article()

    def _lay_out_list(self) -> None:
        with gr.Row(elem_classes="sb-find"):
            self._words = gr.Textbox(
                label="Find by title, source, author or address",
                elem_id="find",
                placeholder="Words",
                scale=3,
                min_width=200,
                max_length=500,
            )
            self._kind = gr.Dropdown(
                list(_KINDS), value=_KINDS[0], label="Show", elem_id="kind", scale=2, min_width=180
            )
            self._order = gr.Dropdown(
                _ORDERS, value="added:down", label="Order", elem_id="order", scale=2, min_width=180
            )
        self._table = html_component("")

    def _lay_out_article(self) -> None:
        with gr.Row(elem_classes="sb-article-bar"):
            self._back = gr.Button("All articles", elem_id="back", size="sm")
            self._again = gr.Button("Read again", elem_id="read-again", size="sm")
            self._remove = gr.Button("Remove …", elem_id="remove", size="sm")
        with gr.Row(visible=False, elem_classes="sb-confirm") as self._confirm:
            self._question = html_component("")
            self._yes = gr.Button("Remove", variant="stop", elem_id="remove-yes", size="sm")
            self._no = gr.Button("Keep", elem_id="remove-no", size="sm")
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
            self._list,
            self._article_pane,
            self._confirm,
            self._question,
            self._report,
            self._article,
        ]
        outputs = [self._document_id, self._table, self._order, *panes]
        self._do.click(
            self._press,
            [self._action],
            [*outputs, *followers],
            js="() => [window.sourcebookDo || '']",
            **UNQUEUED,
        ).then(**script(_REFOCUS))
        fields = [self._words, self._kind, self._order]
        # `change`, as `input` does not fire when words are pasted.
        for event in (self._words.change, self._kind.input, self._order.input):
            event(
                self._choose,
                fields,
                [self._table],
                trigger_mode="always_last",
                **UNQUEUED,
            )
        self._back.click(self._close, None, outputs, **UNQUEUED).then(**script(_REFOCUS))
        self._remove.click(
            self._ask, [self._document_id], [self._confirm, self._question], **UNQUEUED
        ).then(**script("() => document.querySelector('#remove-no')?.focus()"))
        self._no.click(lambda: gr.Row(visible=False), None, [self._confirm], **UNQUEUED).then(
            **script("() => document.querySelector('#remove')?.focus()")
        )
        self._yes.click(self._take_out, [self._document_id], [*outputs, *followers], **QUEUED).then(
            **script(_REFOCUS)
        )
        self._again.click(
            self._read_again, [self._document_id], [*outputs, self._again, *followers], **QUEUED
        )

    @property
    def table(self) -> gr.HTML:
        """The table itself, which changes with the library."""
        return self._table

    def table_html(self, request: gr.Request) -> str:
        """Return the table as a tab has searched and sorted it, below the removed articles."""
        view = self._views.get(request.session_hash or "", View())
        try:
            entry = self._libraries.for_request(request)
            rows = entry.library.overview()
        except SourcebookError as error:
            return problem_html(str(error))
        chosen = select_rows(
            rows,
            words=view.words,
            order=view.order,
            descending=view.descending,
            story=view.story,
            retold=view.retold,
        )
        if view.page * ROWS_PER_PAGE >= len(chosen):
            view = replace(view, page=max(0, (len(chosen) - 1) // ROWS_PER_PAGE))
        removals = removals_html(entry.removals.documents())
        return removals + table_html(chosen, view, len(rows))

    # --- the table ---

    def _press(self, action: str, request: gr.Request) -> Updates:
        session = request.session_hash or ""
        verb, _, value = action.partition(":")
        if verb == "open":
            return self._open(value, request)
        if verb in ("back", "forget"):
            return self._undo(verb, value, request)
        view = self._views[session] = apply_action(self._views.get(session, View()), action)
        order = f"{view.order}:{'down' if view.descending else 'up'}"
        return {self._table: self.table_html(request), self._order: order}

    def _choose(self, text: str, kind: str, order: str, request: gr.Request) -> Updates:
        name, _, direction = order.partition(":")
        view = apply_action(View(order="added"), f"sort:{name}")
        self._views[request.session_hash or ""] = replace(
            view, words=text, retold=kind == _KINDS[1], descending=direction == "down"
        )
        return {self._table: self.table_html(request)}

    def forget(self, request: gr.Request) -> None:
        """Drop the view of a tab that was closed."""
        self._views.pop(request.session_hash or "", None)

    # --- one article ---

    def _open(self, document_id: str, request: gr.Request, report: str = "") -> Updates:
        entry = self._libraries.for_request(request)
        library = entry.library
        try:
            document = library.document(document_id)
            passages = library.passages(document_id)
            html = article_html(document, passages, entry.name)
        except SourcebookError as error:
            table = self.table_html(request)
            problem = problem_html(str(error))
            return {self._table: table if problem in table else problem + table}
        return {
            self._document_id: document_id,
            self._beside: gr.Column(visible=False),
            self._list: gr.Column(visible=False),
            self._article_pane: gr.Column(visible=True),
            self._confirm: gr.Row(visible=False),
            self._report: report,
            self._article: html,
        }

    def _close(self, request: gr.Request) -> Updates:
        return {
            self._document_id: None,
            self._table: self.table_html(request),
            self._beside: gr.Column(visible=True),
            self._list: gr.Column(visible=True),
            self._article_pane: gr.Column(visible=False),
            self._report: "",
            self._article: "",
        }

    def _ask(self, document_id: str | None, request: gr.Request) -> Updates:
        entry = self._libraries.for_request(request)
        try:
            document = entry.library.document(document_id or "")
        except SourcebookError as error:
            return {self._confirm: gr.Row(visible=True), self._question: problem_html(str(error))}
        html = removal_html(document, entry.name, entry.library.folder)
        return {self._confirm: gr.Row(visible=True), self._question: html}

    def _take_out(self, document_id: str | None, request: gr.Request) -> Updates:
        entry = self._libraries.for_request(request)
        try:
            entry.removals.take_out(entry.library, document_id or "")
        except SourcebookError as error:
            return {self._report: problem_html(str(error)), self._confirm: gr.Row(visible=False)}
        return {
            **self._close(request),
            self._confirm: gr.Row(visible=False),
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
        return {**self._show(request), self._table: report + self.table_html(request)}

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
