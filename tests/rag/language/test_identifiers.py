"""Identifiers: which they are, and that a neighbour is another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.language.identifiers import find_identifiers, is_neighbour


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("How much does the winch AB-1234-X lift?", ["ab-1234-x"]),
        ("What did version 3.10 add?", ["3.10"]),
        ("Is CVE-2031-9999 mended?", ["cve-2031-9999"]),
        ("How many people does room 402 seat?", ["402"]),
        ("What does error HK-204 mean?", ["hk-204"]),
        ("Wie groß ist Zimmer 12?", ["12"]),
        ("Who won on 3rd May 2020 at 10am, after 5km and a 24-hour wait in the 1990s?", []),
        ("How did mid-2024 compare with 2023?", []),
        ("Were over-65s and under-18s in the top-10 list?", []),
        ("What did 90 seconds cost?", []),
    ],
)
def test_a_name_with_digits_is_an_identifier_and_an_amount_is_none(
    text: str, tokens: list[str]
) -> None:
    assert [identifier.token for identifier in find_identifiers(text)] == tokens


def test_another_identifier_of_the_same_shape_is_a_neighbour() -> None:
    (winch,) = find_identifiers("the winch AB-1234-X")
    assert is_neighbour(winch, "The winch AB-1243-X lifts 400 kilograms.")
    assert not is_neighbour(winch, "The winch ab-1234-x lifts 900 kilograms.")
    assert not is_neighbour(winch, "Both winches are serviced in May, see E0502.")


def test_a_version_is_not_the_one_that_it_begins() -> None:
    (version,) = find_identifiers("version 3.1")
    assert is_neighbour(version, "Version 3.10 added support for solar panels.")
    assert not version.stands_in("Version 3.10 added support.")
    assert not version.stands_in("It came with 2.3.1 already.")
    assert version.stands_in("It came with version 3.1.")


@given(st.integers(100, 99_999), st.integers(100, 99_999))
def test_a_room_stands_in_a_text_exactly_where_its_number_does(one: int, other: int) -> None:
    (room,) = find_identifiers(f"room {one}")
    assert room.stands_in(f"Room {other} is on the left.") == (one == other)
