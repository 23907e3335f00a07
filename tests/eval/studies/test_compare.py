"""Two runs side by side, and the gate."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sourcebook.eval import Run, RunMismatch, compare, load, load_run, run
from sourcebook.eval.studies import check_gate
from sourcebook.index import Library
from sourcebook.rag import Chatbot
from sourcebook.rag.llm.base import Prompt
from sourcebook.rag.testing import ScriptedModel


def score_run(name: str, columns: dict[str, list[float | None]], **changes: Any) -> Run:
    """A run as its summary says, without anything else."""
    count = len(next(iter(columns.values())))
    ids = [f"q{i}" for i in range(count)]
    summary = {
        "name": name,
        "mode": "rag",
        "form": "jsonl",
        "set": {"fingerprint": "x"},
        "complete": True,
        "measures": {},
        "types": ["who"] * count,
    }
    rows = {i: {c: v[n] for c, v in columns.items() if v[n] is not None} for n, i in enumerate(ids)}
    return Run(name, summary | changes, rows)  # type: ignore[arg-type]


def outcome(before: list[float], after: list[float], column: str = "right") -> str:
    """The verdict on one measure."""
    comparison = compare(score_run("a", {column: before}), score_run("b", {column: after}))  # type: ignore[dict-item]
    (measure_difference,) = [d for d in comparison.differences if d.measure.columns == (column,)]
    return measure_difference.verdict


def test_five_lost_questions_may_be_chance_and_six_are_not() -> None:
    # Exact McNemar: 2 / 2^5 = .0625 and 2 / 2^6 = .03125.
    base = [1.0] * 40
    assert outcome(base, [0.0] * 5 + [1.0] * 35) == "same"
    assert outcome(base, [0.0] * 6 + [1.0] * 34) == "worse"
    assert outcome([0.0] * 6 + [1.0] * 34, base) == "better"


def test_a_measure_with_degrees_goes_by_its_paired_interval() -> None:
    base = [n / 40 for n in range(40)]
    assert outcome(base, [v + 0.01 for v in base], "f1") == "better"
    assert outcome(base, [v - 0.01 for v in base], "f1") == "worse"
    assert outcome(base, [v + (-1) ** n * 0.01 for n, v in enumerate(base)], "f1") == "same"


def test_lower_is_better_where_a_measure_says_so() -> None:
    assert outcome([0.0] * 30, [1.0] * 10 + [0.0] * 20, "failed") == "worse"
    assert outcome([100.0] * 30, [200.0] * 30, "length") == "changed"


def test_slower_answers_fail_only_a_gate_for_speed() -> None:
    slow = score_run("b", {"total": [2.0 + n / 100 for n in range(40)]})
    fast = score_run("a", {"total": [1.0 + n / 100 for n in range(40)]})
    comparison = compare(fast, slow)
    assert check_gate(comparison) == []
    assert [d.measure.name for d in check_gate(comparison, speed=True)] == [
        "total_p50",
        "total_p95",
    ]


def test_a_measure_is_compared_over_the_questions_it_has_in_both() -> None:
    before = score_run("a", {"citation_recall": [1.0, 0.0, None, 1.0]})
    after = score_run("b", {"citation_recall": [1.0, 1.0, 1.0, None]})
    (only,) = compare(before, after).differences
    assert (only.difference.n, only.before, only.after) == (2, 1 / 2, 2 / 2)


def test_runs_that_cannot_be_compared_are_refused() -> None:
    first = score_run("a", {"right": [1.0]})
    other = Run("b", first.summary, {"elsewhere": {"right": 1.0}})
    with pytest.raises(RunMismatch, match="no question in common"):
        compare(first, other)
    with pytest.raises(RunMismatch, match="in rag mode, b in gold"):
        compare(first, score_run("b", {"right": [1.0]}, mode="gold"))


def test_an_unfinished_or_shorter_run_does_not_pass_a_gate() -> None:
    base = score_run("base", {"right": [1.0, 1.0]})
    with pytest.raises(RunMismatch, match="now is not finished"):
        check_gate(compare(base, score_run("now", {"right": [1.0, 1.0]}, complete=False)))
    with pytest.raises(RunMismatch, match="now lacks 1 questions of the baseline base"):
        check_gate(compare(base, score_run("now", {"right": [1.0]})))


def test_what_differs_besides_the_figures_is_noted() -> None:
    first = score_run("a", {"right": [1.0]}, judge="x")
    other = score_run("b", {"right": [1.0]}, judge="y", set={"fingerprint": "z"})
    assert compare(first, other).notes == [
        "The question sets differ",
        "The judges of citations differ",
    ]


# --- from real runs -----------------------------------------------------------------------------

MakeRun = Callable[..., Path]


@pytest.fixture
def make_run(sample: Library, tmp_path: Path) -> MakeRun:
    gold = {q.text: q.answers for q in load("bundled").questions}

    def make(name: str, *, right: bool) -> Path:
        def reply(prompt: Prompt) -> str:
            question = prompt[-1].content.partition("Question: ")[2].partition("\n")[0]
            answers = gold.get(question, ())
            return f"It was {answers[0]}." if right and answers else "It was something else."

        questions = load("bundled").first(24)
        chatbot = Chatbot(sample, model=ScriptedModel(reply))
        run(questions, sample, tmp_path / name, chatbot=chatbot)
        return tmp_path / name

    return make


@pytest.mark.slow
def test_the_gate_passes_on_the_same_run_twice_and_fails_on_one_made_worse(
    make_run: MakeRun, tmp_path: Path
) -> None:
    good = load_run(make_run("good", right=True))
    assert check_gate(compare(good, good)) == []
    assert check_gate(compare(good, load_run(make_run("again", right=True)))) == []
    bad = load_run(make_run("bad", right=False))
    worse = check_gate(compare(good, bad))
    assert {"right", "correct", "contains_answer", "f1"} <= {d.measure.name for d in worse}
    assert check_gate(compare(bad, good)) == []
    # A summary kept elsewhere is baseline enough.
    baseline = tmp_path / "baseline.json"
    shutil.copy(tmp_path / "good" / "summary.json", baseline)
    assert [d.measure.name for d in check_gate(compare(load_run(baseline), bad))] == [
        d.measure.name for d in worse
    ]


@pytest.mark.slow
def test_changed_questions_show_both_answers(make_run: MakeRun, tmp_path: Path) -> None:
    good, bad = load_run(make_run("good", right=True)), load_run(make_run("bad", right=False))
    comparison = compare(good, bad)
    before, after = (
        {
            record["id"]: record["scores"]["correct"]
            for record in map(
                json.loads, (tmp_path / name / "answers.jsonl").read_text().splitlines()
            )
        }
        for name in ("good", "bad")
    )
    assert {c.id for c in comparison.changes} == {i for i in before if before[i] != after[i]}
    change = next(c for c in comparison.changes if (c.before, c.after) == (1, 0))
    assert change.answer_before.startswith("It was ")
    assert change.answer_after != change.answer_before
