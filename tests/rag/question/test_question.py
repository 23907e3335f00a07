"""Questions are made stand-alone, and refused when they cannot be asked."""

from __future__ import annotations

import pytest

from sourcebook.index.errors import EmptyQuestion, QuestionTooLong
from sourcebook.rag import Turn
from sourcebook.rag.question.understanding import LONGEST, understand

HISTORY = [Turn("Who led the American delegation in Geneva?", "Wendy Sherman led it.")]


@pytest.mark.parametrize(
    "question",
    [
        "Who did she meet there?",
        "And when?",
        "What did he say?",
        "Why?",
        "How did Moscow react to that?",
    ],
)
def test_a_follow_up_takes_its_names_from_the_turn_before(question: str) -> None:
    understood = understand(question, HISTORY)
    assert understood.text == question
    assert "Wendy Sherman" in understood.standalone
    assert understood.standalone != question


def test_what_the_rules_cannot_resolve_has_the_topic_of_the_turn_before_behind_it() -> None:
    made = understand("How did Moscow react to that?", HISTORY).standalone
    assert made.startswith("How did Moscow react to that (")
    assert "led the American delegation in Geneva" in made
    assert HISTORY[0].question not in made


@pytest.mark.parametrize(
    "question",
    [
        "In which month did Russia close its mission to NATO?",
        "What did Stoltenberg say about his talks with Zelensky?",
        "Which company pays flight attendants for boarding?",
        "When did the EU say that sanctions would follow?",
    ],
)
def test_a_whole_question_stays_as_it_is(question: str) -> None:
    assert understand(question, HISTORY).standalone == question


@pytest.mark.parametrize("question", ["", "   ", "\n", "?!", "\x00", "\u202e"])
def test_an_empty_question_is_refused(question: str) -> None:
    with pytest.raises(EmptyQuestion):
        understand(question)


def test_an_enormous_question_is_refused_with_the_limit() -> None:
    with pytest.raises(QuestionTooLong, match=f"{LONGEST:,}"):
        understand("why " * 25_000)
