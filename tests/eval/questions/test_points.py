"""The points of an answer: a rule that anybody can check by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.eval.questions.points import find_points, holds_word_of, normalise, says


@pytest.mark.parametrize(
    ("text", "alternative"),
    [
        ("It waits **90 seconds** for the other.", "90 seconds"),
        ("It waits ninety seconds.", "90 seconds"),
        ("It waits 90 seconds.", "ninety seconds"),
        ("They need twenty-four hours.", "24 hours"),
        ("The deposit is €2,955.", "2955"),
        ("The deposit is EUR 2955.", "€2,955"),
        ("Das sind 1.200 Euro.", "1,200"),
        ("Das kostet 3,70 Euro.", "3.70"),
        ("It costs 3.70 euros.", "3,70"),
        ("Es sind drei Brücken.", "3 Brücken"),
        ("DIE GIESSEREI bleibt.", "Gießerei"),
        ("The fence ran on 6.5kV.", "6.5 kV"),
        ("Doors open at 7pm.", "7 pm"),
        ("On the 21st of February.", "21 of February"),
        ("It ended on February 21.", "February 21st"),
        ("Use the `--dry-run` flag.", "dry-run"),
        ("Run haulkite attic restore letters.", "haulkite attic restore"),
        ("A gluten free loaf.", "gluten-free"),
        ("You don’t have to pay.", "don't have to pay"),
        ("The baker's oven.", "baker"),
        ("Press the star, and then 5.", "star … 5"),
        ("from v2.2 on", "2.2"),
    ],
)
def test_an_alternative_stands_in_a_text_however_it_is_written(text: str, alternative: str) -> None:
    assert says(text, alternative)


@pytest.mark.parametrize(
    ("text", "alternative"),
    [
        ("It waits 190 seconds.", "90 seconds"),
        ("It waits 90 seconds.", "0 seconds"),
        ("A 5.9 egg clutch.", "59"),
        ("A 5.9 egg clutch.", "5"),
        ("The children pay.", "child"),
        ("Use version 3.10.", "3.1"),
        ("One of the clients.", "1"),
        ("restore the attic", "attic restore"),
        ("nothing", "…"),
    ],
)
def test_whole_words_in_their_order_are_needed(text: str, alternative: str) -> None:
    assert not says(text, alternative)


def test_an_ellipsis_stands_for_eight_words_and_not_for_nine() -> None:
    assert says("ethanol " + "w " * 8 + "96", "ethanol … 96")
    assert not says("ethanol " + "w " * 9 + "96", "ethanol … 96")
    assert says("ethanol 96", "ethanol ... 96")


def test_numbers_beside_a_comma_are_two() -> None:
    assert normalise("line,Child,return,10.50,13.10") == "line child return 10.50 13.10"
    assert normalise("Adult,120,150") == "adult 120 150"
    assert normalise("1,108, 1,009 and 12,345,678.5") == "1108 1009 and 12345678.5"
    assert normalise("2\u202f265 or 2\u00a0265") == "2265 or 2265"
    assert normalise("0.125 and 1.200,50") == "0.125 and 1200 50"


def test_enough_points_and_nothing_forbidden_make_an_answer_right() -> None:
    points = (("SIGTERM",), ("SIGINT", "Ctrl+C"), ("SIGHUP", "hang-up signal"))
    found = find_points("Ctrl+C and the hang-up signal stop it.", points, ("SIGKILL",))
    assert found.made == (False, True, True)
    assert found.is_right(2)
    assert not found.is_right(3)
    wrong = find_points("SIGTERM, SIGINT, SIGHUP; not SIGKILL.", points, ("SIGKILL",))
    assert wrong.made == (True, True, True)
    assert wrong.forbidden == ("SIGKILL",)
    assert not wrong.is_right(3)
    assert find_points("Hello!", (), ()).is_right(0)


def test_a_sentence_holds_a_telling_word_of_a_point() -> None:
    assert holds_word_of("Put the stamp on it.", ["stamp of the purser"])
    assert not holds_word_of("One of the two.", ["stamp of the purser"])
    assert holds_word_of("Add 5 of them.", ["5 litres"])


@given(st.text(max_size=60))
def test_a_text_with_a_word_says_itself(text: str) -> None:
    assert says(text, text) == bool(normalise(text))
