"""The highest or lowest figure of a table is computed over all of its rows; the row is quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Document, Library
from sourcebook.index.reading.registry import read_source
from sourcebook.index.reading.source import Source
from sourcebook.index.structure.blocks import find_blocks
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.retrieval.extremes.series import find_changes, find_series, read_value
from sourcebook.rag.retrieval.extremes.superlatives import find_superlative
from sourcebook.rag.testing import ScriptedModel

HARBOUR = """# Boats of Lake Orrin

## Ferries

Ferries and their crossings:

| Ferry | Route | Fare (€) | Crossing minutes | Passengers 2023 | Passengers 2024 |
|---|---|---|---|---|---|
| Heron | north | 4.50 | 35 | 1,200 | 1,250 |
| Teal | north | 6.00 | 22 | 2,400 | 2,300 |
| Pintail | south | 3.80 | 48 | 900 | 1,400 |
| Curlew | south | 7.20 | 18 | 3,100 | 3,150 |
| Total | | | | 7,600 | 8,100 |

## Accounts

| | 2021 | 2022 | 2023 | 2024 |
|---|---|---|---|---|
| Income (thousand) | 410 | 380 | 395 | 402 |
| Profit (thousand) | 31 | (12) | 8 | 14 |
"""


@pytest.fixture
def harbour(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "harbour.md").write_text(HARBOUR, "utf-8")
    library.add(tmp_path / "harbour.md")
    return library


def ask(library: Library, question: str) -> Answer:
    return Chatbot(library, model=ScriptedModel("A draft of the model.", log_odds=5.0)).ask(
        question
    )


@pytest.mark.parametrize(
    ("question", "row", "note"),
    [
        (
            "Which ferry has the highest fare?",
            "Ferry: Curlew",
            "highest of 4 figures under “Fare (€)”",
        ),
        ("Which is the cheapest ferry?", "Ferry: Pintail", "lowest of 4 figures under “Fare (€)”"),
        ("Which ferry is the fastest?", "Ferry: Curlew", "lowest of 4 figures under “Crossing min"),
        ("Which ferry of the north route is the fastest?", "Ferry: Teal", "lowest of 2 figures"),
        (
            "Which ferry had the most passengers in 2023?",
            "Ferry: Curlew",
            "under “Passengers 2023”",
        ),
        ("Which ferry's passengers rose the most?", "Ferry: Pintail", "largest rise of 4 rows"),
        ("Which ferry lost the most passengers?", "Ferry: Teal", "largest fall of 4 rows"),
        ("In which year was the profit lowest?", "Profit (thousand), 2022: (12)", "lowest of 4"),
    ],
)
def test_all_rows_are_compared_and_the_row_is_quoted(
    harbour: Library, question: str, row: str, note: str
) -> None:
    answer = ask(harbour, question)
    (first, last) = answer.sentences
    assert first.text.startswith(row)
    assert note in last.text
    (citation,) = answer.citations
    assert citation.document.text[citation.start : citation.end] == citation.quote
    assert citation.quote.startswith(row.partition(",")[0])


@pytest.mark.parametrize(
    "question",
    [
        "Which ferry has the highest tower?",  # no such measure
        "What is the highest of all for the Teal in the table?",  # a row of several measures
        "Which ferry lost the most screws?",  # nor such a change
        "Who is at most five years old?",
        "Most of the ferries are white.",
        "How much is the fare of the Teal?",
    ],
)
def test_without_such_a_measure_the_question_goes_its_usual_way(
    harbour: Library, question: str
) -> None:
    assert "of the table" not in ask(harbour, question).text
    assert "in the table" not in ask(harbour, question).text


def test_a_german_reader_is_told_in_german(library: Library, tmp_path: Path) -> None:
    rows = ["| Fähre | Preis (€) |", "|---|---|", "| Reiher | 4,50 |", "| Ente | 12,00 |"]
    text = "\n".join(["# Fähren", "", *rows, "| Gans | 3,80 |", ""])
    (tmp_path / "de.md").write_text(text, "utf-8")
    library.add(tmp_path / "de.md")
    answer = ask(library, "Welche Fähre ist die teuerste?")
    assert answer.sentences[0].text == "Fähre: Ente; Preis (€): 12,00"
    assert answer.sentences[1].text == "Die höchste von 3 Zahlen unter „Preis (€)“ in der Tabelle."


BELLS = """# Bells

