"""A question on its way to the kind that answers it, translated where that is needed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sourcebook.rag.events import AnswerReady, Event, TextDelta
from sourcebook.rag.language.reading import read_in, text_language
from sourcebook.rag.question import ABOUT_NO_ARTICLE, Question
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
    asked = inquiry.question
    translator = Translator(inquiry.resources.model, inquiry.cancel)
    direction = _find_direction(inquiry)
    question = _translate(inquiry, direction, translator) if direction else asked
    is_translated = direction is not None and question is not asked
    inquiry.trace = replace(inquiry.trace, question=question)
    back = _direction_of_answer(question, direction if is_translated else None)
    for event in ANSWER_KINDS[question.kind].answer(inquiry):
        if isinstance(event, AnswerReady):
            answer = translate_answer(event.answer, back, translator) if back else event.answer
            if direction and is_translated:
                answer = show_translation(answer, asked.text, direction)
            yield AnswerReady(answer)
        elif not (back and isinstance(event, TextDelta)):  # the draft is in the articles' language
            yield event


def _translate(inquiry: Inquiry, direction: Direction, translator: Translator) -> Question:
    library = inquiry.resources.library
    return translate_question(
        inquiry.question,
        direction,
        translator,
        None if inquiry.has_passages else library.contents(),
        lambda word: bool(library.mentions(word)),
        embedder=inquiry.resources.embedder,
    )


def _direction_of_answer(question: Question, direction: Direction | None) -> Direction | None:
    """Return into which language the answer goes: the one that its turn asks for, else the one that
    the question was in; None where that is the articles'."""
    if not question.language or question.kind in ABOUT_NO_ARTICLE:
        return direction
    if question.language == text_language():
        return None
    return Direction(question.language, text_language())


def _find_direction(inquiry: Inquiry) -> Direction | None:
    question = inquiry.question
    if question.kind in ABOUT_NO_ARTICLE or TRANSLATION_KEY in question.ignored:
        return None
    return find_direction(question.standalone, inquiry.resources.library.languages())
