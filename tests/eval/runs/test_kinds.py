"""A run over questions with points and kinds: its records, its summary and its report."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sourcebook.eval import QuestionSet, Run, load_run, run, write_report
from sourcebook.eval.questions.dataset import parse_jsonl
from sourcebook.index import Library, make_document
from sourcebook.rag import Chatbot
from sourcebook.rag.testing import ScriptedModel
from sourcebook.ui.cli.evaluation.tables import figures_text

LINES = [
    {
        "id": "length",
        "kind": "fact",
        "question": "How long is the harbour bridge?",
        "answerable": True,
        "points": [["312 metres", "312 m"], ["Ostrava"]],
        "needed": 1,
        "forbidden": ["90 metres"],
        "evidence": [{"document": "The bridge", "quote": "The harbour bridge is 312 metres long."}],
    },
    {
        "id": "colour",
        "kind": "fact",
        "question": "What colour is the harbour bridge?",
        "answerable": True,
        "points": [["green"]],
        "evidence": [{"document": "The bridge", "quote": "The harbour bridge is painted red."}],
    },
    {
        "id": "none",
        "kind": "none",
        "question": "Who painted the lighthouse at Vell?",
        "answerable": False,
        "points": [],
    },
]
TEXT = (
    "The harbour bridge is 312 metres long. The harbour bridge is painted red. It opened in 1931."
)


@pytest.fixture
def finished(library: Library, tmp_path: Path) -> Run:
    library.add_documents([make_document(TEXT, title="The bridge")])
    questions = parse_jsonl("\n".join(map(json.dumps, LINES)))
    model = ScriptedModel(
        lambda prompt: (
            "The harbour bridge is 312 metres long."
            if "How long" in prompt[-1].content
            else "The harbour bridge is painted red."
        ),
        log_odds=lambda prompt: -9.0 if "lighthouse" in prompt[-1].content else 9.0,
    )
    chatbot = Chatbot(library, model=model)
    run(QuestionSet("bridge", "jsonl", tuple(questions)), library, tmp_path / "r", chatbot=chatbot)
    return load_run(tmp_path / "r")


def test_a_record_holds_the_points_that_are_missing(finished: Run) -> None:
    by_id = {record["id"]: record for record in finished.records}
    assert by_id["length"]["points"] == {"missing": [["Ostrava"]], "forbidden": []}
    assert by_id["colour"]["points"] == {"missing": [["green"]], "forbidden": []}
    assert "points" not in by_id["none"]
    assert by_id["length"]["type"] == "fact"
    scores = by_id["length"]["scores"]
    assert 0 < scores["first_words"] <= scores["total"]


def test_the_summary_and_the_terminal_have_a_row_for_each_kind(finished: Run) -> None:
    rows = [(row.kind, row.n, row.right and row.right.value) for row in finished.kinds]
    assert rows == [("fact", 2, 1 / 2), ("none", 1, 1.0), ("all", 3, pytest.approx(2 / 3))]
    text = figures_text(finished)
    assert re.search(r"^  fact +2 +50 %", text, re.MULTILINE)
    assert re.search(r"^  none +1 +100 % +2 to 100 +1 +0 ", text, re.MULTILINE)
    assert "Answer sentences that were needed" in text


def test_the_report_has_the_kinds_and_what_is_missing(finished: Run, tmp_path: Path) -> None:
    page = write_report([finished], tmp_path / "report.html").read_text()
    table = page[page.index("<h3>By kind</h3>") :].partition("</table>")[0]
    assert re.findall(r'<th scope="row">([\w-]+)</th><td class="right">(\d)', table) == [
        ("fact", "2"),
        ("none", "1"),
        ("all", "3"),
    ]
    data = json.loads(re.findall(r'id="data">(.*?)</script>', page, re.S)[0])
    length = next(q for q in data["questions"] if q["id"] == "length")
    assert length["gold_title"] == "Points to make, 1 of 2"
    assert length["answers"] == ["312 metres / 312 m", "Ostrava"]
    assert length["runs"][0]["missing"] == ["Ostrava"]


def test_a_set_without_kinds_has_no_such_table(library: Library, tmp_path: Path) -> None:
    library.add_documents([make_document(TEXT, title="The bridge")])
    lines = {"id": "a", "question": "How long is it?", "answers": ["312"], "answerable": True}
    questions = tuple(parse_jsonl(json.dumps(lines)))
    chatbot = Chatbot(library, model=ScriptedModel())
    run(QuestionSet("plain", "jsonl", questions), library, tmp_path / "p", chatbot=chatbot)
    plain = load_run(tmp_path / "p")
    assert plain.kinds == []
    assert "By kind" not in figures_text(plain)
    assert "By kind" not in write_report([plain], tmp_path / "p.html").read_text()
