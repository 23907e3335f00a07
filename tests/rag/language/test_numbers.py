"""Numbers that differ in any digit are different claims."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.language.numbers import number_key
from sourcebook.rag.language.reading import reading_in
from sourcebook.rag.language.sentence import ParsedSentence


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_two_numbers_are_one_claim_exactly_when_they_are_equal(one: int, other: int) -> None:
    sentence = ParsedSentence(f"It sold {one:,} tickets in all.")
    (claim,) = ParsedSentence(f"It sold {other:,} tickets.").numbers
    assert sentence.states(claim) == (one == other)


@given(st.integers(0, 10**9), st.integers(0, 99))
def test_a_comma_parts_the_decimals_where_a_language_has_it_so(whole: int, hundredths: int) -> None:
    text = f"{whole:,}".replace(",", ".") + f",{hundredths:02}"
    with reading_in("de"):
        (number,) = ParsedSentence(f"Es sind {text} Euro.").numbers
    assert number.key == number_key(whole + hundredths / 100)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("de", "44,7 Prozent", 44.7),
        ("de", "250.000 Euro", 250_000),
        ("de", "2,5 Millionen Euro", 2_500_000),
        ("de", "44.7 %", 44.7),
        ("en", "1,234.50 dollars", 1234.5),
        ("en", "1.234 grams", 1.234),
    ],
)
def test_a_number_is_read_as_its_language_writes_it(language: str, text: str, value: float) -> None:
    with reading_in(language):
        (number,) = ParsedSentence(f"x {text}").numbers
    assert number.key == number_key(value)
