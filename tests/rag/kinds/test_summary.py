"""A summary quotes the sentences that carry an article, a section or a topic, without the model."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Library
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.kinds.summary import wanted_room
from sourcebook.rag.testing import ScriptedModel

BRIDGE = """---
title: The bridge at Orrin is closed
date: 2024-03-05
---

# The bridge at Orrin is closed

The town closed the bridge at Orrin on 4 March 2024. It had carried 9,000 cars a day.

## Reasons

An inspection found 37 cracks in the eastern pier. The pier was built in 1911. Who would have
thought so?

## Detour

Lorries drive 12 kilometres through Melby. The bus of line 4 ends at the mill.

## References

Orrin Building Office (2023) Report on Piers, volume 12.
"""

MINUTES = """---
title: Minutes of the works council of 12 June 2024
date: 2024-06-12
---

# Minutes of the works council of 12 June 2024

Present: Ada Lind, Bo Karst, Cleo Marr.

The canteen was discussed for an hour. It was decided that lunch costs 6.50 from 1 July.

The chair thanked everybody. The council approved 3 new bicycle racks for 840 crowns.
"""

PRICES = """Item,Price
Apples,2.10
Pears,2.60
"""


@pytest.fixture
def papers(library: Library, tmp_path: Path) -> Library:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "bridge.md").write_text(BRIDGE, "utf-8")
    (folder / "minutes-2024-06-12.md").write_text(MINUTES, "utf-8")
    (folder / "prices.csv").write_text(PRICES, "utf-8")
    library.add(folder)
    return library


def ask(library: Library, question: str) -> Answer:
    model = ScriptedModel("The model is not asked.", log_odds=-9.0)
    answer = Chatbot(library, model=model).ask(question)
    assert not model.prompts
    return answer


def test_an_article_is_summed_up_in_its_own_sentences_in_their_order(papers: Library) -> None:
    answer = ask(papers, "Summarise the article about the bridge at Orrin.")
    assert not answer.abstained
    assert answer.kind == "summary"
    quoted = [s for s in answer.sentences if s.quoted]
    assert len(quoted) >= 4
    cited = [c for s in quoted for c in answer.citations if c.number in s.citations]
    assert {c.document.title for c in cited} == {"The bridge at Orrin is closed"}
    assert [c.start for c in cited] == sorted(c.start for c in cited)
    for citation in cited:
        assert citation.document.text[citation.start : citation.end] == citation.quote


def test_questions_headings_and_references_carry_nothing(papers: Library) -> None:
    text = ask(papers, "Summarise the article about the bridge at Orrin.").text
    assert "Who would have" not in text
    assert "volume 12" not in text
    assert "Reasons" not in text


def test_minutes_are_found_by_their_day_and_told_by_their_decisions(papers: Library) -> None:
    answer = ask(papers, "Give me an overview of the minutes of June 2024 in two sentences.")
    assert len(answer.sentences) == 2
    assert "lunch costs 6.50 from 1 July" in answer.text
    assert "840 crowns" in answer.text
    assert "Present" not in answer.text


def test_a_section_is_summed_up_where_its_heading_is_named(papers: Library) -> None:
    answer = ask(papers, "Sum up the detour.")
    assert {s.text for s in answer.sentences} == {
        "Lorries drive 12 kilometres through Melby.",
        "The bus of line 4 ends at the mill.",
    }


def test_several_articles_are_summed_up_each_under_its_title(papers: Library) -> None:
    answer = ask(papers, "Give me an overview of all articles")
    headings = [s.text for s in answer.sentences if s.form == "heading"]
    assert headings == [  # the newest first; a table has no sentence
        "Minutes of the works council of 12 June 2024",
        "The bridge at Orrin is closed",
    ]


def test_what_no_article_is_about_is_refused(papers: Library) -> None:
    assert ask(papers, "Summarise the article about quantum chemistry.").abstained


def test_an_article_with_another_name_or_number_is_not_the_one_asked_for(papers: Library) -> None:
    for request in ("Sum up the minutes with Petra Quill", "Summarise the bridge report 4711"):
        answer = ask(papers, request)
        assert answer.abstained
        assert answer.reason


def test_an_empty_library_says_so(library: Library) -> None:
    answer = ask(library, "Summarise the article.")
    assert answer.abstained
    assert answer.text == "There are no articles to answer from yet."


@pytest.mark.parametrize(
    ("request_text", "sentences"),
    [
        ("Summarise it in one sentence", 1),
        ("in five points, please", 5),
        ("the 3 main points of the text", 3),
        ("Fasse den Text in zwei Sätzen zusammen", 2),
    ],
)
def test_a_request_may_say_how_many_sentences(request_text: str, sentences: int) -> None:
    assert wanted_room(request_text, 5000).sentences == sentences


def test_a_request_may_say_how_long() -> None:
    usual = wanted_room("Summarise the report", 3000)
    assert usual.characters == 1800  # 0.6 of 3000
    assert wanted_room("Summarise the report briefly", 3000).characters == 1530  # 0.85 of that
    assert wanted_room("a detailed summary of the report", 3000).characters == 3240  # 1.8 of that
