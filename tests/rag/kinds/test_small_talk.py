"""A greeting gets a short reply in the reader's language, with questions about this library."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sourcebook.index import Library, make_document
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.testing import ScriptedModel


def ask(library: Library, question: str) -> tuple[Answer, ScriptedModel]:
    model = ScriptedModel("A draft.")
    return Chatbot(library, model=model).ask(question), model


@pytest.fixture
def filled(library: Library) -> Library:
    library.add_documents(
        make_document(
            f"{title}. The board met on Tuesday and agreed to widen the quay by eleven metres.",
            title=title,
            author=author,
            published=datetime(2024, month, 1, tzinfo=UTC),
        )
        for title, author, month in [
            ("Quay to be widened", "Orla Fenwick", 1),
            ("Pool closed", "Bruno Kask", 3),
            ("Ferry gets a new ship", "Orla Fenwick", 2),
        ]
    )
    return library


@pytest.mark.parametrize(
    ("question", "first", "suggestions"),
    [
        (
            "Hi there! Who are you?",
            "Hello!",
            ["Summarise “Pool closed”.", "What did Orla Fenwick write?", "How many articles"],
        ),
        (
            "Hallo, was kannst du?",
            "Hallo!",
            ["Fasse „Pool closed“ zusammen.", "Was hat Orla Fenwick geschrieben?", "Wie viele"],
        ),
    ],
)
def test_a_greeting_is_answered_with_what_can_be_asked(
    filled: Library, question: str, first: str, suggestions: list[str]
) -> None:
    answer, model = ask(filled, question)
    assert answer.kind == "small-talk"
    assert not answer.abstained
    assert answer.text.startswith(first)
    lines = answer.text.splitlines()[-3:]
    assert [line[: len(begin)] for line, begin in zip(lines, suggestions, strict=True)] == (
        suggestions
    )
    assert model.prompts == []


def test_what_is_said_is_marked_as_the_products_own_words(filled: Library) -> None:
    answer, _ = ask(filled, "Thank you!")
    assert {sentence.form for sentence in answer.sentences} == {"note"}
    assert answer.citations == ()


@pytest.mark.parametrize(
    ("thanks", "reply"),
    [("Thanks a lot!", "You are welcome."), ("Vielen Dank!", "Gern geschehen.")],
)
def test_thanks_are_answered_as_such(filled: Library, thanks: str, reply: str) -> None:
    assert ask(filled, thanks)[0].sentences[0].text == reply


def test_sentences_of_the_articles_give_questions_of_their_own(sample: Library) -> None:
    answer, _ = ask(sample, "hello")
    *_, first, second, third = answer.text.splitlines()
    assert first.endswith("?")
    assert second.endswith("?")
    assert first != second
    assert third.startswith("Summarise “")


def test_an_empty_library_offers_nothing_to_ask(library: Library) -> None:
    answer, _ = ask(library, "Hello!")
    assert not answer.abstained
    assert "There are no articles here yet" in answer.text
    assert "?" not in answer.text
