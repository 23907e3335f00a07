"""Numbers that differ in any digit are different claims."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.language.sentence import ParsedSentence


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_two_numbers_are_one_claim_exactly_when_they_are_equal(one: int, other: int) -> None:
    sentence = ParsedSentence(f"It sold {one:,} tickets in all.")
    (claim,) = ParsedSentence(f"It sold {other:,} tickets.").numbers
    assert sentence.states(claim) == (one == other)
