"""The sides and aspects of a question are found in its words."""

from __future__ import annotations

import pytest

from sourcebook.rag.selection.sides import find_sides


@pytest.mark.parametrize(
    ("question", "sides", "aspects"),
    [
        ("What is the difference between a mirror and an archive?", ("a mirror", "an archive"), ()),
        ("Compare rail and road in cost and speed", ("rail", "road"), ("cost", "speed")),
        ("Is rail cheaper than the bus?", ("rail", "the bus"), ()),
        ("Which is larger, Tolvik or Brannagh?", ("Tolvik", "Brannagh"), ()),
        ("Are eggs cheaper at Orr or at Vale?", ("Orr", "Vale"), ("eggs",)),
        ("Pull versus push", ("Pull", "push"), ()),
        ("What changed between 1.x and 2.x?", ("1.x", "2.x"), ()),
        ("Compare the fees for juniors and adults", ("juniors", "adults"), ("fees",)),
        (
            "How do the small and the large cake differ in baking time?",
            ("the small cake", "the large cake"),
            ("baking time",),
        ),
        ("Put the two flats side by side: deposit, rent", (), ("deposit", "rent")),
        ("Was ist teurer, die Monatskarte oder das Abo?", ("die Monatskarte", "das Abo"), ()),
        (
            "Vergleiche Rom und Wien: Fläche und Einwohner",
            ("Rom", "Wien"),
            ("Fläche", "Einwohner"),
        ),
    ],
)
def test_forms(question: str, sides: tuple[str, ...], aspects: tuple[str, ...]) -> None:
    things = find_sides(question)
    assert things is not None
    assert (things.sides, things.aspects) == (sides, aspects)


def test_what_is_said_of_all_behind_the_last_side_is_shared() -> None:
    things = find_sides("How do version 2.1 and version 3.2 of the rules differ in length?")
    assert things is not None
    assert things.sides == ("version 2.1", "version 3.2")
    assert things.shared == "the rules"


def test_a_question_without_sides_has_none() -> None:
    assert find_sides("How long did the talks last?") is None
