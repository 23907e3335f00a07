"""Numbers and names in any form are the same claim, and different ones are not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.language.claims import Claim, find_claims, find_names, find_numbers
from sourcebook.rag.language.names import spells_out
from sourcebook.rag.language.quantities import find_quantities
from sourcebook.rag.language.sentence import ParsedSentence
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
        ("a 3.5 million fund", ["#3500000"]),
        ("on 10 January 2022", ["#10", "#2022"]),
        ("one of them, and no one else", []),
        ("the 18th day", ["#18"]),
        ("$700 million", ["#700000000"]),
        ("a 5-million-euro house", ["#5000000"]),
        (
            "$5m, or 5m people, or £2 bn, or 10bn, or 7k",
            ["#5000000", "#5000000", "#2000000000", "#10000000000", "#7000"],
        ),
        ("a wall 5m long", ["#5"]),
        ("1\u00a0000 men", ["#1000"]),
        ("version 3.2.1 of the F16", ["#3.2"]),
        ("2019,2020", ["#2019"]),
        ("eight. Hundred of them", ["#8"]),
        ("half an hour, an hour and a half, a dozen", []),
        ("12345678901234567890", ["#1.23456789012346e+19"]),
    ],
)
def test_numbers_are_read_in_digits_and_words(text: str, values: list[str]) -> None:
    assert [n.key for n in find_numbers(text)] == values


@pytest.mark.parametrize(
    "text", ["the 18th day", "20% of it", "a 5m wall", "$5bn spent", "5-million"]
)
def test_the_words_of_a_number_have_its_signs(text: str) -> None:
    (number,) = find_numbers(text)
    assert number.text == max(text.split(), key=lambda word: sum(map(str.isdigit, word)))


@given(
    st.integers(2, 10**6),
    st.sampled_from(["soldiers", "euros", "hours", "%"]),
    st.sampled_from(["{:,}", "{}", "{} million", "${}bn"]),
)
def test_amounts_and_claims_read_one_number(value: int, noun: str, form: str) -> None:
    text = f"There were {form.format(value)} {noun} in all."
    assert [a.key for a in find_quantities(text)] == [n.key for n in find_numbers(text)]


@given(st.integers(0, 10**9))
def test_grouped_digits_are_the_same_number(value: int) -> None:
    assert ParsedSentence(f"There were {value:,} of them.").states(Claim("", f"#{value}"))


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
    assert ParsedSentence("Then Ann came.").states(name)
    assert not ParsedSentence("Then Anna came.").states(name)


def test_short_months_are_the_month() -> None:
    (month, _) = find_claims("on Dec. 30")
    assert ParsedSentence("on December 30").states(month)


@pytest.mark.parametrize(
    ("one", "other"), [("Russia", "Russians"), ("Ukraine", "Ukrainian"), ("U.S.", "American")]
)
def test_a_country_and_its_people_are_one_name(one: str, other: str) -> None:
    (name,) = find_names(f"the view of {one}")
    assert ParsedSentence(f"an envoy of the {other} side").states(name)
    assert not ParsedSentence("an envoy of the Turkish side").states(name)


def test_spellings_of_a_name_are_not_one_name() -> None:
    (name,) = find_names("It was Sergey.")
    assert not ParsedSentence("It was Sergiy.").states(name)


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


@given(st.lists(st.text("bcfghj", min_size=2, max_size=8), min_size=3, max_size=6))
def test_an_acronym_is_spelled_out_by_its_words_only(words: list[str]) -> None:
    acronym = "".join(word[0] for word in words).upper()
    assert spells_out(acronym, f"There are {' '.join(words)} here.")
    assert spells_out(f"{acronym}s", " and ".join(words))
    assert not spells_out(acronym.lower(), " ".join(words))
    assert not spells_out(f"{acronym[:-1]}Z", " ".join(words))
