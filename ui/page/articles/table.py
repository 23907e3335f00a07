"""The table of the articles, and one of them opened: clean, with what was taken out of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.index.fetching.fetcher import Fetcher
from sourcebook.index.ingest import uploads
from sourcebook.index.search.overview import choose
from sourcebook.ui.page.components import QUICK, SLOW, UNSEEN, script, words
from sourcebook.ui.page.html import article as article_parts
from sourcebook.ui.page.html import articles as parts
from sourcebook.ui.page.html.articles import View
from sourcebook.ui.page.html.base import problem_html

if TYPE_CHECKING:
    from sourcebook.ui.page.state.additions import Addition
    from sourcebook.ui.page.state.open_libraries import Shelf


__all__ = ["ArticleTable"]

Shown = dict[Any, Any]

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
_LOOK_AGAIN_SECONDS = 0.3
_REFOCUS = "() => window.sourcebookRefocus?.()"


class ArticleTable:
    """The table with its search and order; and the article that was opened from it, which takes
    the place of the table and of what stands ``beside`` it."""

    def __init__(self, shelf: Shelf, beside: gr.Column) -> None:
        self._shelf = shelf
        self._beside = beside
        self._views: dict[str, View] = {}  # of each tab, by its session's name
        self._which = gr.State(None)  # the id of the article that is open
        # Unseen: pressed by what is words and not a component.
        self._do = gr.Button("Do", **UNSEEN, elem_id="do")
        self._done = gr.Textbox(**UNSEEN, elem_id="done")
        with gr.Column(elem_classes="sb-list") as self._list:
            self._lay_out_list()
        with gr.Column(visible=False, elem_classes="sb-opened") as self._opened:
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
        self._table = words("")

    def _lay_out_article(self) -> None:
        with gr.Row(elem_classes="sb-article-bar"):
            self._back = gr.Button("All articles", elem_id="back", size="sm")
            self._again = gr.Button("Read again", elem_id="read-again", size="sm")
            self._remove = gr.Button("Remove …", elem_id="remove", size="sm")
        with gr.Row(visible=False, elem_classes="sb-confirm") as self._confirm:
            self._question = words("")
            self._yes = gr.Button("Remove", variant="stop", elem_id="remove-yes", size="sm")
            self._no = gr.Button("Keep", elem_id="remove-no", size="sm")
        self._said = words("")
        self._article = words("")

    def wire(self, followers: list[Any], show: Callable[[gr.Request], Shown]) -> None:
        """What happens. ``followers`` are the parts of the page outside that change with the
        library, ``show`` says what they show."""
        self._show = show
        panes = [
            self._beside,
            self._list,
            self._opened,
            self._confirm,
            self._question,
            self._said,
            self._article,
        ]
        own = [self._which, self._table, self._order, *panes]
        self._do.click(
            self._press,
            [self._done],
            [*own, *followers],
            js="() => [window.sourcebookDo || '']",
            **QUICK,
        ).then(**script(_REFOCUS))
        chosen = [self._words, self._kind, self._order]
        # `change`, as `input` does not tell of words that were pasted.
        for event in (self._words.change, self._kind.input, self._order.input):
            event(
                self._choose,
                chosen,
                [self._table],
                trigger_mode="always_last",
                **QUICK,
            )
        self._back.click(self._close, None, own, **QUICK).then(**script(_REFOCUS))
        self._remove.click(self._ask, [self._which], [self._confirm, self._question], **QUICK).then(
            **script("() => document.querySelector('#remove-no')?.focus()")
        )
        self._no.click(lambda: gr.Row(visible=False), None, [self._confirm], **QUICK).then(
            **script("() => document.querySelector('#remove')?.focus()")
        )
        self._yes.click(self._take_out, [self._which], [*own, *followers], **SLOW).then(
            **script(_REFOCUS)
        )
        self._again.click(self._read_again, [self._which], [*own, self._again, *followers], **SLOW)

    @property
    def table(self) -> gr.HTML:
        """The table itself, which follows the library."""
        return self._table

    def table_html(self, request: gr.Request) -> str:
        """The rows that a tab has chosen; above them what was removed and can come back."""
        view = self._views.get(request.session_hash or "", View())
        try:
            opened = self._shelf.of(request)
            rows = opened.library.overview()
        except SourcebookError as error:
            return problem_html(str(error))
        chosen = choose(
            rows,
            words=view.words,
            order=view.order,
            descending=view.descending,
            story=view.story,
            retold=view.retold,
        )
        if view.page * parts.PAGE >= len(chosen):
            view = replace(view, page=max(0, (len(chosen) - 1) // parts.PAGE))
        removed = article_parts.removed_html(opened.removals.documents())
        return removed + parts.table_html(chosen, view, len(rows))

    # --- the table ---

    def _press(self, action: str, request: gr.Request) -> Shown:
        session = request.session_hash or ""
        what, _, value = action.partition(":")
        if what == "open":
            return self._open(value, request)
        if what in ("back", "forget"):
            return self._undo(what, value, request)
        view = self._views[session] = parts.after(self._views.get(session, View()), action)
        way = f"{view.order}:{'down' if view.descending else 'up'}"
        return {self._table: self.table_html(request), self._order: way}

    def _choose(self, text: str, kind: str, order: str, request: gr.Request) -> Shown:
        name, _, way = order.partition(":")
        sorted_ = parts.after(View(order="added"), f"sort:{name}")
        self._views[request.session_hash or ""] = replace(
            sorted_, words=text, retold=kind == _KINDS[1], descending=way == "down"
        )
        return {self._table: self.table_html(request)}

    def forget(self, request: gr.Request) -> None:
        """The tab is gone."""
        self._views.pop(request.session_hash or "", None)

    # --- one article ---

    def _open(self, document_id: str, request: gr.Request, said: str = "") -> Shown:
        opened = self._shelf.of(request)
        library = opened.library
        try:
            document = library.document(document_id)
            passages = library.passages(document_id)
            html = article_parts.article_html(document, passages, opened.name)
        except SourcebookError as error:
            table = self.table_html(request)
            said = problem_html(str(error))
            return {self._table: table if said in table else said + table}
        return {
            self._which: document_id,
            self._beside: gr.Column(visible=False),
            self._list: gr.Column(visible=False),
            self._opened: gr.Column(visible=True),
            self._confirm: gr.Row(visible=False),
            self._said: said,
            self._article: html,
        }

    def _close(self, request: gr.Request) -> Shown:
        return {
            self._which: None,
            self._table: self.table_html(request),
            self._beside: gr.Column(visible=True),
            self._list: gr.Column(visible=True),
            self._opened: gr.Column(visible=False),
            self._said: "",
            self._article: "",
        }

    def _ask(self, which: str | None, request: gr.Request) -> Shown:
        opened = self._shelf.of(request)
        try:
            document = opened.library.document(which or "")
        except SourcebookError as error:
            return {self._confirm: gr.Row(visible=True), self._question: problem_html(str(error))}
        html = article_parts.removal_html(document, opened.name, opened.library.folder)
        return {self._confirm: gr.Row(visible=True), self._question: html}

    def _take_out(self, which: str | None, request: gr.Request) -> Shown:
        opened = self._shelf.of(request)
        try:
            opened.removals.take_out(opened.library, which or "")
        except SourcebookError as error:
            return {self._said: problem_html(str(error)), self._confirm: gr.Row(visible=False)}
        return {
            **self._close(request),
            self._confirm: gr.Row(visible=False),
            **self._show(request),
        }

    def _undo(self, what: str, which: str, request: gr.Request) -> Shown:
        """Bring back an article that was removed, or keep it no longer."""
        opened, said = self._shelf.of(request), ""
        try:
            if what == "forget":
                opened.removals.forget(which)
            elif not opened.removals.put_back(opened.library, which):
                said = problem_html("Not brought back: it was added again meanwhile.")
        except SourcebookError as error:
            said = problem_html(str(error))
        return {**self._show(request), self._table: said + self.table_html(request)}

    def _read_again(self, which: str | None, request: gr.Request) -> Iterator[Shown]:
        opened = self._shelf.of(request)
        try:
            place = uploads.original_of(opened.library.document(which or ""))
        except SourcebookError as error:
            yield {self._said: problem_html(f"Not read again: {error}")}
            return
        addition = opened.additions.begin(
            lambda show, stop: opened.library.add(
                place,
                on_progress=show,
                stop=stop,
                fetcher=Fetcher(offline=opened.chatbot.settings.offline),
            )
        )
        yield {self._again: gr.Button(interactive=False)}
        while not addition.over.wait(_LOOK_AGAIN_SECONDS):
            yield {self._said: parts.progress_html(addition)}
        yield {
            **self._show(request),
            **self._open(which or "", request, _outcome(addition)),
            self._again: gr.Button(interactive=True),
        }


def _outcome(addition: Addition) -> str:
    if addition.report is None:
        return problem_html(f"Not read again: {addition.problem}")
    return article_parts.read_again_html(addition.report)
