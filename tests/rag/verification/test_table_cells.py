"""A number of a table vouches only for its own row, column and measure."""

from __future__ import annotations

from pathlib import Path

import pytest
from evidence import evidence_for

from sourcebook.index import Hit, make_document
from sourcebook.index.documents.passages import split_document
from sourcebook.index.documents.records import Document
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.rag.language.sentence import ParsedSentence
from sourcebook.rag.language.units import find_currency, measure_of
from sourcebook.rag.testing import HashEmbedder
from sourcebook.rag.verification.citations import verify

EMBEDDER = HashEmbedder()
FARES = """# Fares

| Boat | Summer | Winter |
| --- | --- | --- |
| Dinghy | 90 | |
| Cutter | 240 | 170 |
"""


def is_supported(draft: str, question: str, document: Document) -> bool:
    hits = [Hit(passage, document, 0.5) for passage in split_document(document)]
    evidence = evidence_for(question, hits, EMBEDDER)
    verified = verify(draft, ParsedSentence(question), evidence, EMBEDDER)
    return all(sentence.supported for sentence in verified.sentences)


@pytest.fixture
def fares(tmp_path: Path) -> Document:
    file = tmp_path / "fares.md"
    file.write_text(FARES, "utf-8")
    (document,) = [d for d in read_source(Source.file(file)) if isinstance(d, Document)]
    return document


def test_the_cell_of_the_row_and_column_in_question_supports_a_number(fares: Document) -> None:
    question = "What does a cutter cost in winter?"
    assert is_supported("A cutter costs 170 in winter.", question, fares)


def test_a_cell_of_another_row_or_column_does_not(fares: Document) -> None:
    assert not is_supported(
        "A dinghy costs 170 in winter.", "What does a dinghy cost in winter?", fares
    )
    assert not is_supported(
        "A cutter costs 240 in winter.", "What does a cutter cost in winter?", fares
    )


def test_a_name_of_another_column_does_not(tmp_path: Path) -> None:
    file = tmp_path / "shifts.md"
    file.write_text(
        "# Shifts\n\n| Week | Early | Late |\n| --- | --- | --- |\n"
        "| 14 September | Jonas Berg | Marte Lind |\n| 21 September | Marte Lind | Ola Dahl |\n"
    )
    (document,) = [d for d in read_source(Source.file(file)) if isinstance(d, Document)]
    question = "Who had the late shift in the week of 14 September?"
    assert is_supported("Marte Lind had the late shift.", question, document)
    assert not is_supported("Jonas Berg had the late shift.", question, document)


SALES = """# Sales of the zones

| In millions of CHF | Sales | Profit |
| --- | --- | --- |
| North | 9,467 | 1,570 |
| South | 9,060 | 2,068 |
"""


@pytest.mark.parametrize(
    ("amount", "is_right"),
    [
        ("9,467 million francs", True),
        ("9.467 billion francs", True),
        ("9,467 billion francs", False),
        ("9,060 million francs", False),
    ],
)
def test_a_figure_is_read_in_the_unit_of_its_table(
    tmp_path: Path, amount: str, is_right: bool
) -> None:
    file = tmp_path / "sales.md"
    file.write_text(SALES, "utf-8")
    (document,) = [d for d in read_source(Source.file(file)) if isinstance(d, Document)]
    question = "What were the sales of North?"
    assert is_supported(f"The sales of North were {amount}.", question, document) is is_right


def test_the_headings_above_a_row_tell_what_its_numbers_count(tmp_path: Path) -> None:
    file = tmp_path / "ducks.md"
    file.write_text(
        "# Ducks on the mere\n\n| Year | Number |\n| --- | --- |\n| 2021 | 150 |\n", "utf-8"
    )
    (document,) = [d for d in read_source(Source.file(file)) if isinstance(d, Document)]
    question = "How many ducks were counted on the mere in 2021?"
    assert is_supported("150 ducks were counted on the mere.", question, document)


def test_a_price_is_not_the_same_in_another_currency() -> None:
    price = make_document("The engine costs 85,000 crowns with its shaft.", title="Engine")
    question = "What does the engine cost in euros?"
    assert not is_supported("The engine costs 85,000 euros.", question, price)
    assert not is_supported("The engine costs 85,000.", question, price)
    assert is_supported("The engine costs 85,000 crowns.", "What does the engine cost?", price)


@pytest.mark.parametrize(
    ("number", "text", "measure"),
    [
        ("85,000", "85,000 crowns a year", ("currency", "crown")),
        ("5", "It cost $5 then", ("currency", "dollar")),
        ("5", "5 million euros", ("currency", "euro")),
        ("90", "after 90 seconds", ("time", "second")),
        ("3", "3 % of all", ("percent", "percent")),
        ("12", "12 people came", None),
        ("7", "nobody came", None),
    ],
)
def test_the_measure_of_a_number_stands_beside_it(
    number: str, text: str, measure: tuple[str, str] | None
) -> None:
    assert measure_of(number, text) == measure


def test_a_currency_is_found_by_word_and_sign() -> None:
    assert find_currency("How much is it in Euros?") == "euro"
    assert find_currency("More than £5?") == "pound"
    assert find_currency("How much is it?") is None
