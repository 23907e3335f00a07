"""What the browser asks for about an answer that is kept: to copy, export or rate it. No Gradio."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sourcebook.index.errors import SourcebookError
from sourcebook.ui.page.state.conversations import open_talk
from sourcebook.ui.render.text import to_markdown

from .export import FORMS, Form, export

if TYPE_CHECKING:
    from sourcebook.index import Library
    from sourcebook.ui.page.state.conversations import Kept


__all__ = ["AnswerDoor"]

NOT_KEPT = "This conversation is not kept: nothing can be done with it."


class AnswerDoor:
    """``library`` finds one by the name in a page's address. What is asked is a mapping from the
    browser: ``library``, ``talk`` (the conversation's id), ``number`` of the answer, and more. Each
    reply is a mapping; ``problem`` in it is a line that says what is wrong."""

    def __init__(self, library: Callable[[str | None], Library], kept: Kept) -> None:
        self._library, self._kept = library, kept

    def functions(self) -> list[Callable[[object], dict[str, Any]]]:
        """For ``gr.HTML(server_functions=...)``: ``copy``, ``export`` and ``rate``."""

        # Gradio finds them by these names, from the script.
        def copy(asked: object) -> dict[str, Any]:
            return self._reply(asked, self._copy)

        def export(asked: object) -> dict[str, Any]:
            return self._reply(asked, self._export)

        def rate(asked: object) -> dict[str, Any]:
            return self._reply(asked, self._rate)

        return [copy, export, rate]

    def _reply(
        self, asked: object, answer: Callable[[Mapping[str, Any]], dict[str, Any]]
    ) -> dict[str, Any]:
        if not isinstance(asked, Mapping) or not isinstance(asked.get("talk"), str):
            return {"problem": NOT_KEPT}
        try:
            return answer(asked)
        except SourcebookError as error:
            return {"problem": str(error)}

    def _copy(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """``text``: question, answer and sources as Markdown."""
        library = self._of(asked)
        talk = open_talk(self._kept.of(library), library, asked["talk"])
        number = asked.get("number")
        if not isinstance(number, int) or not 0 < number <= len(talk.exchanges):
            return {"problem": NOT_KEPT}
        answer = talk.exchanges[number - 1].answer
        return {"text": to_markdown(answer)} if answer else {"problem": "There is no answer."}

    def _export(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """``name``, ``type`` and ``text`` of a file, in the ``form`` asked for."""
        wanted = asked.get("form")
        forms: list[Form] = [form for form in FORMS if form == wanted]
        library = self._of(asked)
        kept = self._kept.of(library)
        turns = kept.turns(asked["talk"])
        talk = open_talk(kept, library, asked["talk"])
        made = export(kept.name(asked["talk"]), talk.exchanges, turns, *forms[:1])
        return {"name": made.name, "type": made.media_type, "text": made.text}

    def _rate(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """``rating`` "up", "down", or anything else to take it back; and a ``reason``."""
        number, given, reason = asked.get("number"), asked.get("rating"), asked.get("reason")
        if not isinstance(number, int):
            return {"problem": NOT_KEPT}
        rating: Any = given if given in ("up", "down") else None
        said = reason if isinstance(reason, str) else None
        self._kept.of(self._of(asked)).rate(asked["talk"], number, rating, said)
        return {"rating": rating}

    def _of(self, asked: Mapping[str, Any]) -> Library:
        name = asked.get("library")
        return self._library(name if isinstance(name, str) and name else None)
