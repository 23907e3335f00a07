"""A comparison quotes for each side what is told of that side, cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Library
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.testing import ScriptedModel

OLD = """---
title: Parking rules, version 1
date: 2021-01-01
---

# Parking rules, version 1

The permit costs 30 euros a year. Visitors may park for two hours. Claims are made within 60 days.
"""

NEW = """---
title: Parking rules, version 2
date: 2024-01-01
---

# Parking rules, version 2

The permit costs 45 euros a year. Visitors may park for three hours. Claims are made within 30 days.
"""

PUMPS = """---
title: Pumps at Harbin and Solme
---

# Pumps at Harbin and Solme

| Matter | Harbin | Solme |
|---|---|---|
| Weight of the pump | 120 kg | 95 kg |
| Warranty | 3 years | 2 years |

The pump of Harbin is painted green.
"""


@pytest.fixture
def papers(library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "papers"
    folder.mkdir()
    for name, text in (("rules-1.md", OLD), ("rules-2.md", NEW), ("pumps.md", PUMPS)):
        (folder / name).write_text(text, "utf-8")
    library.add(folder)
    return library


def ask(library: Library, question: str) -> Answer:
    return Chatbot(library, model=ScriptedModel("Nothing.", log_odds=-9.0)).ask(question)


def cells(answer: Answer) -> dict[tuple[str | None, str | None], str]:
    """The first text of each cell."""
    found: dict[tuple[str | None, str | None], str] = {}
    for sentence in answer.sentences:
        if sentence.form == "cell":
            found.setdefault((sentence.row, sentence.column), sentence.text)
    return found


def test_a_table_with_a_column_for_each_side_gives_the_cells(papers: Library) -> None:
    answer = ask(papers, "How do the pumps of Harbin and Solme differ in weight and warranty?")
    assert answer.kind == "comparison"
    assert cells(answer) == {
        ("Weight of the pump", "Harbin"): "120 kg",
        ("Weight of the pump", "Solme"): "95 kg",
        ("Warranty", "Harbin"): "3 years",
        ("Warranty", "Solme"): "2 years",
    }
    quotes = {c.quote for c in answer.citations}
    assert quotes == {"120 kg", "95 kg", "3 years", "2 years"}


def test_what_is_exact_is_concluded(papers: Library) -> None:
    answer = ask(papers, "How do the pumps of Harbin and Solme differ in weight and warranty?")
    notes = [s.text for s in answer.sentences if s.form == "note"]
    assert "Warranty: Harbin is higher by 1 year." in notes


def test_old_and_new_are_told_apart_by_version_or_day(papers: Library) -> None:
    answer = ask(
        papers, "What is different between the old and the new parking rules in the permit costs?"
    )
    found = cells(answer)
    assert found["permit costs", "the old parking rules"] == "The permit costs 30 euros a year."
    assert found["permit costs", "the new parking rules"] == "The permit costs 45 euros a year."


def test_the_sentences_of_each_side_are_of_its_own_article(papers: Library) -> None:
    answer = ask(papers, "Compare version 1 and version 2 of the parking rules: claims made")
    for sentence in answer.sentences:
        for citation in answer.citations:
            if citation.number in sentence.citations and sentence.column:
                assert sentence.column[-1] in citation.document.title
    assert "60 days" in answer.text
    assert "30 days" in answer.text


def test_a_side_that_no_article_tells_says_so(papers: Library) -> None:
    answer = ask(papers, "Compare Harbin and Tarvo: the pump painted")
    found = cells(answer)
    assert found["pump painted", "Harbin"] == "The pump of Harbin is painted green."
    assert found["pump painted", "Tarvo"] == "No article tells this."


def test_sides_of_which_nothing_is_told_are_refused(papers: Library) -> None:
    assert ask(papers, "Compare the wages at Umbra and Velt").abstained
