"""Comparisons: read from whole passages, each side verified by itself."""

from __future__ import annotations

import pytest

from sourcebook.index import Library, make_document
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.testing import ScriptedModel

QUESTION = "What is the difference between the Karo One and the Delta Pro?"


@pytest.fixture
def consoles(library: Library) -> Library:
    """One review of two devices."""
    library.add_documents(
        [
            make_document(
                "The Karo One is the quicker of the two. It has 12 gigabytes of memory and costs "
                "500 crowns.\n\nThe Delta Pro has 8 gigabytes of memory and costs 400 crowns. It "
                "was sold a year before.",
                title="Two devices for the living room",
            )
        ]
    )
    return library


def ask(library: Library, draft: str) -> Answer:
    bot = Chatbot(library, model=ScriptedModel(draft, log_odds=5.0))
    return bot.ask(QUESTION, kind="comparison")


def test_each_side_is_a_sentence_with_its_own_quote(consoles: Library) -> None:
    answer = ask(consoles, "The Karo One costs 500 crowns, while the Delta Pro costs 400 crowns.")
    assert [sentence.text for sentence in answer.sentences] == [
        "The Karo One costs 500 crowns.",
        "The Delta Pro costs 400 crowns.",
    ]
    quotes = [
        " ".join(c.quote for c in answer.citations if c.number in sentence.citations)
        for sentence in answer.sentences
    ]
    assert "500 crowns" in quotes[0]
    assert "400 crowns" in quotes[1]


def test_what_is_said_of_the_one_side_is_not_given_for_the_other(consoles: Library) -> None:
    answer = ask(consoles, "The Karo One costs 400 crowns, while the Delta Pro costs 400 crowns.")
    assert [sentence.text for sentence in answer.sentences] == ["The Delta Pro costs 400 crowns."]
    assert [sentence.text for sentence in answer.left_out] == ["The Karo One costs 400 crowns."]
