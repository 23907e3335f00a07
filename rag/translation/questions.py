"""A question in the articles' language, and the chip that shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sourcebook.index.embedding.base import Embedder
from sourcebook.index.search.names import Contents
from sourcebook.index.search.stop_words import STOP_WORDS_BY_LANGUAGE
from sourcebook.rag.answer import Answer
from sourcebook.rag.language.reading import LANGUAGE_NAMES
from sourcebook.rag.question import (
    ABOUT_NO_ARTICLE,
    Kind,
    Question,
    QuestionFilter,
    find_kind,
)
from sourcebook.rag.question.filters import find_filters

from .languages import Direction
from .terms import missing_terms, missing_words
from .translator import Translator

TRANSLATION_KEY = "translation"
"""The key of the chip that shows the translation; without it, a question is not translated."""


def translate_question(
    question: Question,
    direction: Direction,
    translator: Translator,
    contents: Contents | None,
    is_in_articles: Callable[[str], bool],
    *,
    embedder: Embedder | None = None,
) -> Question:
    """Return a question in the articles' language; as it is where the model wrote nothing.

    Numbers and codes that the translation lost stand behind it, and words of the question that the
    articles hold as they are: a small model makes croissants of "Scones".

    Args:
        question: in the reader's language.
        direction: the two languages.
        translator: asked once.
        contents: the names in the library, for the filters; without them there are none.
        is_in_articles: whether an article mentions a word.
        embedder: the library's, which tells the kind of the translation.

    Raises:
        ModelError: the model cannot run.
    """
    original = question.standalone
    text = translator.translate(original, direction.reader, direction.articles, "question")
    if not text:
        return question
    small = STOP_WORDS_BY_LANGUAGE.get(direction.reader, frozenset())
    shared = [
        word
        for word in missing_words(original, text)
        if word.casefold() not in small and is_in_articles(word)
    ]
    if missing := [*missing_terms(original, text), *shared]:
        text = f"{text.rstrip(' ?.')} ({', '.join(missing)})?"
    filters: tuple[QuestionFilter, ...] = ()
    if contents and question.now:
        filters = find_filters(text, contents, question.now, question.ignored)
    kind = _kind_of_translation(question, text, embedder)
    return replace(question, text=text, standalone=text, filters=filters, kind=kind)


def _kind_of_translation(question: Question, text: str, embedder: Embedder | None) -> Kind:
    """Return the kind of a translated question: that of its translation, as kinds are told best in
    English. One that was told stays, and so does any where the translation looks as if it were
    about no article: the question itself did not."""
    if question.is_kind_told:
        return question.kind
    kind = find_kind(text, embedder=embedder)
    return question.kind if kind in ABOUT_NO_ARTICLE else kind


def show_translation(answer: Answer, question: str, direction: Direction) -> Answer:
    """Return the answer to a translated question as that to the question itself, with a chip.

    Args:
        answer: to the translation.
        question: as the reader typed it. The filters of the translation are of all of it.
        direction: the two languages.
    """
    label = f"Asked in {LANGUAGE_NAMES[direction.articles]} as “{answer.standalone_question}”"
    chip = QuestionFilter("language", TRANSLATION_KEY, label, question, 0, 0, strict=False)
    filters = (
        replace(item, text=question, start=0, end=len(question)) for item in (chip, *answer.filters)
    )
    return replace(answer, question=question, filters=tuple(filters))
