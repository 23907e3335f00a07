"""The Ask tab: conversations at the side, the one that is open, and the sources it rests on."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.components import QUICK, SLOW, script
from sourcebook.ui.page.html import base
from sourcebook.ui.page.html import conversations as talk_parts
from sourcebook.ui.page.html import exchange as parts
from sourcebook.ui.page.html.exchange import Exchange
from sourcebook.ui.page.state.conversations import Kept, Talk, open_talk
from sourcebook.ui.page.state.questions import Asking
from sourcebook.ui.page.state.suggestions import Suggesting

from .actions import AnswerDoor
from .layout import AskLayout
from .view import FIRST, AskShown

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.page.state.open_libraries import Opened


__all__ = ["AskTab"]

_MOST_WAITING = 20
_HITS = 20
_FOCUS = "() => { document.querySelector('#question textarea')?.focus() }"
# When an answer is complete, its reader may have gone to one of its marks already.
_FOCUS_IF_NOWHERE = f"() => {{ if (document.activeElement === document.body) ({_FOCUS})() }}"
_TO_END = "() => { document.querySelector('#conversation').scrollTop = Number.MAX_SAFE_INTEGER }"
# What a button of ours asks for: ask.js leaves it where the event's own script picks it up.
_COMMAND = (
    "(...given) => [window.sourcebook?.command || '', ...given.slice(1, -1), performance.now()]"
)
# Two requests may overtake each other on their way: what was pressed last is what counts.
_MOMENT = "(...given) => [...given.slice(0, -1), performance.now()]"
_NEXT = "You could go on with"


class AskTab:
    """The components of the tab and what happens when they are used.

    ``of`` says which library a browser tab is on, ``named`` finds one by the name that a page's
    address holds (None where it holds none). To be made inside a ``gr.Row``, and `wire` after it.
    """

    def __init__(
        self, of: Callable[[gr.Request], Opened], named: Callable[[str | None], Opened]
    ) -> None:
        self._of = of
        self._asking = Asking(named(None).chatbot)
        self._kept = Kept()
        self._suggesting = Suggesting()
        self._show = AskShown(self._kept, self._suggesting)
        self._gone_to: dict[str, Talk] = {}
        self._moments: dict[str, float] = {}  # when a browser tab's reader last went elsewhere
        self._order = threading.Lock()
        self._door = AnswerDoor(lambda name: named(name).library, self._kept)
        self._at = AskLayout(self._door.functions())

    def stop_all(self) -> None:
        """Ends every answer under way."""
        self._asking.stop_all()
        self._suggesting.stop()

    def uses(self, library: Library) -> bool:
        """Whether it is being asked."""
        return self._asking.asks(library)

    def let_go(self, library: Library) -> None:
        """Closes its conversations, forgets what was suggested."""
        self._kept.let_go(library)
        self._suggesting.let_go(library)

    def close(self) -> None:
        """Closes the conversations; to be called when nothing is under way any more."""
        self._kept.close()

    # --- what happens ---

    def wire(self, blocks: gr.Blocks) -> None:
        """What happens, once the whole page is laid out."""
        at = self._at
        growing = [at.current, at.sources]
        shown = [at.talk, *growing, at.past, at.earlier]
        around = [at.box, at.editing, at.suggested, at.talks]
        everything = [*shown, *around]

        for event, begin, inputs, before in (
            (at.box.submit, self._begin, at.box, _MOMENT),
            (at.again.click, self._begin_again, at.command, _COMMAND),
        ):
            given = [inputs, at.talk, at.find, at.moment]
            event(begin, given, everything, js=before, **QUICK).then(**script(_TO_END)).then(
                self._answer,
                [at.talk],
                [at.talk, *growing],
                # Many may wait, one is served: see `Asking`.
                concurrency_limit=_MOST_WAITING,
                **SLOW,
            ).then(self._finish, [at.talk, at.find], everything, **QUICK).then(
                self._settle, [at.find], everything, **QUICK
            ).then(**script(_FOCUS_IF_NOWHERE)).then(
                self._suggest_next, [at.talk], [at.suggested], **QUICK
            )
        at.box.stop(self._stop, None, None, **QUICK)
        at.clear.click(self._new, [at.find, at.moment], everything, js=_MOMENT, **QUICK).then(
            **script(_FOCUS)
        )
        at.act.click(
            self._act,
            [at.command, at.talk, at.find, at.moment],
            everything,
            js=_COMMAND,
            **QUICK,
        )
        at.find.change(
            self._listed_for, [at.find, at.talk], [at.talks],
            trigger_mode="always_last", **QUICK,
        )  # fmt: skip
        at.search.click(
            self._search_only, [at.box], [at.sources], **QUICK
        ).then(**script("() => window.sourcebook?.found?.()"))  # fmt: skip
        blocks.load(
            self._arrive,
            [at.command, at.talk],
            everything,
            js="(_, talk) => [window.sourcebookTalk?.() || '', talk]",
            **QUICK,
        )
        at.tick.tick(self._look, [at.talk], [at.suggested, at.tick], **QUICK)
        blocks.unload(self._leave)

    # --- asking ---

    def _begin(
        self, question: str, talk: Talk, found: str, moment: float, request: gr.Request
    ) -> list[Any]:
        if not question.strip():
            return self._show.nothing()
        return self._take(
            talk, talk.editing, parts.asked(question), found, moment=moment, request=request
        )

    def _begin_again(
        self, command: str, talk: Talk, found: str, moment: float, request: gr.Request
    ) -> list[Any]:
        """A button asked: a suggestion, an answer once more, or without one of its filters."""
        match _read(command):
            case {"do": "ask", "question": str(question)} if question.strip():
                return self._take(
                    talk, None, parts.asked(question), found, moment=moment, request=request
                )
            case {"do": "without", "key": str(key)} if talk.exchanges:
                again = parts.without(talk.exchanges[-1], key)
                number = len(talk.exchanges)
                if again:
                    return self._take(talk, number, again, found, moment=moment, request=request)
            case {"do": "again", "number": int(number)} if 0 < number <= len(talk.exchanges):
                last = talk.exchanges[number - 1]
                again = parts.asked(last.question, last.ignored)
                return self._take(talk, number, again, found, moment=moment, request=request)
        return self._show.nothing()

    def _take(
        self,
        talk: Talk,
        number: int | None,
        exchange: Exchange,
        found: str,
        *,
        moment: float,
        request: gr.Request,
    ) -> list[Any]:
        session, desk = _session(request), self._of(request)
        with self._order:
            # Its reader has gone elsewhere since: the answer would take that conversation's place.
            if moment < self._moments.get(session, 0):
                return self._show.nothing()
            if not self._asking.open(
                session, exchange.question, exchange.ignored, chatbot=desk.chatbot
            ):
                return self._show.nothing()
            self._gone_to.pop(session, None)
        library = desk.library
        talk = self._kept.asked(library, talk.then(exchange, number))
        talk = self._kept.rated(library, talk)
        box = gr.Textbox(value="", submit_btn=False, stop_btn="Stop")
        return self._show.everything(talk, box, found, library)

    def _answer(self, talk: Talk, request: gr.Request) -> Iterator[list[Any]]:
        for exchange in self._asking.answer(_session(request), talk.exchanges):
            growing = self._show.growing(talk.with_last(exchange))
            # The conversation itself is handed on once, not with each word.
            yield [talk.with_last(exchange) if exchange.done else gr.skip(), *growing]

    def _finish(self, talk: Talk, found: str, request: gr.Request) -> list[Any]:
        """After every question, whatever became of it: the box takes the next one."""
        session, library = _session(request), self._of(request).library
        if self._asking.is_open(session):
            # This was the echo of an Enter pressed while an answer is being written.
            return self._show.nothing()
        last = talk.exchanges[-1] if talk.exchanges else None
        if last and not last.done and session not in self._gone_to:
            message = "The answer broke off with an unexpected error; the terminal says more."
            talk = talk.with_last(parts.failed(last, message))
        if last and talk.exchanges[-1].done:
            self._kept.answered(library, talk)
        # Its reader may have gone elsewhere meanwhile, and what the stream wrote last have come
        # after that.
        talk = self._gone_to.pop(session, talk)
        box = gr.Textbox(submit_btn="Ask", stop_btn=False)
        return self._show.everything(talk, box, found, library)

    def _settle(self, found: str, request: gr.Request) -> list[Any]:
        """Where its reader went while the end was on its way, and may have come behind it."""
        session = _session(request)
        if self._asking.is_open(session):
            return self._show.nothing()
        talk = self._gone_to.pop(session, None)
        if talk is None:
            return self._show.nothing()
        return self._show.everything(talk, gr.skip(), found, self._of(request).library)

    def _stop(self, request: gr.Request) -> None:
        """Stop was pressed. The stream ends by itself and shows what it had."""
        self._asking.stop(_session(request))

    def _leave(self, request: gr.Request) -> None:
        """The browser tab is gone."""
        self._asking.stop(_session(request))
        self._gone_to.pop(_session(request), None)
        self._moments.pop(_session(request), None)

    # --- going from one conversation to another ---

    def _new(self, found: str, moment: float, request: gr.Request) -> list[Any]:
        return self._opened(Talk(), found, moment, request)

    def _opened(self, talk: Talk, found: str, moment: float, request: gr.Request) -> list[Any]:
        """Another conversation takes the place of the one that was open."""
        session = _session(request)
        with self._order:
            self._moments[session] = moment
            self._gone_to[session] = talk
            self._asking.stop(session, discard=True)
        box = gr.Textbox(value="", submit_btn="Ask", stop_btn=False)
        return self._show.everything(talk, box, found, self._of(request).library)

    def _arrive(self, remembered: str, talk: Talk, request: gr.Request) -> list[Any]:
        """The page was opened, or loaded again: then with the conversation that was open."""
        library = self._of(request).library
        kept = self._read(library, remembered) if remembered else None
        if kept and not talk.exchanges and not self._asking.is_open(_session(request)):
            return self._show.everything(kept, gr.skip(), "", library)
        # Whoever was quicker than the page has begun already: nothing of theirs is redrawn.
        return self._show.talks(library, talk, "")

    def _read(self, library: Library, conversation_id: str) -> Talk | None:
        try:
            return open_talk(self._kept.of(library), library, conversation_id)
        except SourcebookError:
            return None

    def _act(
        self, command: str, talk: Talk, found: str, moment: float, request: gr.Request
    ) -> list[Any]:
        """A button of a conversation, or of an answer."""
        library = self._of(request).library
        kept = self._kept.of(library)
        try:
            match _read(command):
                case {"do": "open", "id": str(which)} if which != talk.id:
                    opened = open_talk(kept, library, which)
                    return self._opened(opened, found, moment, request)
                case {"do": "rename", "id": str(which), "name": str(name)}:
                    kept.rename(which, name)
                case {"do": "delete", "id": str(which)}:
                    kept.delete(which)
                    if which == talk.id:
                        return self._opened(Talk(), found, moment, request)
                case {"do": "edit", "number": int(number)} if 0 < number <= len(talk.exchanges):
                    talk = replace(talk, editing=number)
                    box = gr.Textbox(value=talk.exchanges[number - 1].question)
                    return self._show.editing(talk, box)
                case {"do": "back"}:
                    return self._show.sources(talk)
                case {"do": "keep"}:
                    talk = replace(talk, editing=None)
                    return self._show.editing(talk, gr.Textbox(value=""))
                case _:
                    return self._show.nothing()
        except SourcebookError as error:
            return self._show.talks(library, talk, found, str(error))
        return self._show.talks(library, talk, found)

    def _listed_for(self, found: str, talk: Talk, request: gr.Request) -> str:
        return self._show.listed(self._of(request).library, talk, found)

    # --- searching and suggesting ---

    def _search_only(self, asked: str, request: gr.Request) -> str:
        if not asked.strip():
            return base.hint_html("Search", "Write some words into the box, then search.")
        try:
            hits = self._of(request).library.search(asked[:2000], _HITS)
        except SourcebookError as error:
            return base.problem_html(str(error))
        return talk_parts.hits_html(asked, hits)

    def _suggest_next(self, talk: Talk, request: gr.Request) -> Any:
        last = talk.exchanges[-1] if talk.exchanges else None
        if last is None or last.answer is None or not last.done:
            return gr.skip()
        before = [exchange.question for exchange in talk.exchanges]
        found = self._suggesting.next(self._of(request).library, last.answer, before)
        return talk_parts.suggestions_html(found, _NEXT)

    def _look(self, talk: Talk, request: gr.Request) -> list[Any]:
        """Once a second until the first suggestions are there."""
        try:
            library = self._of(request).library
            first = self._suggesting.first(library) if len(library) else None
        except SourcebookError:  # said where the library is asked
            return [gr.skip(), gr.Timer(active=False)]
        if first is None:
            return [gr.skip(), gr.skip()]
        shown = gr.skip() if talk.exchanges else talk_parts.suggestions_html(first, FIRST)
        return [shown, gr.Timer(active=False)]


def _read(command: str) -> Mapping[str, Any]:
    """What a button asks for; nothing where that cannot be read."""
    try:
        data = json.loads(command)
    except (ValueError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


def _session(request: gr.Request) -> str:
    return request.session_hash or ""
