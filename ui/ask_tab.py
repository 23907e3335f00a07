"""The Ask tab: conversations at the side, the one that is open, and the sources it rests on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import gradio as gr

from ..index.errors import SourcebookError
from . import page_parts as parts
from . import talk_parts
from .answer_door import AnswerDoor
from .ask_layout import AskLayout
from .asking import Asking
from .page_parts import Exchange
from .suggesting import Suggesting
from .talk import Kept, Talk, open_talk
from .wiring import QUICK, SLOW

if TYPE_CHECKING:
    from ..index import Library
    from .shelf import Opened

__all__ = ["AskTab"]

_MOST_WAITING = 20
_HITS = 20
_TALKS = 100
_FOCUS = "() => { document.querySelector('#question textarea')?.focus() }"
# When an answer is complete, its reader may have gone to one of its marks already.
_FOCUS_IF_NOWHERE = f"() => {{ if (document.activeElement === document.body) ({_FOCUS})() }}"
_TO_END = "() => { document.querySelector('#conversation').scrollTop = Number.MAX_SAFE_INTEGER }"
# What a button of ours asks for: ask.js leaves it where the event's own script picks it up.
_COMMAND = "(...given) => [window.sourcebook?.command || '', ...given.slice(1)]"
_FIRST = "What you could ask"
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
        self._gone_to: dict[str, Talk] = {}
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
        """Closes its conversations."""
        self._kept.let_go(library)

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

        for event, inputs, script in (
            (at.box.submit, at.box, None),
            (at.again.click, at.command, _COMMAND),
        ):
            begin = self._begin if script is None else self._begin_again
            event(begin, [inputs, at.talk, at.find], everything, js=script, **QUICK).then(
                None, None, None, js=_TO_END, **QUICK
            ).then(
                self._answer,
                [at.talk],
                [at.talk, *growing],
                # Many may wait, one is served: see `Asking`.
                concurrency_limit=_MOST_WAITING,
                **SLOW,
            ).then(self._finish, [at.talk, at.find], everything, **QUICK).then(
                None, None, None, js=_FOCUS_IF_NOWHERE, **QUICK
            ).then(self._suggest_next, [at.talk], [at.suggested], **QUICK)
        at.box.stop(self._stop, None, None, **QUICK)
        at.clear.click(self._new, [at.find], everything, **QUICK).then(
            None, None, None, js=_FOCUS, **QUICK
        )
        at.act.click(
            self._act,
            [at.command, at.talk, at.find],
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
        ).then(None, None, None, js="() => window.sourcebook?.found?.()", **QUICK)  # fmt: skip
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

    def _begin(self, question: str, talk: Talk, found: str, request: gr.Request) -> list[Any]:
        if not question.strip():
            return self._nothing()
        return self._take(talk, talk.editing, parts.asked(question), found, request)

    def _begin_again(self, command: str, talk: Talk, found: str, request: gr.Request) -> list[Any]:
        """A button asked: a suggestion, an answer once more, or without one of its filters."""
        match _read(command):
            case {"do": "ask", "question": str(question)} if question.strip():
                return self._take(talk, None, parts.asked(question), found, request)
            case {"do": "without", "key": str(key)} if talk.exchanges:
                again = parts.without(talk.exchanges[-1], key)
                number = len(talk.exchanges)
                return self._take(talk, number, again, found, request) if again else self._nothing()
            case {"do": "again", "number": int(number)} if 0 < number <= len(talk.exchanges):
                last = talk.exchanges[number - 1]
                again = parts.asked(last.question, last.ignored)
                return self._take(talk, number, again, found, request)
        return self._nothing()

    def _take(
        self,
        talk: Talk,
        number: int | None,
        exchange: Exchange,
        found: str,
        request: gr.Request,
    ) -> list[Any]:
        desk = self._of(request)
        opened = self._asking.open(
            _session(request), exchange.question, exchange.ignored, chatbot=desk.chatbot
        )
        if not opened:
            return self._nothing()
        self._gone_to.pop(_session(request), None)
        library = desk.library
        talk = self._kept.asked(library, talk.then(exchange, number))
        talk = self._kept.rated(library, talk)
        box = gr.Textbox(value="", submit_btn=False, stop_btn="Stop")
        return self._everything(talk, box, found, library)

    def _answer(self, talk: Talk, request: gr.Request) -> Iterator[list[Any]]:
        for exchange in self._asking.answer(_session(request), talk.exchanges):
            growing = self._growing(talk.with_last(exchange))
            # The conversation itself is handed on once, not with each word.
            yield [talk.with_last(exchange) if exchange.done else gr.skip(), *growing]

    def _finish(self, talk: Talk, found: str, request: gr.Request) -> list[Any]:
        """After every question, whatever became of it: the box takes the next one."""
        session, library = _session(request), self._of(request).library
        if self._asking.is_open(session):
            # This was the echo of an Enter pressed while an answer is being written.
            return self._nothing()
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
        return self._everything(talk, box, found, library)

    def _stop(self, request: gr.Request) -> None:
        """Stop was pressed. The stream ends by itself and shows what it had."""
        self._asking.stop(_session(request))

    def _leave(self, request: gr.Request) -> None:
        """The browser tab is gone."""
        self._asking.stop(_session(request))
        self._gone_to.pop(_session(request), None)

    # --- going from one conversation to another ---

    def _new(self, found: str, request: gr.Request) -> list[Any]:
        return self._opened(Talk(), found, request)

    def _opened(self, talk: Talk, found: str, request: gr.Request) -> list[Any]:
        """Another conversation takes the place of the one that was open."""
        self._gone_to[_session(request)] = talk
        self._asking.stop(_session(request), discard=True)
        box = gr.Textbox(value="", submit_btn="Ask", stop_btn=False)
        return self._everything(talk, box, found, self._of(request).library)

    def _arrive(self, remembered: str, talk: Talk, request: gr.Request) -> list[Any]:
        """The page was opened, or loaded again: then with the conversation that was open."""
        library = self._of(request).library
        kept = self._read(library, remembered) if remembered else None
        if kept and not talk.exchanges and not self._asking.is_open(_session(request)):
            return self._everything(kept, gr.skip(), "", library)
        # Whoever was quicker than the page has begun already: nothing of theirs is redrawn.
        return [*[gr.skip()] * 8, self._listed(library, talk, "")]

    def _read(self, library: Library, conversation_id: str) -> Talk | None:
        try:
            return open_talk(self._kept.of(library), library, conversation_id)
        except SourcebookError:
            return None

    def _act(self, command: str, talk: Talk, found: str, request: gr.Request) -> list[Any]:
        """A button of a conversation, or of an answer."""
        library = self._of(request).library
        kept = self._kept.of(library)
        try:
            match _read(command):
                case {"do": "open", "id": str(which)} if which != talk.id:
                    opened = open_talk(kept, library, which)
                    return self._opened(opened, found, request)
                case {"do": "rename", "id": str(which), "name": str(name)}:
                    kept.rename(which, name)
                case {"do": "delete", "id": str(which)}:
                    kept.delete(which)
                    if which == talk.id:
                        return self._opened(Talk(), found, request)
                case {"do": "edit", "number": int(number)} if 0 < number <= len(talk.exchanges):
                    talk = replace(talk, editing=number)
                    box = gr.Textbox(value=talk.exchanges[number - 1].question)
                    return [talk, *[gr.skip()] * 4, box, self._editing_html(talk), *[gr.skip()] * 2]
                case {"do": "back"}:
                    return [
                        *[gr.skip()] * 2,
                        parts.sources_now_html(talk.exchanges),
                        *[gr.skip()] * 6,
                    ]
                case {"do": "keep"}:
                    talk = replace(talk, editing=None)
                    return [talk, *[gr.skip()] * 4, gr.Textbox(value=""), "", *[gr.skip()] * 2]
                case _:
                    return self._nothing()
        except SourcebookError as error:
            return [*[gr.skip()] * 8, self._listed(library, talk, found, str(error))]
        return [*[gr.skip()] * 8, self._listed(library, talk, found)]

    def _listed_for(self, found: str, talk: Talk, request: gr.Request) -> str:
        return self._listed(self._of(request).library, talk, found)

    # --- searching and suggesting ---

    def _search_only(self, asked: str, request: gr.Request) -> str:
        if not asked.strip():
            return parts.hint_html("Search", "Write some words into the box, then search.")
        try:
            hits = self._of(request).library.search(asked[:2000], _HITS)
        except SourcebookError as error:
            return parts.problem_html(str(error))
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
        shown = gr.skip() if talk.exchanges else talk_parts.suggestions_html(first, _FIRST)
        return [shown, gr.Timer(active=False)]

    # --- what is shown ---

    def _everything(self, talk: Talk, box: Any, found: str, library: Library) -> list[Any]:
        exchanges = talk.exchanges
        first = () if exchanges else self._suggesting.first(library) or ()
        return [
            *(talk, *self._growing(talk)),
            *(parts.past_html(exchanges), parts.sources_earlier_html(exchanges)),
            *(box, self._editing_html(talk)),
            *(talk_parts.suggestions_html(first, _FIRST), self._listed(library, talk, found)),
        ]

    @staticmethod
    def _nothing() -> list[Any]:
        return [gr.skip()] * 9

    @staticmethod
    def _growing(talk: Talk) -> list[Any]:
        return [parts.current_html(talk.exchanges), parts.sources_now_html(talk.exchanges)]

    @staticmethod
    def _editing_html(talk: Talk) -> str:
        more = len(talk.exchanges) - (talk.editing or 0)
        return talk_parts.editing_html(talk.editing, more)

    def _listed(self, library: Library, talk: Talk, found: str, problem: str | None = None) -> str:
        summaries = self._kept.listed(library, found)[:_TALKS]
        said = problem or self._kept.problem(library)
        return talk_parts.talks_html(summaries, talk.id, found, said)


def _read(command: str) -> Mapping[str, Any]:
    """What a button asks for; nothing where that cannot be read."""
    try:
        data = json.loads(command)
    except (ValueError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


def _session(request: gr.Request) -> str:
    return request.session_hash or ""
