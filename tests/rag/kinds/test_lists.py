"""A list has every item of the list that was asked for, or those of the model that stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcebook.index import Library
from sourcebook.rag import Answer, Chatbot
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel

CAMP = """# Summer camp at Lake Orrin

The camp lasts two weeks.

## Packing

Guests bring these things:

- a sleeping bag,
- a torch with spare cells,
- boots;
- a raincoat.

## Boats

| Boat | Seats | Hired by |
|---|---|---|
| Heron | 4 | adults |
| Teal | 2 | children |
| Pintail | 6 | adults |

## Lamps

| Lamp | Red glass | Oil for an hour |
|---|---|---|
| Storm lamp | yes | 20 ml |
| Reading lamp | no | 10 ml |

## Soup of beans

| Food | Amount |
|---|---|
| Beans | 400 g |

## Soup of leeks

- Leeks
- Cream

## Evenings

Marlo Quist tells stories on Monday. Ada Brenn plays the fiddle on Wednesday. The fire is lit at
eight.
"""

WINTER = """# Winter camp at Lake Orrin

Guests bring these things:

- Boots
- snow shoes
"""


@pytest.fixture
def camp(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "camp.md").write_text(CAMP, "utf-8")
    library.add(tmp_path / "camp.md")
    return library


def ask(library: Library, question: str, reply: str = "No draft.", log_odds: float = 5.0) -> Answer:
    model = ScriptedModel(reply, log_odds=log_odds)
    return Chatbot(library, model=model).ask(question, kind="list")


def items(answer: Answer) -> list[str]:
    return [s.text for s in answer.sentences if s.form == "item"]


def test_every_item_of_a_list_is_quoted_and_it_is_said_what_was_looked_at(camp: Library) -> None:
    answer = ask(camp, "What things do guests bring?")
    assert items(answer) == [
        "a sleeping bag",
        "a torch with spare cells",
        "boots",
        "a raincoat.",
    ]
    note = answer.sentences[-1]
    assert (note.form, note.citations) == ("note", ())
    assert note.text.startswith("Looked at ")
    assert note.text.endswith(" of 1 article.")
    for citation in answer.citations:
        assert citation.document.text[citation.start : citation.end] == citation.quote


def test_a_list_is_no_likelier_than_the_odds_of_the_model(camp: Library) -> None:
    likely = ask(camp, "What things do guests bring?", log_odds=1.5)
    assert len(items(likely)) == 4
    assert likely.confidence == pytest.approx(0.731, abs=0.001)  # 1 / (1 + exp(-2 (1.5 - 1)))
    # "Which things may guests not bring?" is as near to the list of those that they bring.
    other = ask(camp, "Which things may guests not bring?", "boots", log_odds=0.5)
    assert len(items(other)) < 4


def test_lists_under_the_same_words_are_merged(camp: Library, tmp_path: Path) -> None:
    (tmp_path / "winter.md").write_text(WINTER, "utf-8")
    camp.add(tmp_path / "winter.md")
    found = items(ask(camp, "What things do guests bring?"))
    assert sorted(item.casefold().rstrip(".") for item in found) == [
        "a raincoat",
        "a sleeping bag",
        "a torch with spare cells",
        "boots",
        "snow shoes",
    ]


def test_a_list_of_another_thing_under_the_same_words_is_not_merged(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "hummus.md").write_text("# Hummus\n\n## Ingredients\n\n- chickpeas\n- tahini\n")
    (tmp_path / "bread.md").write_text("# Bread\n\n## Ingredients\n\n- flour\n- yeast\n")
    library.add(tmp_path)
    answer = ask(library, "What are the ingredients of the hummus?")
    assert items(answer) == ["chickpeas", "tahini"]


def test_a_table_gives_the_column_that_is_asked_for(camp: Library) -> None:
    assert items(ask(camp, "Which boats are there?")) == ["Heron", "Teal", "Pintail"]


def test_a_condition_of_the_question_chooses_rows_and_a_named_head_its_cells(
    camp: Library,
) -> None:
    assert items(ask(camp, "Which boats do adults take?")) == ["Heron", "Pintail"]
    assert items(ask(camp, "Which boats are there, and how many seats?")) == [
        "Heron: 4",
        "Teal: 2",
        "Pintail: 6",
    ]


def test_a_row_that_says_no_under_a_head_of_the_question_is_none(camp: Library) -> None:
    assert items(ask(camp, "Which lamp has red glass?")) == ["Storm lamp"]


def test_the_list_under_the_heading_of_the_thing_is_taken(camp: Library) -> None:
    answer = ask(camp, "Which food is in the soup of leeks?")
    assert items(answer) == ["Leeks", "Cream"]


def test_items_in_prose_come_from_the_model_and_those_that_stand_nowhere_are_left_out(
    camp: Library,
) -> None:
    reply = "- Marlo Quist tells stories.\n- Ada Brenn plays the fiddle.\n- Bruno Kask sings."
    answer = ask(camp, "Who tells stories or plays in the evenings?", reply)
    assert items(answer) == ["Marlo Quist tells stories.", "Ada Brenn plays the fiddle."]
    assert [s.text for s in answer.left_out] == ["Bruno Kask sings."]
    assert answer.sentences[-1].text.endswith("1 item is left out: no source supports it.")


def test_one_item_is_a_sentence(camp: Library) -> None:
    answer = ask(camp, "Who tells stories?", "Marlo Quist tells stories on Monday.")
    assert answer.sentences[0].form == "sentence"
    assert answer.sentences[0].text == "Marlo Quist tells stories on Monday."


def test_a_list_of_which_the_model_names_most_is_given_whole(camp: Library) -> None:
    reply = "a sleeping bag\na torch with spare cells"
    found = items(ask(camp, "What is in the rucksack for sleeping, with a torch?", reply))
    assert found == ["a sleeping bag", "a torch with spare cells", "boots", "a raincoat."]


def test_what_stands_nowhere_is_refused(camp: Library) -> None:
    answer = ask(camp, "Which cooks work at the camp?", log_odds=-6.0)
    assert answer.abstained
    assert answer.kind == "list"


def test_where_no_item_stands_one_thing_may_answer(camp: Library) -> None:
    def reply(prompt: Prompt) -> str:
        is_list = "List every answer" in prompt[-1].content
        return "Otto Fenn" if is_list else "Ada Brenn plays the fiddle on Wednesday."

    question = "Which people play the fiddle in the evenings?"
    answer = Chatbot(camp, model=ScriptedModel(reply, log_odds=5.0)).ask(question)
    assert answer.kind == "fact"
    assert answer.text.startswith("Ada Brenn plays the fiddle on Wednesday.")
    assert answer.citations[0].quote == "Ada Brenn plays the fiddle on Wednesday."


MINUTES = """# Minutes of the 2031 meeting

