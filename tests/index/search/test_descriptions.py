"""What is known of each document without its text."""

from __future__ import annotations

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.search.descriptions import split_authors


def test_an_author_is_that_of_the_file_else_of_the_byline(library: Library) -> None:
    library.add_documents(
        [
            make_document("The quay\nBy Bo Wong\nIt grows.", title="The quay", author="Ann Lee"),
            make_document("The pool\nBy Bo Wong\nIt is closed.", title="The pool"),
            make_document("The ferry\nIt sails at noon.", title="The ferry"),
        ]
    )
    assert [d.author for d in library.descriptions()] == ["Ann Lee", "Bo Wong", None]


def test_a_source_is_that_of_the_file_else_a_line_that_names_one(library: Library) -> None:
    library.add_documents(
        [
            make_document("The quay grows.", title="The quay", source="Marwick Courier"),
            make_document("MARWICK COURIER\n\nThe pool is closed.", title="The pool"),
            make_document("The Marwick Courier wrote of the ferry.", title="The ferry"),
        ]
    )
    assert [d.source for d in library.descriptions()] == ["Marwick Courier"] * 2 + [None]


def test_descriptions_follow_the_library(library: Library) -> None:
    library.add_documents([make_document("The quay grows.", title="The quay")])
    (first,) = library.descriptions()
    assert first.length == len("The quay grows.")
    library.remove(first.id)
    assert library.descriptions() == ()


@pytest.mark.parametrize(
    ("names", "authors"),
    [
        ("Ann Lee", ("Ann Lee",)),
        ("Ann Lee; Bo Wong", ("Ann Lee", "Bo Wong")),
        ("Ann Lee, Bo Wong and Cy Hart", ("Ann Lee", "Bo Wong", "Cy Hart")),
        ("Eva Roth und Jan Beck", ("Eva Roth", "Jan Beck")),
        ("Town of Marwick, Baths", ("Town of Marwick, Baths",)),
        (None, ()),
    ],
)
def test_authors_are_told_apart(names: str | None, authors: tuple[str, ...]) -> None:
    assert split_authors(names) == authors
