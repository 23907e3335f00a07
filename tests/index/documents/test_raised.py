"""A raised digit is a mark and no digit, unless it is an exponent."""

from __future__ import annotations

import pytest

from sourcebook.index.structure.raised import superscript


@pytest.mark.parametrize(
    ("before", "sign"),
    [
        ("83,190,556", "2"),
        ("25 crowns", "7"),
        ("1 010", "1"),
        ("12.10", "3"),
        ("the quay.", "12"),
        ("the quay", "1,2"),
        ("the quay", "1–3"),
        ("the quay", "[4]"),
        ("the quay", "[citation needed]"),
        ("7.5 %", "a"),
        ("Germany", "b"),
        ("Germany", "1)"),
        ("Ingrid Solheim", "1,*"),
        ("Ingrid Solheim", "∗"),
        ("Ingrid Solheim", "2†"),
        ("fares", "*"),
        ("fares", "†"),
        ("vitamin C", "2"),
        ("he lives in", "2"),
        ("10", "1"),
        ("2", "1"),
        ("(see above)", "2"),
        ("n/a", "a"),
        ("n/a", "2"),
        ("A/B", "2"),
        ("€ 10", "7"),
        ("SEK 10", "7"),
        ("", "1"),
    ],
)
def test_a_sign_of_a_footnote_is_a_mark(before: str, sign: str) -> None:
    assert superscript(before, sign) is None


@pytest.mark.parametrize(
    ("before", "sign", "text"),
    [
        ("10", "6", "⁶"),
        ("1.3 × 10", "1", "¹"),
        ("10", "-3", "⁻³"),
        ("5 m", "2", "²"),
        ("450 km", "2", "²"),
        ("m s", "−2", "⁻²"),
        ("6 in", "3", "³"),
        ("x", "2", "²"),
        ("E = mc", "2", "²"),
        ("(a + b)", "2", "²"),
        ("2", "64", "⁶⁴"),
        ("2", "n", "ⁿ"),
        ("R", "2", "²"),
    ],
)
def test_an_exponent_is_written_raised(before: str, sign: str, text: str) -> None:
    assert superscript(before, sign) == text


@pytest.mark.parametrize(
    ("before", "sign"),
    [
        ("the 1", "st"),
        ("le 19", "e"),
        ("le XIX", "e"),
        ("M", "me"),
        ("n", "o"),
        ("Tallberg", "TM"),
        ("Tallberg", "®"),
        ("4", "th"),
        ("the board", "was here"),
    ],
)
def test_raised_letters_of_a_word_stay(before: str, sign: str) -> None:
    assert superscript(before, sign) == sign


def test_a_link_is_a_mark_even_where_an_exponent_could_stand() -> None:
    assert superscript("5 m", "2") == "²"
    assert superscript("5 m", "2", is_link=True) is None
    assert superscript("the 1", "st", is_link=True) == "st"


def test_the_mass_of_an_isotope_stays_with_its_element() -> None:
    assert superscript("dated by ", "14", after="C at Lund") == "¹⁴"
    assert superscript("", "14", after="Including tax") is None


def test_a_raised_number_before_a_fraction_bar_is_a_numerator() -> None:
    assert superscript("It takes ", "1", after="⁄2 cup") == "1"
    assert superscript("It takes 1", "1", after="/2 cups") == " 1"
    assert superscript("a fee of 250", "1", after="/2 cups") is None
    assert superscript("the year", "1", after="/month") is None
