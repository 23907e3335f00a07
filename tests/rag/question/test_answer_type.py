"""A draft must be of the kind that was asked for."""

from __future__ import annotations

import numpy as np
import pytest

from sourcebook.index import make_document
from sourcebook.rag.question.answer_type import (
    asks_for_a_fact,
    asks_yes_or_no,
    matches_answer_type,
)
from sourcebook.rag.refusal.abstention import is_answer
from sourcebook.rag.retrieval.evidence import Evidence


@pytest.mark.parametrize(
    ("question", "draft", "expected"),
    [
        ("Who represented Russia?", "Russia was represented by Alexander Grushko.", True),
        ("When do dogs travel free?", "Dogs travel free on weekdays.", True),
        ("When do dogs travel free?", "Dogs travel free with their owners.", False),
        (
            "Who is the Latvian foreign minister?",
            "Latvian Foreign Minister Edgars Rinkevics.",
            True,
        ),
        ("What is the name of Putin's spokesman?", "Putin's spokesman is Vladimir Putin.", False),
        (
            "What is the name of Putin's spokesman?",
            "Vladimir Putin's spokesman is the Russian President's spokesman.",
            False,
        ),
        (
            "What is the name of Putin's spokesman?",
            "Russian President Vladimir Putin's spokesman is Vladimir Putin.",
            False,
        ),
        ("What is Putin's spokesman called?", "Putin's spokesman is called Putin.", False),
        ("What is Putin's spokesman called?", "He is called Dmitry Peskov.", True),
        ("What was the spokesman's name?", "The spokesman was a man of few words.", True),
        (
            "What was the name of the accused in Rostov?",
            "The one in Rostov was Russian troops.",
            False,
        ),
        ("What was the name of the accused in Rostov?", "In Rostov it was Ivan Babin.", True),
        ("Who was accused in Rostov?", "Russian troops were accused in Rostov.", True),
        ("Where did Sherman speak?", "Wendy Sherman did speak.", False),
        ("Where did Sherman speak?", "Wendy Sherman spoke in Geneva.", True),
        ("Who attended?", "The foreign ministers of the alliance attended.", True),
        ("How long did they last?", "They lasted about eight hours.", True),
        ("What is the price of gas in Germany?", "The price of gas in Germany is high.", False),
        ("How many times did they speak?", "They spoke twice.", True),
        ("When did they meet?", "They met on Monday.", True),
        ("When did they meet?", "They met in Geneva to talk.", True),
        ("Did they meet in Geneva?", "Yes.", True),
        ("In which hotel did the envoys talk?", "The envoys talked in a hotel.", False),
        ("In which house in Geneva did they meet?", "They met in a house in Geneva.", False),
        ("In which house in Geneva did they meet?", "They met in a house by the lake.", True),
        ("Why did they meet?", "To settle the dispute.", True),
    ],
)
def test_the_question_word_asks_for_a_kind(question: str, draft: str, expected: bool) -> None:
    assert matches_answer_type(question, draft) is expected


@pytest.mark.parametrize(
    ("question", "supported", "expected"),
    [
        ("How many articles does the draft have?", True, True),
        ("How many articles does the draft have?", False, False),
        ("Why does the draft have 15 articles and a preamble?", False, True),
        ("Where does the draft lie?", False, False),
        ("Where does the draft lie?", True, True),
        ("What did the lawyers say of the draft?", False, False),
        ("What did the lawyers say of the draft?", True, True),
        ("What did the lawyers do?", False, True),
    ],
)
def test_a_fact_that_was_asked_for_must_stand_in_a_source(
    question: str, supported: bool, expected: bool
) -> None:
    draft = "It has 17 of them, as lawyers wanted."
    assert is_answer(question, draft, [], is_supported=supported) is expected


@pytest.mark.parametrize(
    ("question", "draft", "expected"),
    [
        ("In which city will the council meet?", "The council will meet in Arnau.", False),
        ("In which city will the council meet?", "The council will meet in Velm.", True),
        ("In which city will the council meet?", "The council will meet at home.", True),
        ("Why will the council meet?", "The council will meet Mayor Arnau.", True),
    ],
)
def test_a_city_that_was_asked_for_stands_in_what_was_read(
    question: str, draft: str, expected: bool
) -> None:
    document = make_document("The mayors come to Velm on Monday.", title="A council")
    vector = np.ones(1, np.float32)
    item = Evidence(document, "p", document.text, 0, len(document.text), 0.9, 1.0, vector)
    assert is_answer(question, draft, [item], is_supported=False) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("When did the council meet?", True),
        ("Before January 2022, when had the council last met?", True),
        ("How did the town fare, when the bridge fell?", False),
        ("What becomes of the ferry when the bridge is open?", False),
    ],
)
def test_a_time_is_asked_for_behind_another_time_too(question: str, expected: bool) -> None:
    assert asks_for_a_fact(question) is expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("There is a lot of soup left. Can it be frozen?", True),
        ("I am giving up the flat! Will an e-mail do?", True),
        ("When the ferry is sold, does its captain go too?", True),
        ("If it rains, where do we meet?", False),
        ("Is there a bus? If so, which?", False),
    ],
)
def test_yes_or_no_answers_what_the_last_sentence_asks(question: str, expected: bool) -> None:
    assert asks_yes_or_no(question) is expected
