"""A statement that turns one word, value or name of its source round is told from a right one."""

from __future__ import annotations

import numpy as np
import pytest

from sourcebook.rag.language import ParsedSentence
from sourcebook.rag.retrieval import Evidence
from sourcebook.rag.review.alternatives import agrees, find_alternative
from sourcebook.rag.review.sources import statement_evidence
from sourcebook.rag.review.value_subjects import find_strangers, find_swapped, find_units

LADLES = "The long ladle holds 250 ml, the short one 120 ml."
DAM = "The dam was inspected before the flood; it was repaired after it in April."
WELLS = "All of the springs kept flowing, but some of the wells were dry by August."
ROOM = "Visitors may use the reading room, but they are not allowed to take photographs there."
NOTEBOOKS = (
    "The Aldwick 300 has an 8-core processor, 16GB of memory and a disk of 512 GB.",
    "The Aldwick 500 has a 12-core processor and 32GB of memory.",
    "The Aldwick 500 weighs 1.4 kg, the Aldwick 300 1.1 kg.",
)
WOMEN = "Clara Weiss was the second woman to lead the institute; Hanna Dorn had been the first."
BOARD = "The board consists of Ada Brix, Tom Carver, Nils Egeland and Rosa Duarte."


def _sources(*texts: str) -> list[Evidence]:
    return [statement_evidence(text, "", np.zeros(1, np.float32)) for text in texts]


@pytest.mark.parametrize(
    ("source", "right", "wrong", "words"),
    [
        (DAM, "It was inspected before the flood.", "It was inspected after the flood.", "after"),
        (DAM, "It was repaired after the flood.", "It was repaired before it.", "before"),
        (WELLS, "Some of the wells were dry.", "All of the wells were dry.", "All"),
        (ROOM, "Visitors may use the room.", "Visitors must not use the room.", "must not"),
        (LADLES, "The long ladle holds 250 ml.", "The short ladle holds 250 ml.", "short"),
        (
            "Board members and trainers are exempt.",
            "Trainers and board members need not work.",
            "Trainers and board members must work.",
            "must",
        ),
    ],
)
def test_the_other_word_of_two_is_found_where_the_source_has_the_first(
    source: str, right: str, wrong: str, words: str
) -> None:
    assert find_alternative(ParsedSentence(right), _sources(source)) is None
    other = find_alternative(ParsedSentence(wrong), _sources(source))
    assert other is not None
    assert other.words == words
    assert other.source_words in source


def test_words_that_are_not_said_of_the_same_decide_nothing() -> None:
    source = _sources("The talks before lunch were short.")
    assert find_alternative(ParsedSentence("A swim after the sauna is long."), source) is None


def test_a_denial_in_other_words_agrees() -> None:
    source = "Charcoal and gas barbecues are not allowed on balconies."
    (evidence,) = _sources(source)
    assert agrees(ParsedSentence("Barbecues are forbidden on balconies."), evidence)
    assert not agrees(ParsedSentence("Barbecues are allowed on balconies."), evidence)


@pytest.mark.parametrize(
    ("right", "wrong", "value"),
    [
        ("The Aldwick 500 has 32GB of memory.", "The Aldwick 300 has 32GB of memory.", "32"),
        ("The Aldwick 300 weighs 1.1 kg.", "The Aldwick 500 weighs 1.1 kg.", "1.1"),
        ("Clara Weiss was the second.", "Hanna Dorn was the second woman.", "second"),
        ("The short ladle holds 120 ml.", "The long ladle holds 120 ml.", "120"),
    ],
)
def test_a_value_of_something_else_is_found(right: str, wrong: str, value: str) -> None:
    sources = _sources(*NOTEBOOKS, WOMEN, LADLES)
    assert find_swapped(ParsedSentence(right), sources) == []
    assert find_swapped(ParsedSentence(wrong), sources) == [value]


def test_values_that_are_exchanged_are_both_found() -> None:
    wrong = ParsedSentence("The Aldwick 500 weighs 1.1 kg and the Aldwick 300 weighs 1.4 kg.")
    assert find_swapped(wrong, _sources(*NOTEBOOKS)) == ["1.1", "1.4"]


def test_times_of_a_clock_are_no_values() -> None:
    source = "A call is free of charge from 8:00 to 18:00 and costs €60 at other times."
    statement = "A call costs €60 outside the hours from 8:00 to 18:00."
    assert find_swapped(ParsedSentence(statement), _sources(source)) == []


def test_a_number_in_another_unit_is_found() -> None:
    sources = _sources(*NOTEBOOKS)
    assert find_units(ParsedSentence("The Aldwick 300 has an 8-core processor."), sources) == []
    assert find_units(ParsedSentence("The Aldwick 300 has 8GB of memory."), sources) == ["8"]
    assert find_units(ParsedSentence("It has 16 GB of memory."), sources) == []


def test_a_name_that_a_list_leaves_out_is_found() -> None:
    sources = _sources(BOARD, "Ottilie Fenn left it in June 2019.")
    right = "Ada Brix, Tom Carver, Nils Egeland and Rosa Duarte sit on the board."
    assert find_strangers(ParsedSentence(right), sources) == []
    wrong = right.replace("Nils Egeland", "Ottilie Fenn")
    assert find_strangers(ParsedSentence(wrong), sources) == ["Ottilie Fenn"]
