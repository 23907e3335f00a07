"""The author that a text names itself."""

from __future__ import annotations

import pytest

from sourcebook.index.documents.bylines import find_author


@pytest.mark.parametrize(
    ("head", "author"),
    [
        ("Harbour to grow\nBy Ann Lee\n14 January 2024", "Ann Lee"),
        ("Harbour to grow\nBy ANN LEE and Bo van Berg, Courier staff", "ANN LEE and Bo van Berg"),
        ("POOL RULES\nAuthor: Town of Marwick, Baths", "Town of Marwick, Baths"),
        ("**Written by:** *Ann Lee*\n\nThe board met.", "Ann Lee"),
        ("Meeting of 3 May\nMinutes taken by Oona Fell, secretary", "Oona Fell"),
        ("Meinung\nKommentar von Jörg Öhlmann", "Jörg Öhlmann"),
        ("Der Hafen wächst\nVon Eva Müller | 3. Mai 2024", "Eva Müller"),
        ("Poster 7\n\nInes Hal and Tobi Renk\nInstitute of Ecology", "Ines Hal and Tobi Renk"),
        ("Answer to the referees\n\nFrom: Tobi Renk, for all authors\nTo: Ann Lee", "Tobi Renk"),
    ],
)
def test_a_byline_names_the_author(head: str, author: str) -> None:
    assert find_author(f"{head}\nThe board met on Tuesday and agreed.") == author


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The quay\nBy Tuesday the board had met.",
        "By the harbour stands a mill.\nIt is old.",
        "Annals of Wetland Birds\nEditor: Hanne Corvath",
        "From Marwick to Skerry, the ferry takes an hour.",
        "New York\nLondon\nBy train and ferry.",
        "Von Montag bis Freitag ist das Bad offen.",
        "\n".join(["A line of prose that says little."] * 40 + ["By Ann Lee"] + ["More."] * 9),
    ],
)
def test_other_lines_name_none(text: str) -> None:
    assert find_author(text) is None
