"""Sections of an article, and the extracts in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Library, make_document
from sourcebook.rag.retrieval.section_ranking import fit_numbers
from sourcebook.rag.retrieval.sections import document_sections

PAGE = """# Care of bees

Bees need water.

## Feeding

### In autumn

Feed them before the frost. Proceed so:

1. Boil the syrup.
2. Let it cool.

## Colours

| Colour | Year |
|---|---|
| blue | 2025 |
"""


def test_extracts_stand_under_their_headings_with_the_sentence_that_leads_to_them(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "bees.md").write_text(PAGE, "utf-8")
    library.add(tmp_path / "bees.md")
    [document] = library.documents()
    found = [
        (section.headings, [(e.block.kind, e.lead_text) for e in section.extracts])
        for section in document_sections(document)
    ]
    assert found == [
        ((), [("paragraph", "")]),
        (("Feeding", "In autumn"), [("paragraph", ""), ("list", "Proceed so:")]),
        (("Colours",), [("table", "")]),
    ]


def test_a_short_line_after_a_number_or_in_capitals_is_a_heading_of_plain_text(
    library: Library, tmp_path: Path
) -> None:
    text = "RULES\n\nThe yard closes at nine.\n\n2. Gates\n\nThe gate is locked.\n\nGood night"
    (tmp_path / "rules.txt").write_text(text, "utf-8")
    library.add(tmp_path / "rules.txt")
    [document] = library.documents()
    sections = document_sections(document)
    assert [section.headings for section in sections][-1] == ("2. Gates",)
    assert sections[-1].extracts[-1].block.text == "Good night"


def test_a_long_text_without_headings_comes_in_parts_of_whole_paragraphs() -> None:
    paragraph = "The ferry left at noon and came back at six in the evening. " * 20
    document = make_document("\n\n".join([paragraph.strip()] * 5), title="Ferries")
    sections = document_sections(document)
    assert len(sections) == 3
    assert all(len(section.extracts) in (1, 2) for section in sections)


@pytest.mark.parametrize(
    ("question", "headings", "fit"),
    [
        ("How do I restore a file in version 2.2?", ("Guide 2.x", "Restoring"), 0.7),
        ("How do I restore a file in version 2.2?", ("Guide 1.x", "Restoring"), -1.5),
        ("How do I move from 1.4 to 2.2?", ("Migrating from 1.x to 2.x",), 0.7),
        ("How do I cook it for 12?", ("Stew", "For 12"), 0.7),
        ("How do I cook it for 12?", ("Stew", "For 4"), -1.5),
        ("How do I cook it?", ("Stew", "For 4"), 0.0),
        ("Which of the 12 do I cook?", ("2.1 Stew",), 0.0),
    ],
)
def test_numbers_of_a_question_choose_among_headings(
    question: str, headings: tuple[str, ...], fit: float
) -> None:
    assert fit_numbers(question, headings) == fit
