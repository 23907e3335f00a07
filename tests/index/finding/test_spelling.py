"""A word is found as the library spells it; a code is found as it is."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.index.finding.spelling import compound_words

TOOL = Path(__file__).parents[2] / "tools" / "measure_spellings.py"

TEXTS = [
    "The mayor of Kiev opened a bridge.",
    "The mayor of Kent opened a school.",
    "Zelenskyy thanked the farmers.",
    "Frau Müller lives above the bakery.",
    "The ferry has a new color.",
    "QZ-77-B is a gasket.",
    "QZ-78-B is a nut.",
    "KX900 comes by rail.",
    "Version 3.10 brings matching.",
    "Version 3.1 brings tables.",
    "Version 3.2 and file 10 bring nothing.",
    "Health care for seamen is paid.",
    "The ceasefire holds.",
    "Michelangelo carved a mother.",
]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Kyiv", TEXTS[0]),
        ("Zelensky", TEXTS[2]),
        ("Zelenskij", TEXTS[2]),
        ("Mueller", TEXTS[3]),
        ("colour", TEXTS[4]),
        ("QZ77B", TEXTS[5]),
        ("qz-77-b", TEXTS[5]),
        ("KX-900", TEXTS[7]),
        ("3.10", TEXTS[8]),
        ("3.1", TEXTS[9]),
        ("healthcare", TEXTS[11]),
        ("cease-fire", TEXTS[12]),
        ("Michelangello", TEXTS[13]),
    ],
)
def test_another_spelling_is_found(library: Library, question: str, first: str) -> None:
    library.add_documents(make_document(text, path=str(n)) for n, text in enumerate(TEXTS))
    hits = library.search(question, mode="bm25")
    assert hits[0].passage.text == first


@pytest.mark.parametrize("question", ["QZ79B", "3.11", "KX901", "Ki", "Bonaparte", "_"])
def test_what_is_not_there_is_not_made_up(library: Library, question: str) -> None:
    library.add_documents(make_document(text, path=str(n)) for n, text in enumerate(TEXTS))
    hits = library.search(question, mode="bm25")
    words = question.lower().replace("-", ".").split(".")
    assert all(any(word in hit.passage.text.lower() for word in words) for hit in hits)


def test_a_word_that_is_there_is_not_exchanged(library: Library) -> None:
    library.add_documents(
        make_document(text, path=text) for text in ("A cart is here.", "A card is here.")
    )
    assert [h.passage.text for h in library.search("cart", mode="bm25")] == ["A cart is here."]


def test_compounds_are_what_has_marks_inside() -> None:
    assert compound_words("AB-1234-X, e-mail; 3.10. Yuan's end") == ["ab-1234-x", "e-mail", "3.10"]


@pytest.mark.real
@pytest.mark.slow
def test_of_eighty_pairs_seventy_six_are_in_the_first_three(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", [TOOL.name])
    assert runpy.run_path(str(TOOL))["main"]() == 0
    lines = [row for row in capsys.readouterr().out.splitlines() if ", hybrid: " in row]
    assert len(lines) == 2
    assert sum(int(row.split(": ")[1].split()[0]) for row in lines) >= 76
