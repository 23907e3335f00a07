"""What of a draft is verified by itself."""

from __future__ import annotations

import pytest

from sourcebook.rag.prompting import without_lead
from sourcebook.rag.verification import split_items, split_sides


@pytest.mark.parametrize(
    ("draft", "items"),
    [
        ("1. Apples\n2. Pears\n\n3. Figs", ["Apples", "Pears", "Figs"]),
        ("The fruits are:\n- apples\n- pears\n- apples.", ["apples", "pears"]),
        ("30. November 2025\n28. Februar 2026", ["30. November 2025", "28. Februar 2026"]),
        ("- 28. Februar 2026\n- 17. April 2026", ["28. Februar 2026", "17. April 2026"]),
    ],
)
def test_a_line_is_an_item_without_its_bullet(draft: str, items: list[str]) -> None:
    assert [unit.text for unit in split_items(draft, "en")] == items
    assert {unit.form for unit in split_items(draft, "en")} == {"item"}


def test_a_draft_does_not_speak_of_its_prompt() -> None:
    assert without_lead("The excerpts state that it is closed.") == "It is closed."
    assert without_lead("According to the excerpt, two came.") == "Two came."
    assert without_lead("The mayor states that it is closed.") == (
        "The mayor states that it is closed."
    )


def test_two_sides_of_a_sentence_are_verified_apart() -> None:
    draft = "The ferry takes an hour, while the bus takes two hours. Both run daily."
    assert [unit.text for unit in split_sides(draft, "en")] == [
        "The ferry takes an hour.",
        "The bus takes two hours.",
        "Both run daily.",
    ]


def test_a_while_in_which_one_waits_sets_nothing_apart() -> None:
    assert [unit.text for unit in split_sides("It rests for a while here.", "en")] == [
        "It rests for a while here."
    ]
