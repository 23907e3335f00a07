"""Prompt lookup: a guess is what followed the same words before."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.lookup import LONGEST_MATCH, guess

TOKENS = st.lists(st.integers(0, 5), max_size=40)


def test_what_followed_the_last_words_is_guessed() -> None:
    assert guess([1, 2, 3, 4, 5, 6], [9, 2, 3], 2) == [4, 5]


def test_a_longer_match_comes_before_a_nearer_one() -> None:
    assert guess([7, 2, 3, 4, 0, 2, 3, 5], [7, 2, 3], 1) == [4]


def test_of_equal_matches_the_last_counts() -> None:
    assert guess([2, 3, 4, 0, 2, 3, 5], [2, 3], 1) == [5]


def test_no_more_is_guessed_than_was_matched() -> None:
    assert guess([1, 2, 3, 4, 5], [2], 4) == [3]
    assert guess([1, 2, 3, 4, 5], [1, 2], 4) == [3, 4]
    assert guess([1, 2, 3, 4, 5], [1, 2], 1) == [3]


def test_without_a_match_nothing_is_guessed() -> None:
    assert guess([1, 2, 3], [4], 4) == []
    assert guess([], [], 4) == []


def test_what_was_written_counts_too() -> None:
    assert guess([], [1, 2, 3, 1, 2], 1) == [3]


@given(TOKENS, TOKENS, st.integers(0, 6))
def test_a_guess_stands_behind_an_earlier_place_of_the_end(
    prompt: list[int], written: list[int], most: int
) -> None:
    found = guess(prompt, written, most)
    assert len(found) <= min(most, LONGEST_MATCH)
    if found:
        tokens = prompt + written
        ends = [written[-size:] for size in range(1, min(LONGEST_MATCH, len(written)) + 1)]
        assert any(
            tokens[at : at + len(end) + len(found)] == end + found
            for end in ends
            for at in range(len(tokens) - len(end))
        )
