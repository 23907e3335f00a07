"""A question on its way to the kind that answers it, translated where that is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sourcebook.rag.events import AnswerReady, Event, TextDelta
from sourcebook.rag.language.reading import read_in
from sourcebook.rag.translation import (
    TRANSLATION_KEY,
    Direction,
    Translator,
    find_direction,
    show_translation,
    translate_answer,
    translate_question,
)

from .inquiry import Inquiry
from .registry import ANSWER_KINDS

_SPEAKS_ITSELF = ("small-talk", "library")
"""Kinds whose answers are the product's own words, in the reader's language."""


def answer_by_kind(inquiry: Inquiry) -> Iterator[Event]:
    """Yield the events of the answer by the kind of its question.

    Texts are read as of the language that most articles are in. A question in another one is
    translated once, and answered in its own.

    Raises:
        LibraryError, ModelError: the library or a model cannot be used.
    """
    languages = inquiry.resources.library.languages()
    main = max(languages, key=lambda code: languages[code], default="en")
    return read_in(main, _answer(inquiry))


def _answer(inquiry: Inquiry) -> Iterator[Event]:
    direction = _find_direction(inquiry)
    if direction is None:
        yield from ANSWER_KINDS[inquiry.question.kind].answer(inquiry)
        return
    resources = inquiry.resources
    translator = Translator(resources.model, inquiry.cancel)
    library = resources.library
    contents = None if inquiry.has_passages else library.contents()
    question = inquiry.question
    translated = translate_question(
        question,
        direction,
        translator,
        contents,
        lambda word: bool(library.mentions(word)),
        embedder=resources.embedder,
    )
    if translated is question:
        yield from ANSWER_KINDS[question.kind].answer(inquiry)
        return
    inquiry.trace = replace(inquiry.trace, question=translated)
    for event in ANSWER_KINDS[translated.kind].answer(inquiry):
        if isinstance(event, AnswerReady):
            answer = translate_answer(event.answer, direction, translator)
            yield AnswerReady(show_translation(answer, question.text, direction))
        elif not isinstance(event, TextDelta):  # the draft is in the articles' language
            yield event


def _find_direction(inquiry: Inquiry) -> Direction | None:
    question = inquiry.question
    if question.kind in _SPEAKS_ITSELF or TRANSLATION_KEY in question.ignored:
        return None
    return find_direction(question.standalone, inquiry.resources.library.languages())
