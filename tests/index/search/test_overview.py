"""The documents of a library as rows: found, sorted, with their stories."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from table_rows import row

from sourcebook.index import Library, make_document
from sourcebook.index.search.overview import DocumentRow, Order, select_rows

STORY = (
    "The harbour bridge was closed on Monday after engineers found cracks in two of its piers. "
    "The city council said that traffic would be led over the old ford until the spring, when "
    "new piers are to be built of granite from the quarry above the town."
)


def titles(rows: list[DocumentRow]) -> list[str]:
    return [row.title for row in rows]


def test_rows_tell_what_the_documents_are(library: Library) -> None:
    day = datetime(2022, 1, 10, tzinfo=UTC)
    library.add_documents(
        [
            make_document(STORY, title="One", source="A", published=day, url="https://a.example/1"),
            make_document(STORY + " Now.", title="Two", source="B"),
            make_document("Short.", title="Three"),
        ]
    )
    one, two, three = library.overview()
    assert (one.title, one.source, one.published, one.place) == (
        *("One", "A", day),
        "https://a.example/1",
    )
    assert one.story == two.story != three.story
    assert [(each.story_size, each.outlets) for each in (one, two, three)] == [
        (2, 2),
        (2, 2),
        (1, 1),
    ]
    assert [each.passages for each in (one, two, three)] == [
        len(library.passages(each.id)) for each in (one, two, three)
    ]


def test_the_overview_follows_the_library(library: Library) -> None:
    library.add_documents([make_document("A short text.", title="One")])
    (one,) = library.overview()
    assert library.overview() is library.overview()
    library.remove(one.id)
    assert library.overview() == ()


@pytest.mark.parametrize("words", ["cafe", "CAFÉ", "paris café", "caf par"])
def test_case_and_accents_do_not_count_in_a_search(words: str) -> None:
    rows = [row(0, "The Café", source="Paris Courier"), row(1, "The bridge", source="Paris")]
    assert titles(select_rows(rows, words=words)) == ["The Café"]


def test_all_words_must_stand_there_wherever() -> None:
    rows = [row(0, "Talks", author="Jane Roe", place="https://a.example/x"), row(1, "Talks")]
    assert titles(select_rows(rows, words="talks roe a.example")) == ["Talks"]
    assert select_rows(rows, words="talks nobody") == []


@pytest.mark.parametrize(
    ("order", "descending", "expected"),
    [
        ("added", False, "bac"),
        ("added", True, "cab"),
        ("title", False, "abc"),
        ("title", True, "cba"),
        ("passages", True, "acb"),
        ("date", False, "cab"),  # b has no date
        ("date", True, "acb"),
        ("source", False, "bac"),  # a and c have the same; then by title
    ],
)
def test_rows_are_sorted_and_what_is_not_known_comes_last(
    order: Order, descending: bool, expected: str
) -> None:
    rows = [
        row(0, "b", passages=1, source="K"),
        row(1, "a", passages=9, published=datetime(2022, 2, 1, tzinfo=UTC), source="L"),
        row(2, "c", passages=3, published=datetime(2022, 1, 1, tzinfo=UTC), source="L"),
    ]
    found = select_rows(rows, order=order, descending=descending)
    assert "".join(titles(found)) == expected


def test_stories_told_more_than_once_stand_together() -> None:
    rows = [
        row(0, "a", story="s", story_size=2),
        row(1, "b"),
        row(2, "c", story="t", story_size=2),
        row(3, "d", story="s", story_size=2),
        row(4, "e", story="t", story_size=2),
    ]
    assert "".join(titles(select_rows(rows, retold=True))) == "adce"
    assert "".join(titles(select_rows(rows, story="t"))) == "ce"


def test_ten_thousand_rows_are_chosen_in_less_than_a_second() -> None:
    rows = [row(n, f"Article {n} of the café", source=f"Paper {n % 40}") for n in range(10_000)]
    began = time.perf_counter()
    found = select_rows(rows, words="article 77 cafe", order="source", descending=True)
    assert time.perf_counter() - began < 1
    assert len(found) == sum("77" in str(n) for n in range(10_000))