| Bell | Maker | Sort | Weight (kg) | Note |
|---|---|---|---|---|
| Great Tom | Abel | church bell | 510 | cracked |
| Little Tom | Abel | church bell | 48 | cracked |
| Prior | Boyle | ship bell | 12 | cast as a bell for the ferry |
| Herald | Boyle | ship bell | 7 | lost |
"""


@pytest.mark.parametrize(
    ("question", "row", "count"),
    [
        # one note has a word of the question: most rows say something of their own there
        ("Which bell is the heaviest?", "Bell: Great Tom", 4),
        ("Which ship bell is the heaviest?", "Bell: Prior", 2),
        ("Which of the bells Herald and Little Tom is the heaviest?", "Bell: Little Tom", 2),
    ],
)
def test_of_a_column_the_rows_are_compared_that_the_question_is_of(
    library: Library, tmp_path: Path, question: str, row: str, count: int
) -> None:
    (tmp_path / "bells.md").write_text(BELLS, "utf-8")
    library.add(tmp_path / "bells.md")
    first, last = ask(library, question).sentences
    assert first.text.startswith(row)
    assert f"of {count} figures under “Weight (kg)”" in last.text


def test_a_question_of_one_row_is_not_answered_with_another(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "bells.md").write_text(BELLS, "utf-8")
    library.add(tmp_path / "bells.md")
    assert "in the table" not in ask(library, "What is the most weight of the Herald?").text


def test_the_year_that_a_change_is_counted_from_may_be_named_and_german_nouns_are_measures(
    library: Library, tmp_path: Path
) -> None:
    rows = ["| Liste | Sitze 2020 | Sitze 2025 |", "|---|---|---|", "| Grüne | 5 | 7 |"]
    text = "\n".join(["# Wahl", "", *rows, "| Union | 9 | 6 |", "| Bürger | 8 | 7 |", ""])
    (tmp_path / "wahl.md").write_text(text, "utf-8")
    library.add(tmp_path / "wahl.md")
    answer = ask(library, "Welche Liste hat gegenüber 2020 die meisten Sitze verloren?")
    assert answer.sentences[0].text.startswith("Liste: Union")
    assert answer.sentences[1].text == "Der größte Rückgang von 3 Zeilen der Tabelle."


def test_a_total_and_figures_of_several_units_are_no_part_of_a_series(tmp_path: Path) -> None:
    file = tmp_path / "harbour.md"
    file.write_text(HARBOUR, "utf-8")
    (document,) = [d for d in read_source(Source.file(file)) if isinstance(d, Document)]
    ferries, accounts = find_blocks(document.blocks, "table")
    by_label = {one.label: one for one in find_series(document, ferries)}
    assert [f.value for f in by_label["Passengers 2024"].figures] == [1250, 2300, 1400, 3150]
    (rise,) = find_changes(list(by_label.values()), 1)
    assert [f.value for f in rise.figures] == [50, -100, 500, 50]
    assert {one.label for one in find_series(document, accounts)} == {
        "Income (thousand)",
        "Profit (thousand)",
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4.50", 4.5),
        ("(12)", -12),
        ("−3", -3),
        ("1,204 kg", 1204),
        ("", None),
        ("two to 3 on 4", None),
    ],
)
def test_a_cell_with_one_number_has_a_value(text: str, value: float | None) -> None:
    assert read_value(text) == value


@pytest.mark.parametrize(
    ("question", "direction"),
    [
        ("Which lake is the deepest?", "max"),
        ("Wer hat die wenigsten Punkte?", "min"),
        ("Welche Insel ist die größte?", "max"),
        ("Which lake is the deepest, at least?", "max"),
        ("Who pays at least ten euros?", None),
        ("The deepest lake.", None),
    ],
)
def test_the_end_that_is_asked_for(question: str, direction: str | None) -> None:
    superlative = find_superlative(question)
    assert (superlative.direction if superlative else None) == direction


def test_a_rise_and_a_fall_are_told_from_the_measure_itself() -> None:
    changes = [
        "Which fare went up the most?",
        "Welche Partei hat die meisten Sitze eingebüßt?",
        "Which fare is the highest?",
    ]
    superlatives = [find_superlative(question) for question in changes]
    assert [one.change if one else None for one in superlatives] == [1, -1, 0]
