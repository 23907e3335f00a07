"""Numbers and names in any form are the same claim, and different ones are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.language.claims import Claim, find_claims, find_names, find_numbers, states
from sourcebook.rag.language.stems import content_stems


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("about eight hours", ["#8"]),
        ("8 hours", ["#8"]),
        ("nearly 100,000 troops", ["#100000"]),
        ("one hundred thousand troops", ["#100000"]),
        ("two and a half months", ["#2.5"]),
        ("thirty-two countries", ["#32"]),
        ("a 3.5 million fund", ["#3.5e+06"]),
        ("on 10 January 2022", ["#10", "#2022"]),
        ("one of them, and no one else", []),
        ("the 18th day", ["#18"]),
        ("$700 million", ["#7e+08"]),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, values: list[str]) -> None:
    assert [n.key for n in find_numbers(text)] == values


@given(st.integers(0, 10**9))
def test_grouped_digits_are_the_same_number(value: int) -> None:
    assert states(f"There were {value:,} of them.", Claim("", f"#{float(value):g}"))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Russia is represented by Alexander Grushko.", ["Alexander", "Grushko"]),
        ("Wendy Sherman spoke.", ["Wendy", "Sherman"]),
        ("The mission closed in October.", ["October"]),
        ("They met. Nobody left Geneva.", ["Geneva"]),
        ("Talks may march on.", []),
        ("Putin's spokesman said the Kremlin’s view.", ["Kremlin"]),
    ],
)
def test_names_are_capitalised_words_inside_a_sentence(text: str, found: list[str]) -> None:
    assert [n.text for n in find_names(text)] == found


def test_a_source_states_a_name_only_as_a_whole_word() -> None:
    (name,) = find_names("It was Ann.")
    assert states("Then Ann came.", name)
    assert not states("Then Anna came.", name)


def test_short_months_are_the_month() -> None:
    (month, _) = find_claims("on Dec. 30")
    assert states("on December 30", month)


@pytest.mark.parametrize(
    ("one", "other"), [("Russia", "Russians"), ("Ukraine", "Ukrainian"), ("U.S.", "American")]
)
def test_a_country_and_its_people_are_one_name(one: str, other: str) -> None:
    (name,) = find_names(f"the view of {one}")
    assert states(f"an envoy of the {other} side", name)
    assert not states("an envoy of the Turkish side", name)


def test_spellings_of_a_name_are_not_one_name() -> None:
    (name,) = find_names("It was Sergey.")
    assert not states("It was Sergiy.", name)


def test_stems_leave_out_common_words_and_possessives() -> None:
    assert content_stems("How long did Sherman's talks last?") == [
        "long",
        "sherman",
        "talk",
        "last",
    ]


@given(st.text())
def test_any_text_can_be_read_for_claims(text: str) -> None:
    for claim in find_claims(text):
        assert claim.text in text
