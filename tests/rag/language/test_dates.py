"""Days that words mean, read against the reader's clock or the article's date."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcebook.rag.language.calendar import MONTHS, DateRange
from sourcebook.rag.language.time.dates import (
    asks_for_newest,
    newest_day,
    times_in_article,
    times_in_question,
)

NOW = datetime(2022, 1, 27, 12, tzinfo=UTC)  # a Thursday


def day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("today", "2022-01-27", "2022-01-27"),
        ("yesterday", "2022-01-26", "2022-01-26"),
        ("the day before yesterday", "2022-01-25", "2022-01-25"),
        ("this week", "2022-01-24", "2022-01-30"),
        ("last week", "2022-01-17", "2022-01-23"),
        ("this month", "2022-01-01", "2022-01-31"),
        ("last month", "2021-12-01", "2021-12-31"),
        ("this year", "2022-01-01", "2022-12-31"),
        ("last year", "2021-01-01", "2021-12-31"),
        ("in the last 3 days", "2022-01-25", "2022-01-27"),
        ("over the past two weeks", "2022-01-13", "2022-01-27"),
        ("three days ago", "2022-01-24", "2022-01-24"),
        ("two months ago", "2021-11-01", "2021-11-30"),
        ("on Thursday", "2022-01-27", "2022-01-27"),
        ("on wednesday", "2022-01-26", "2022-01-26"),
        ("on Friday", "2022-01-21", "2022-01-21"),
        ("last Thursday", "2022-01-20", "2022-01-20"),
        ("next Friday", "2022-01-28", "2022-01-28"),
        ("over the weekend", "2022-01-22", "2022-01-23"),
        ("in December", "2021-12-01", "2021-12-31"),
        ("in january", "2022-01-01", "2022-01-31"),
        ("in December 2019", "2019-12-01", "2019-12-31"),
        ("in early December", "2021-12-01", "2021-12-10"),
        ("last May", "2021-05-01", "2021-05-31"),
        ("in 2021", "2021-01-01", "2021-12-31"),
        ("in late 2021", "2021-09-01", "2021-12-31"),
        ("in early 2021", "2021-01-01", "2021-04-30"),
        ("in the 1700's", "1700-01-01", "1799-12-31"),
        ("in the autumn of 2021", "2021-09-01", "2021-11-30"),
        ("in the 1990s", "1990-01-01", "1999-12-31"),
        ("in the early 1990s", "1990-01-01", "1993-12-31"),
        ("in early 1990s", "1990-01-01", "1993-12-31"),
        ("in the mid-1990s", "1993-01-01", "1996-12-31"),
        ("in the late 1980's", "1986-01-01", "1989-12-31"),
        ("in the late 1700s", "1766-01-01", "1799-12-31"),
        ("in the early 2000s", "2000-01-01", "2003-12-31"),
        ("in the middle of the 1990s", "1993-01-01", "1996-12-31"),
        ("since the mid-1990s", "1993-01-01", None),
        ("before the late 1990s", None, "1995-12-31"),
        ("between the late 1980s and the early 1990s", "1986-01-01", "1993-12-31"),
        ("on 13 January 2022", "2022-01-13", "2022-01-13"),
        ("on January 13, 2022", "2022-01-13", "2022-01-13"),
        ("on the 13th of January", "2022-01-13", "2022-01-13"),
        ("on 28 January", "2021-01-28", "2021-01-28"),
        ("on 29 February", "2020-02-29", "2020-02-29"),
        ("on 2022-01-13", "2022-01-13", "2022-01-13"),
        ("since 10 January", "2022-01-10", None),
        ("after 10 January", "2022-01-11", None),
        ("before 10 January", None, "2022-01-09"),
        ("until 10 January", None, "2022-01-10"),
        ("since 2019", "2019-01-01", None),
        ("before 2014", None, "2013-12-31"),
        ("between 10 and 14 January 2022", "2022-01-10", "2022-01-14"),
        ("between 28 December and 3 January", "2021-12-28", "2022-01-03"),
        ("between December and January 2022", "2021-12-01", "2022-01-31"),
        ("from 2014 to 2016", "2014-01-01", "2016-12-31"),
        ("from March onwards", "2021-03-01", None),
    ],
)
def test_a_time_expression_is_read_against_the_readers_clock(
    words: str, first: str | None, last: str | None
) -> None:
    (mention,) = times_in_question(f"What happened {words}?", NOW)
    assert mention.text == words.removeprefix("the ") or mention.text == words
    assert (mention.days.first, mention.days.last) == (day(first), day(last))


@pytest.mark.parametrize(
    "question",
    [
        "Who may march there?",
        "How many of the 2000 soldiers stayed?",
        "Who paid $2021 for it?",
        "What did Theresa May say?",
        "In which month did Russia close its mission?",
        "What happened on Black Friday sales?",
        "What happened 9999 years ago?",
        "How long did the talks last?",
        "Did prices fall?",
        "Is there a second one?",
    ],
)
def test_what_only_looks_like_a_time_is_none(question: str) -> None:
    assert times_in_question(question, NOW) == []


def test_a_month_without_a_year_is_the_last_one_the_library_knows() -> None:
    later = datetime(2026, 11, 23, tzinfo=UTC)
    (alone,) = times_in_question("What happened in December?", later)
    assert alone.days.label() == "December 2025"
    (known,) = times_in_question("What happened in December?", later, newest=date(2022, 1, 27))
    assert known.days.label() == "December 2021"


def test_the_day_is_that_of_the_readers_zone() -> None:
    early = datetime(2022, 1, 27, 2, tzinfo=UTC)
    (there,) = times_in_question("today", early.astimezone(timezone(timedelta(hours=-5))))
    assert there.days.first == date(2022, 1, 26)


def test_a_clock_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        times_in_question("today", datetime(2022, 1, 27))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("sentence", "published", "expected"),
    [
        ("They met on Thursday.", "2022-01-14", "13 January 2022"),
        ("They met on Thursday.", "2022-01-13", "13 January 2022"),
        ("They will meet again on Wednesday.", "2022-01-11", "12 January 2022"),
        ("The council is due to meet next week.", "2022-01-07", "10–16 January 2022"),
        ("It was agreed last month.", "2022-01-07", "December 2021"),
        ("It closed in the early 1990s.", "2022-01-07", "1990 to 1993"),
        ("He said so yesterday.", "2022-01-01", "31 December 2021"),
        ("It was heard earlier this week.", "2022-01-12", "10–12 January 2022"),
        ("On 18 October it was closed.", "2022-01-07", "18 October 2021"),
        ("Three meetings are planned for January.", "2021-12-31", "January 2022"),
        ("It has been closed since July.", "2022-01-07", "1 July 2021 – 7 January 2022"),
    ],
)
def test_an_article_is_read_against_its_own_date(
    sentence: str, published: str, expected: str
) -> None:
    (mention,) = times_in_article(sentence, day(published))
    assert mention.days.label() == expected


def test_an_unknown_date_stays_unknown() -> None:
    assert times_in_article("They met on Thursday and in December.", None) == []
    (complete,) = times_in_article("They met on Thursday, 13 January 2022.", None)
    assert complete.days.first == date(2022, 1, 13)


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("What is the latest on the talks?", True),
        ("What do the most recent reports say?", True),
        ("How many soldiers are there now?", True),
        ("Who is the current chancellor?", True),
        ("Where are they currently?", True),
        ("How many had come until now?", False),
        ("Now that it is over, who won?", False),
        ("How strong is the ocean current?", False),
        ("When did they last meet?", False),
    ],
)
def test_who_asks_for_the_newest_is_understood(question: str, asks: bool) -> None:
    assert bool(asks_for_newest(question)) is asks


def test_the_newest_of_several_days() -> None:
    first, second = date(2022, 1, 1), date(2022, 1, 2)
    assert newest_day([first, None, second]) == second
    assert newest_day([first, first, None]) is None


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before 2022-01-02"):
        DateRange(date(2022, 1, 2), date(2022, 1, 1))
    with pytest.raises(ValueError, match="needs a first or a last day"):
        DateRange(None, None)


CLOCKS = st.datetimes(
    min_value=datetime(1950, 1, 1),  # noqa: DTZ001
    max_value=datetime(2080, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31))


@given(DAYS, CLOCKS)
def test_a_full_date_is_that_day_whatever_the_clock_and_the_form(
    wanted: date, now: datetime
) -> None:
    month = MONTHS[wanted.month - 1]
    for form in (
        f"{wanted.day} {month} {wanted.year}",
        f"{month} {wanted.day}, {wanted.year}",
        wanted.isoformat(),
    ):
        (mention,) = times_in_question(f"What happened on {form}?", now)
        assert (mention.days.first, mention.days.last) == (wanted, wanted)


@given(CLOCKS, st.sampled_from(MONTHS), st.integers(1, 28))
def test_a_day_without_its_year_has_passed_at_most_a_year_ago(
    now: datetime, month: str, number: int
) -> None:
    (mention,) = times_in_question(f"on {number} {month}", now)
    assert mention.days.first is not None
    assert now.date() - timedelta(days=366) <= mention.days.first <= now.date()


@given(CLOCKS, st.sampled_from(["Monday", "Tuesday", "Sunday"]))
def test_a_day_of_the_week_is_one_of_the_last_seven(now: datetime, name: str) -> None:
    (mention,) = times_in_question(f"on {name}", now)
    assert mention.days.first is not None
    assert mention.days.first.strftime("%A") == name
    assert 0 <= (now.date() - mention.days.first).days < 7


@given(
    st.text(alphabet=st.sampled_from("in on may 1230 January Thursday last week-ago,.'’ since")),
    CLOCKS,
)
def test_offsets_are_those_of_the_words(text: str, now: datetime) -> None:
    last = 0
    for mention in times_in_question(text, now):
        assert text[mention.start : mention.end] == mention.text
        assert last <= mention.start < mention.end
        last = mention.end


WORDS = (
    "in on may the 12 13 2021 1999 31 January February Feb Thursday last week ago since before"
    " between and to from year next three days early end of until , . ’s 2022-02-30 9999"
)
PIECES = st.lists(st.sampled_from(re.findall(r"\S+", WORDS)), max_size=14)


@given(PIECES, CLOCKS)
def test_any_order_of_time_words_is_read_or_left(pieces: list[str], now: datetime) -> None:
    text = " ".join(pieces)
    for mention in [*times_in_question(text, now), *times_in_article(text, now.date())]:
        assert text[mention.start : mention.end] == mention.text
        assert mention.days.label()


@given(DAYS, DAYS, DAYS)
def test_a_day_lies_in_a_range_when_they_overlap(one: date, two: date, three: date) -> None:
    days = DateRange(min(one, two), max(one, two))
    assert (three in days) == days.overlaps(DateRange(three, three))
