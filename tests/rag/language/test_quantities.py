"""Amounts in text: what they count, between which bounds, and which can be said of one thing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.language.numbers import Bound
from sourcebook.rag.language.quantities import find_bounds, find_quantities
from sourcebook.rag.language.word_lists import read_lines

HOUR = 3600


@pytest.mark.parametrize(
    ("text", "said", "value", "bound", "unit"),
    [
        ("It took about eight hours.", "about eight hours", 8 * HOUR, Bound.ABOUT, "time"),
        (
            "after more than seven hours of it",
            "more than seven hours",
            7 * HOUR,
            Bound.ABOVE,
            "time",
        ),
        ("an hour and a half", "an hour and a half", 1.5 * HOUR, Bound.EXACT, "time"),
        ("90 minutes", "90 minutes", 1.5 * HOUR, Bound.EXACT, "time"),
        ("half an hour", "half an hour", HOUR / 2, Bound.EXACT, "time"),
        ("an eight-hour meeting", "eight-hour", 8 * HOUR, Bound.EXACT, "time"),
        ("just over two kilometres", "just over two kilometres", 2000, Bound.ABOVE, "length"),
        ("nearly 100,000 Russian troops", None, 100_000, Bound.BELOW, "soldiers"),
        ("about 100,000 soldiers towards", "about 100,000 soldiers", 1e5, Bound.ABOUT, "soldiers"),
        ("$1.2bn was paid", "$1.2bn", 1.2e9, Bound.EXACT, "dollars"),
        ("1.5 million euros", "1.5 million euros", 1.5e6, Bound.EXACT, "euros"),
        ("20 per cent of it", "20 per cent", 20, Bound.EXACT, "percent"),
        ("between 7 and 9 hours", "between 7 and 9 hours", 8 * HOUR, Bound.BETWEEN, "time"),
        ("5 to 7 million people", "5 to 7 million people", 6e6, Bound.BETWEEN, "people"),
        ("thirty-two cars or so", "thirty-two cars", 32, Bound.ABOUT, "cars"),
        ("17 were killed", "17", 17, Bound.EXACT, "dead"),
        ("a dozen cars", "a dozen cars", 12, Bound.EXACT, "cars"),
        ("20 people per day", "20 people", 20, Bound.EXACT, "people day"),
    ],
)
def test_an_amount_with_its_qualifier_and_unit(
    text: str, said: str | None, value: float, bound: Bound, unit: str
) -> None:
    (found,) = find_quantities(text)
    assert (found.text, found.bound, found.unit) == (said or text, bound, unit)
    assert found.value == pytest.approx(value)


PHRASES = {
    Bound.ABOUT: (
        "about",
        "around",
        "roughly",
        "approximately",
        "approx.",
        "approx",
        "some",
        "circa",
        "an estimated",
        "estimated",
        "close to",
        "something like",
        "in the region of",
    ),
    Bound.ABOVE: (
        "more than",
        "greater than",
        "over",
        "above",
        "at least",
        "a minimum of",
        "as few as",
        "upwards of",
        "upward of",
        "which exceed",
        "which exceeds",
        "which exceeded",
        "exceeding",
        "in excess of",
        "a little more than",
        "just over",
        "well over",
        "slightly more than",
        "a little over",
        "slightly over",
        "much more than",
        "no less than",
        "no fewer than",
        "not less than",
        "not fewer than",
        "never fewer than",
        "not under",
        "not below",
        "wasn't less than",
        "isn’t under",
    ),
    Bound.BELOW: (
        "nearly",
        "almost",
        "just under",
        "under",
        "less than",
        "fewer than",
        "below",
        "not quite",
        "up to",
        "at most",
        "a maximum of",
        "as many as",
        "as much as",
        "not as many as",
        "just short of",
        "a little less than",
        "a little under",
        "well under",
        "slightly less than",
        "well below",
        "not nearly",
        "no more than",
        "not more than",
        "never more than",
        "no greater than",
        "not over",
        "not above",
        "not exceeding",
        "cannot exceed",
        "without exceeding",
        "did not exceed",
        "didn't exceed",
        "never exceeded",
        "not in excess of",
    ),
}


@pytest.mark.parametrize(
    ("phrase", "bound"), [(p, bound) for bound, phrases in PHRASES.items() for p in phrases]
)
def test_each_phrase_in_front_of_a_number_sets_its_bound(phrase: str, bound: Bound) -> None:
    (amount,) = find_quantities(f"They were {phrase} 100 soldiers there.")
    assert amount.bound is bound
    assert find_bounds(f"They were {phrase} 100 there.") == {"#100": bound}
    assert find_bounds(f"{phrase.capitalize()} one hundred.") == {"#100": bound}


def test_each_phrase_of_the_lists_is_tested() -> None:
    for bound, phrases in PHRASES.items():
        words = {phrase.replace(".", " .").removeprefix("which ") for phrase in phrases}
        assert set(read_lines(f"bounds_{bound.value}")) <= words


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("100 soldiers or more", {"#100": Bound.ABOVE}),
        ("100 or more", {"#100": Bound.ABOVE}),
        ("100+", {"#100": Bound.ABOVE}),
        ("100 soldiers at least", {"#100": Bound.ABOVE}),
        ("100 or fewer", {"#100": Bound.BELOW}),
        ("100 euros or less", {"#100": Bound.BELOW}),
        ("100 soldiers at most", {"#100": Bound.BELOW}),
        ("100 or so", {"#100": Bound.ABOUT}),
        ("between 5 and 7", {"#5": Bound.BETWEEN}),
        ("100 men, at least 3 of them old", {"#3": Bound.ABOVE}),
        ("100 men or more than 40 women", {"#40": Bound.ABOVE}),
        ("No, 100 came.", {}),
        ("", {}),
    ],
)
def test_the_bound_of_a_number_whatever_it_counts(text: str, bounds: dict[str, Bound]) -> None:
    assert find_bounds(text) == bounds


@pytest.mark.parametrize(
    "text",
    [
        "in the past 30 years",
        "20 of them",
        "another 5 people",
        "two days ago",
        "Article 5 countries",
        "in 2014 people left",
        "12 January 2022",
        "30-year-old",
        "at 8:30 people came",
        "it rose from 5 to 7 cars",
        "over two days they came",
        "9" * 400 + " cars",
    ],
)
def test_what_is_no_amount_of_the_thing_itself(text: str) -> None:
    assert find_quantities(text) == []


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ("about eight hours", "more than seven hours", False),
        ("nearly eight hours", "more than seven hours", True),
        ("nearly 100,000 troops", "more than 100,000 troops", False),
        ("about 100,000 troops", "more than 100,000 troops", True),
        ("100,000 troops", "nearly 100,000 soldiers", True),
        ("about 70 sites", "68 sites", True),
        ("70 sites", "68 sites", False),
        ("8,500 people", "8,467 people", True),
        ("1.2 million people", "1,234,500 people", True),
        ("12 schools", "twelve schools", True),
        ("90 minutes", "an hour and a half", True),
        ("10 kilometres", "6.2 miles", True),
        ("40 to 50 trees", "46 trees", True),
        ("40 to 50 trees", "70 trees", False),
        ("more than 13,000 people", "13,248 people", True),
        ("more than 13,000 people", "15,000 people", False),
        ("about four hours", "a little more than three and a half hours", False),
        ("8 hours", "9 cars", True),
        ("no more than 100 troops", "more than 100 troops", False),
        ("no more than 100 troops", "nearly 100 troops", True),
        ("no less than 100 troops", "at least 100 troops", True),
        ("no less than 100 troops", "less than 100 troops", False),
    ],
)
def test_which_amounts_can_both_be_right(one: str, other: str, agree: bool) -> None:
    (a,), (b,) = find_quantities(one), find_quantities(other)
    assert a.agrees(b) is agree
    assert b.agrees(a) is agree


WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        "about more than nearly between and to - 5 100,000 3.5 eight hundred million half an hour "
        "hours troops % $ ¹ 2014 of people per day , . ago from ( ) ’s",
    )
)


@given(st.one_of(st.text(), st.lists(WORDS, max_size=20).map(" ".join)))
def test_an_amount_stands_where_it_says_and_bounds_hold_its_value(text: str) -> None:
    last = 0
    for found in find_quantities(text):
        assert text[found.start : found.end] == found.text
        assert last <= found.start < found.end
        assert found.low <= found.value <= found.high
        assert found.agrees(found)
        last = found.end
