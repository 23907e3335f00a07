"""Question sets: what is read, and what is said about what cannot be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sourcebook.eval import QuestionSetError, load
from sourcebook.eval.questions import GoldLocator
from sourcebook.eval.questions.dataset import MAX_PROBLEMS, parse_jsonl, question_type, write_jsonl
from sourcebook.eval.questions.gold import find_quote
from sourcebook.index import Library, make_document

GOOD: dict[str, Any] = {
    "id": "q1",
    "question": "How long did the talks last?",
    "answers": ["about eight hours"],
    "answerable": True,
    "evidence": [{"document": "talks.md", "quote": "The talks lasted about eight hours."}],
    "history": [{"question": "Who met?", "answer": "Sherman and Ryabkov."}],
    "filters": {"sources": ["Courier"], "since": "2022-01-10"},
}


POINTS: dict[str, Any] = {
    "id": "q2",
    "kind": "list",
    "question": "Who met in Geneva?",
    "answers": [],
    "answerable": True,
    "evidence": [],
    "history": [],
    "filters": {},
    "points": [["Sherman"], ["Ryabkov", "the deputy minister"], ["Grushko"]],
    "needed": 2,
    "forbidden": ["Putin"],
}


def line(**changes: Any) -> str:
    return json.dumps(GOOD | changes)


def points_line(*without: str, **changes: Any) -> str:
    return json.dumps({k: v for k, v in (POINTS | changes).items() if k not in without})


def problems(text: str) -> list[str]:
    with pytest.raises(QuestionSetError) as caught:
        parse_jsonl(text, "set.jsonl")
    return list(caught.value.problems)


def test_a_question_is_read_and_written_as_it_was() -> None:
    text = line() + "\n"
    assert write_jsonl(parse_jsonl(text)) == text
    question = parse_jsonl(text)[0]
    assert question.history[0].answer == "Sherman and Ryabkov."
    assert question.type == "follow-up"


@pytest.mark.parametrize(
    ("broken", "what"),
    [
        ('{"id": "q1", "question": ', "not JSON at column"),
        ("[1, 2]", "expected an object, found a list"),
        (line(id=""), "'id' must be a text that is not empty"),
        (line(question="  "), "'question' must be a text that is not empty"),
        (line(question="why? " * 3000), "15,000 characters, more than 10,000"),
        (line(answerable="yes"), "'answerable' must be true or false, found a text"),
        (line(answers="eight"), "'answers' must be a list of texts"),
        (line(answers=[]), "an answerable question needs at least one answer"),
        (line(answerable=False), "an unanswerable question has no 'answers'"),
        (line(evidence=[{"quote": "x"}]), "evidence[0]: 'document' must be"),
        (line(evidence=[{"document": "a", "quote": " "}]), "evidence[0]: 'quote' is empty"),
        (line(evidence=[{"document": "a", "quote": "b", "answer": 1}]), "one of the 1 answers"),
        (line(history=[{"question": "Who?"}]), "'history' must be a list of {question, answer}"),
        (line(filters={"since": "soon"}), "filters.since must be a date such as 2022-01-10"),
        (line(filters={"author": "x"}), "'filters' must be an object with sources"),
        (line(anwsers=["x"]), "unknown field 'anwsers'"),
        (line(points=[["Sherman"]]), "give 'answers' or 'points', not both"),
        (points_line(points=["Sherman"]), "'points' must be a list of lists of alternatives"),
        (points_line(points=[[]], needed=1), "'points' must be a list of lists of alternatives"),
        (points_line(points=[["a", " "]]), "'points' must be a list of lists of alternatives"),
        (points_line("needed", points=[]), "only questions of the kind 'small-talk' need none"),
        (points_line("answers", "points", "needed"), "at least one answer in 'answers', or 'point"),
        (points_line(needed=4), "'needed' must be a number of points, at most 3"),
        (points_line(needed=0), "'needed' must be a number of points, at most 3"),
        (points_line(needed=True), "'needed' must be a number of points, at most 3"),
        (points_line(answerable=False), "an unanswerable question has no 'points'"),
        (points_line(forbidden="Putin"), "'forbidden' must be a list of texts"),
        (points_line(kind=""), "'kind' must be a text that is not empty"),
    ],
)
def test_each_mistake_is_named_with_its_line(broken: str, what: str) -> None:
    lines = problems(f"{line(id='first')}\n\n{broken}\n")
    assert len(lines) == 1
    assert lines[0].startswith("set.jsonl:3: ")
    assert what in lines[0]


def test_a_question_with_points_is_read_and_written_as_it_was() -> None:
    text = points_line() + "\n"
    question = parse_jsonl(text)[0]
    assert json.loads(write_jsonl([question])) == POINTS
    assert question.type == "list"
    assert question.has_points
    assert question.find_points("Sherman and the deputy minister").is_right(question.needed)
    assert not question.find_points("Sherman, Ryabkov and Putin").is_right(question.needed)


def test_all_points_are_needed_where_the_line_does_not_say() -> None:
    assert parse_jsonl(points_line("needed"))[0].needed == 3


def test_small_talk_needs_no_points_and_a_kind_goes_before_the_question_word() -> None:
    greeting = {"id": "h", "kind": "small-talk", "question": "Hello!", "answerable": True}
    question = parse_jsonl(json.dumps(greeting | {"points": []}))[0]
    assert (question.type, question.has_points, question.needed) == ("small-talk", True, 0)
    none = {"id": "n", "kind": "none", "question": "Who left?", "answerable": False}
    assert parse_jsonl(json.dumps(none))[0].type == "none"
    assert not parse_jsonl(json.dumps(none))[0].has_points
    assert parse_jsonl(line(kind="follow-up"))[0].history[0].question == "Who met?"


def test_every_problem_is_listed_up_to_a_limit() -> None:
    text = "\n".join(["{}"] * 30)
    with pytest.raises(QuestionSetError) as caught:
        parse_jsonl(text, "set.jsonl")
    assert len(caught.value.problems) == 30 * 3  # id, question and answerable in each line
    lines = str(caught.value).splitlines()
    assert len(lines) == 1 + MAX_PROBLEMS + 1
    assert lines[-1] == f"… and {30 * 3 - MAX_PROBLEMS} more"


def test_an_id_used_twice_names_both_lines() -> None:
    assert problems(f"{line()}\n{line()}\n") == ["set.jsonl:2: id 'q1' was used in line 1"]


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_a_set_without_questions_is_refused(text: str) -> None:
    with pytest.raises(QuestionSetError, match="holds no questions"):
        parse_jsonl(text)


def test_a_file_that_is_not_there_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match=r"no such question set"):
        load(tmp_path / "none.jsonl")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(QuestionSetError, match="not UTF-8"):
        load(tmp_path / "binary.jsonl")


def test_a_limit_spreads_over_the_set_and_keeps_its_order() -> None:
    bundled = load("bundled")
    few = bundled.first(8)
    places = [bundled.questions.index(q) for q in few.questions]
    assert places == [i * 72 // 8 for i in range(8)]
    assert bundled.first(None) is bundled
    assert bundled.first(1000) is bundled


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many soldiers were there?", "how many"),
        ("Who met whom?", "who"),
        ("In what country is it?", "which"),
        ("When did it end?", "when"),
        ("Did they agree?", "yes or no"),
        ("cats and dogs", "other"),
    ],
)
def test_a_question_is_sorted_by_what_it_asks(text: str, kind: str) -> None:
    assert question_type(text) == kind


# --- the bundled set ----------------------------------------------------------------------------


def test_the_bundled_set_is_as_large_as_promised() -> None:
    questions = load("bundled").questions
    assert len(questions) >= 60
    assert sum(q.answerable for q in questions) >= 40
    assert sum(not q.answerable for q in questions) >= 20
    assert sum(bool(q.history) for q in questions) >= 8


def test_each_bundled_quote_stands_in_its_article(sample: Library) -> None:
    locator = GoldLocator(sample)
    for question in load("bundled").questions:
        locations = locator.locate(question)
        assert locations.missing == ()
        assert bool(locations.spans) == question.answerable
        for gold, evidence in zip(locations.spans, question.evidence, strict=True):
            assert locator.document(gold.document_id).text[gold.start : gold.end] == evidence.quote


# --- evidence in a library ----------------------------------------------------------------------


def test_a_document_goes_by_id_path_file_name_or_title(library: Library) -> None:
    document = make_document("One. Two.", title="The Talks", path="news/talks.md")
    library.add_documents([document])
    locator = GoldLocator(library)
    for name in (document.id, "news/talks.md", "talks.md", "elsewhere/talks.md", "the  talks"):
        assert locator.ids(name) == [document.id]
    assert locator.ids("other.md") == []


def test_of_documents_with_one_title_the_one_with_the_quote_is_meant(library: Library) -> None:
    library.add_documents(
        [
            make_document("The first says one thing.", title="Normans", url="x:1"),
            make_document("The second says another thing.", title="Normans", url="x:2"),
        ]
    )
    question = parse_jsonl(
        line(evidence=[{"document": "Normans", "quote": "another thing"}, {"document": "Normans",
             "quote": "a third thing"}], filters={})
    )[0]  # fmt: skip
    locations = GoldLocator(library).locate(question)
    assert [GoldLocator(library).document(g.document_id).url for g in locations.spans] == ["x:2"]
    assert locations.missing == ("Normans does not hold “a third thing”",)


@pytest.mark.parametrize(
    ("quote", "text", "expected"),
    [
        ("eight hours", "It took eight hours.", "eight hours"),
        ("eight  hours", "It took eight\nhours.", "eight\nhours"),
        ('He said "no" - twice', "He said “no” – twice.", "He said “no” – twice"),
        ("nine hours", "It took eight hours.", None),
        ("12. Use `--all` **now**.", "Then use --all now. Use --all now.", "Use --all now."),
        ("- Smoking is forbidden.", "Smoking is forbidden.", "Smoking is forbidden."),
    ],
)
def test_a_quote_is_found_whatever_its_spacing(quote: str, text: str, expected: str | None) -> None:
    span = find_quote(quote, text)
    assert (text[slice(*span)] if span else None) == expected


@pytest.mark.parametrize(
    ("quote", "row"),
    [
        ("| Leeks | 5 kg | 9.50 |", "Item: Leeks; Unit: 5 kg; Price: 9.50"),
        ("| `Swede` | 10 kg |", "Item: Swede; Unit: 10 kg; Price: 6.10"),
        ("| 5 kg | 9.50 |", "Item: Leeks; Unit: 5 kg; Price: 9.50"),
        ('Leeks,"5 kg",9.50', "Item: Leeks; Unit: 5 kg; Price: 9.50"),
        ("| Item | Unit | Price |", "Item; Unit; Price"),
        ("| Leeks | 10 kg |", None),
        ("| Swede | 6.10 |", None),
        ("| eeks | 5 kg |", None),
        ("Leeks", "Leeks"),
    ],
)
def test_a_row_as_it_stands_in_its_file_is_found_by_its_cells(quote: str, row: str | None) -> None:
    text = (
        "Prices\n\nItem; Unit; Price\nItem: Leeks; Unit: 5 kg; Price: 9.50\n"
        "Item: Swede; Unit: 10 kg; Price: 6.10\n"
    )
    span = find_quote(quote, text)
    assert (text[slice(*span)] if span else None) == row


# --- public forms -------------------------------------------------------------------------------

SQUAD = {
    "version": "v2.0",
    "data": [
        {
            "title": "The_Normans",
            "paragraphs": [
                {
                    "context": "They came from Norway. Rollo led them. He was a Norse leader.",
                    "qas": [
                        {
                            "id": "a",
                            "question": "Who led them?",
                            "is_impossible": False,
                            "answers": [
                                {"text": "Rollo", "answer_start": 23},
                                {"text": "Rollo", "answer_start": 23},
                            ],
                        },
                        {
                            "id": "b",
                            "question": "Who followed Rollo?",
                            "is_impossible": True,
                            "answers": [],
                            "plausible_answers": [{"text": "They", "answer_start": 0}],
                        },
                    ],
                }
            ],
        }
    ],
}


def test_squad_brings_its_paragraphs(tmp_path: Path) -> None:
    file = tmp_path / "squad.json"
    file.write_text(json.dumps(SQUAD))
    questions = load(f"squad2:{file}")
    (document,) = questions.documents
    assert document.title == "The Normans"
    answerable, impossible = questions.questions
    assert answerable.answers == ("Rollo",)
    assert answerable.evidence[0].quote == "Rollo led them."
    assert not impossible.answerable
    assert impossible.evidence[0].document == document.id
    assert impossible.evidence[0].quote == ""


CLAPNQ = {
    "id": "1",
    "input": "difference between cats",
    "passages": [{"title": "Cats", "text": "One is blue . One is grey .", "sentences": []}],
    "output": [
        {"answer": "One is blue.", "selected_sentences": ["One is blue ."]},
        {"answer": "", "selected_sentences": []},
    ],
}


def test_clapnq_ties_sentences_to_their_answers_and_takes_several_files(tmp_path: Path) -> None:
    answerable, unanswerable = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    answerable.write_text(json.dumps(CLAPNQ) + "\n")
    empty = [{"answer": "", "selected_sentences": []}]
    unanswerable.write_text(json.dumps(CLAPNQ | {"id": "2", "output": empty}) + "\n")
    questions = load(f"clapnq:{answerable},{unanswerable}")
    assert [q.answerable for q in questions.questions] == [True, False]
    assert questions.questions[0].answers == ("One is blue.",)
    assert [e.answer for e in questions.questions[0].evidence] == [0]
    assert len(questions.documents) == 1  # the same passage in both files


def test_a_clapnq_answer_without_marked_sentences_keeps_its_passage(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    unmarked = [{"answer": "One is blue.", "selected_sentences": []}]
    file.write_text(json.dumps(CLAPNQ | {"output": unmarked}) + "\n")
    (question,) = load(f"clapnq:{file}").questions
    assert question.answerable
    passage = load(f"clapnq:{file}").documents[0].id
    assert [(e.document, e.quote) for e in question.evidence] == [(passage, "")]


def test_other_files_are_not_taken_for_public_sets(tmp_path: Path) -> None:
    file = tmp_path / "x.json"
    file.write_text('{"rows": []}')
    with pytest.raises(QuestionSetError, match=r"not a SQuAD 2\.0 file"):
        load(f"squad2:{file}")
    with pytest.raises(QuestionSetError, match=r"x\.json:1: not a CLAPnq line \(no 'passages'\)"):
        load(f"clapnq:{file}")
    file.write_text('{"data": []}')
    with pytest.raises(QuestionSetError, match="holds no questions"):
        load(f"squad2:{file}")