## Present

- Ada Brenn
- Marlo Quist

## Election of the 2031 committee

Those who came out first:

- Chair: Olive Tarn
- Purser: Ned Fell
"""


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("Who came to the 2031 meeting?", "Present"),
        ("Who came to the 2031 meeting?", "Attendance"),
        ("Who was at the 2031 meeting?", "Attendees"),
    ],
)
def test_those_who_came_stand_under_another_word(
    library: Library, tmp_path: Path, question: str, heading: str
) -> None:
    (tmp_path / "minutes.md").write_text(MINUTES.replace("Present", heading), "utf-8")
    library.add(tmp_path / "minutes.md")
    answer = ask(library, question)
    assert [s.text for s in answer.sentences[:-1]] == ["Ada Brenn", "Marlo Quist"]


def test_those_who_came_are_found_in_german(library: Library, tmp_path: Path) -> None:
    text = """# Protokoll der Sitzung 2031

## Anwesend

- Ada Brenn
- Marlo Quist

## Wahl des Vorstands 2031

- Vorsitz: Olga Tann
- Kasse: Nils Fell
"""
    (tmp_path / "protokoll.md").write_text(text, "utf-8")
    library.add(tmp_path / "protokoll.md")
    answer = ask(library, "Wer war bei der Sitzung 2031?")
    assert [s.text for s in answer.sentences[:-1]] == ["Ada Brenn", "Marlo Quist"]


def test_of_a_list_of_lists_the_one_that_was_asked_for_is_given(
    library: Library, tmp_path: Path
) -> None:
    text = """# Minutes of the 2031 meeting

## Attendance and apologies

- Present:
  - Ada Brenn
  - Marlo Quist
- Apologies:
  - Olive Tarn
"""
    (tmp_path / "minutes.md").write_text(text, "utf-8")
    library.add(tmp_path / "minutes.md")
    answer = ask(library, "Who came to the 2031 meeting?")
    assert [s.text for s in answer.sentences[:-1]] == ["Ada Brenn", "Marlo Quist"]
