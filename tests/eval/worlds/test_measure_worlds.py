"""The tool that asks the worlds, or scores what another system answered."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import Any

import pytest
from worlds import FOLDER

from sourcebook.eval import QuestionSet
from sourcebook.eval.questions import EvalQuestion
from sourcebook.rag.question import Turn

TOOL = runpy.run_path(str(FOLDER.parent / "tools" / "measure_worlds.py"))
SET = QuestionSet(
    "tiny",
    "jsonl",
    (
        EvalQuestion("a-1", "How long?", (), True, kind="fact", points=(("312",),), needed=1),
        EvalQuestion(
            "a-2",
            "Which colours?",
            (),
            True,
            kind="list",
            points=(("red",), ("green",)),
            needed=2,
            forbidden=("blue",),
        ),
        EvalQuestion("a-3", "Who built it?", (), False, kind="none"),
        EvalQuestion("a-4", "Hello", (), True, kind="small-talk"),
    ),
)


def outcomes(tmp_path: Path, *answers: dict[str, Any]) -> list[Any]:
    file = tmp_path / "answers.jsonl"
    file.write_text("\n".join(map(json.dumps, answers)) + "\n")
    return list(TOOL["score_answers"]({"tiny": SET}, file))


def test_another_systems_answers_stand_in_the_same_table(tmp_path: Path) -> None:
    scored = outcomes(
        tmp_path,
        {"id": "a-1", "text": "It is **312** metres [2].", "abstained": False, "total": 4.0},
        {"id": "a-2", "text": "Red and blue.", "abstained": False, "first_token": 1.5},
        {"id": "a-3", "text": "I don't know.", "abstained": True},
        {"id": "a-4", "text": "Hi!", "abstained": False},
    )
    assert [o.scores["correct"] for o in scored] == [1, 0, 1, 1]
    assert (scored[0].scores["total"], scored[1].scores["first_words"]) == (4.0, 1.5)
    text = TOOL["report"](scored)
    table, misses = text.split("Misses: 1 of 4")
    assert [line.split()[:4] for line in table.splitlines() if line.startswith("  ")] == [
        ["fact", "1", "100", "%"],
        ["list", "1", "0", "%"],
        ["small-talk", "1", "100", "%"],
        ["none", "1", "100", "%"],
        ["all", "4", "75", "%"],
    ]
    assert "a-2 (list): Which colours?" in misses
    assert "missing: green" in misses
    assert "forbidden: blue" in misses


def test_a_refusal_of_an_answerable_question_is_a_miss_without_points(tmp_path: Path) -> None:
    (refusal,) = outcomes(tmp_path, {"id": "a-1", "text": "312? I can't say.", "abstained": True})
    assert (refusal.scores["correct"], refusal.scores["wrongly_refused"]) == (0, 1)
    assert "refused: 312? I can't say." in TOOL["report"]([refusal])


def test_questions_without_an_answer_are_counted_out_loud(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(outcomes(tmp_path, {"id": "a-3", "text": "", "abstained": True})) == 1
    assert "no line for 3 of the questions" in capsys.readouterr().out


def test_the_difference_is_paired(tmp_path: Path) -> None:
    texts = ("312", "red, green", "", "Hi!")
    ours = outcomes(
        tmp_path,
        *({"id": f"a-{n}", "text": t, "abstained": not t} for n, t in enumerate(texts, 1)),
    )
    others = outcomes(
        tmp_path,
        {"id": "a-1", "text": "90", "abstained": False},
        {"id": "a-2", "text": "red, green", "abstained": False},
        {"id": "a-3", "text": "Ann", "abstained": False},
    )
    text = TOOL["difference"](ours, others)
    # Of three questions ours has 3 right, the other 1; two that differ: p = 2 * (1/2)^2.
    assert text.startswith("Ours right 100 %, theirs 33 %: +67 points, ")
    assert text.endswith("p = 0.500, n = 3")
    assert "No question" in TOOL["difference"](ours, [])


def test_what_was_said_before_is_put_in_front_for_another_system() -> None:
    question = EvalQuestion(
        "f", "And for a child?", (), True, history=(Turn("What is the fare?", "Four euros."),)
    )
    assert (
        TOOL["plain_question"](question) == "Q: What is the fare? A: Four euros. And for a child?"
    )
