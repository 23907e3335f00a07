""" "Which article says so?" names the articles that the last answer rests on, with their words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sourcebook.index import Library, make_document
from sourcebook.rag import Answer, Chatbot, Turn
from sourcebook.rag.testing import ScriptedModel

FACT = "The quay was widened by eleven metres."
HISTORY = [Turn("By how many metres was the quay widened?", FACT)]


@pytest.fixture
def harbour(library: Library) -> Library:
    day = datetime(2024, 3, 12, tzinfo=UTC)
    library.add_documents(
        [
            make_document(
                f"{FACT} The pool stays closed.", title="New quay", author="Una Vik", published=day
            ),
            make_document("The ferry gets a new ship in May.", title="Ferry"),
        ]
    )
    return library


def ask(library: Library, question: str, log_odds: float = 5.0) -> Answer:
    bot = Chatbot(library, model=ScriptedModel(FACT, log_odds=log_odds))
    return bot.ask(question, history=HISTORY)


@pytest.mark.parametrize("question", ["Which article says so?", "Who wrote that?", "Are you sure?"])
def test_the_article_is_named_with_its_author_day_and_words(
    harbour: Library, question: str
) -> None:
    answer = ask(harbour, question)
    assert answer.kind == "source"
    assert answer.question == question
    assert answer.text == f"• New quay, Una Vik (12 March 2024): “{FACT}” [1]"
    assert [c.document.title for c in answer.citations] == ["New quay"]
    assert answer.citations[0].quote == FACT


def test_an_author_whom_only_the_text_names_is_named(library: Library) -> None:
    library.add_documents([make_document(f"Author: Harbour Office\n\n{FACT}", title="Quay")])
    assert ask(library, "Who wrote that?").text == f"• Quay, Harbour Office: “{FACT}” [1]"


def test_where_the_last_question_is_refused_no_article_is_named(harbour: Library) -> None:
    answer = ask(harbour, "Which article says so?", log_odds=-9.0)
    assert answer.abstained
    assert answer.citations == ()
