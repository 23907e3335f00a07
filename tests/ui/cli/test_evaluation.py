"""`sourcebook eval`, from the shell's side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sourcebook.index import Library
from sourcebook.rag.testing import HashEmbedder
from sourcebook.ui.cli.evaluation.commands import app


@pytest.fixture(autouse=True)
def _fakes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", "scripted")
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def call(*words: str) -> Result:
    return CliRunner().invoke(app, words)


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    for name in ("first", "second"):
        result = call(
            "run", "bundled", "--limit", "12", "--name", name, "--out", str(tmp_path / "r")
        )
        assert result.exit_code == 0, result.output
    return tmp_path / "r"


@pytest.mark.slow
def test_a_run_prints_its_figures_and_where_it_is(runs: Path) -> None:
    again = call("run", "bundled", "--limit", "12", "--name", "first", "--out", str(runs))
    assert again.exit_code == 0
    assert "answerable questions answered right" in again.stdout
    assert "Citation recall" in again.stdout
    assert str(runs / "first") in again.stdout
    assert (
        "12 of 12"
        in call("run", "bundled", "--limit", "12", "--name", "third", "--out", str(runs)).stderr
    )


def test_a_run_is_json_for_a_program(tmp_path: Path) -> None:
    result = call("run", "bundled", "--mode", "retrieval", "--limit", "12", "--json")
    summary = json.loads(result.stdout)
    assert set(summary["measures"]["hit@5"]) == {"value", "low", "high", "n"}
    assert summary["name"] == "bundled-retrieval-12-1"


@pytest.mark.slow
def test_compare_report_and_gate_read_runs_by_name(runs: Path, tmp_path: Path) -> None:
    out = ("--out", str(runs))
    compared = call("compare", "first", "second", *out)
    assert compared.exit_code == 0
    assert "No question changed." in compared.stdout
    page = tmp_path / "page.html"
    assert call("report", "first", "second", "--html", str(page), *out).exit_code == 0
    assert "first against second" in page.read_text()
    passed = call("gate", "second", "--baseline", str(runs / "first" / "summary.json"), *out)
    assert (passed.exit_code, "Passed" in passed.stdout) == (0, True)


@pytest.mark.slow
def test_the_gate_fails_on_a_run_made_worse(runs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_ANSWER_ABOVE", "1")  # refuses everything
    call("run", "bundled", "--limit", "12", "--name", "worse", "--out", str(runs))
    result = call("gate", "worse", "--baseline", "first", "--out", str(runs))
    assert result.exit_code == 1
    assert "Significantly worse" in result.stdout
    assert "Answerable questions answered" in result.stdout
    assert "Note: The settings differ." in result.stdout


def test_every_problem_of_a_set_has_its_line_on_stderr(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"id": "a"}\nbroken\n')
    result = call("run", str(file))
    assert result.exit_code == 1
    problems = result.stderr.splitlines()
    assert problems[0] == "sourcebook: set.jsonl: 3 problems"
    assert problems[-1].startswith("sourcebook: set.jsonl:2: not JSON")


def test_a_set_is_asked_of_the_articles_in_a_folder(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "talks.txt").write_text("The talks in Geneva lasted about eight hours.")
    file = tmp_path / "own.jsonl"
    question = {
        "id": "a",
        "question": "How long did they last?",
        "answers": ["about eight hours"],
        "answerable": True,
        "evidence": [{"document": "talks.txt", "quote": "lasted about eight hours"}],
        "history": [{"question": "Where were the talks?", "answer": "In Geneva."}],
    }
    file.write_text(json.dumps(question) + "\n")
    out = ("--out", str(tmp_path / "r"))
    result = call("run", str(file), "--articles", str(articles), "--json", *out)
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["measures"]["hit@1"]["value"] == 1
    record = json.loads((tmp_path / "r" / "own-rag-1" / "answers.jsonl").read_text())
    assert "Geneva" in record["answer"]["standalone_question"]  # asked with its conversation


def test_a_library_and_a_folder_of_articles_are_not_taken_together(tmp_path: Path) -> None:
    result = ("--library", str(tmp_path / "l"), "--articles", str(tmp_path))
    assert call("run", "bundled", *result).exit_code == 2


def test_a_name_stays_in_its_folder(tmp_path: Path) -> None:
    result = call("run", "bundled", "--name", "../out", "--out", str(tmp_path / "r"))
    assert result.exit_code == 2


def test_questions_are_drafted_to_a_file(tmp_path: Path) -> None:
    with Library.open(tmp_path / "news.library", embedder=HashEmbedder()) as library:
        library.add_sample()
    file = tmp_path / "draft.jsonl"
    result = call(
        "questions", "--library", str(tmp_path / "news.library"), "-n", "3", "--to", str(file)
    )
    assert result.exit_code == 0
    assert "0 questions. Read and correct them" in result.stderr  # the scripted model drafts none
    assert file.read_text() == ""


@pytest.mark.slow
def test_ablate_tells_what_each_mechanism_changes() -> None:
    result = call("ablate", "bundled", "articles_words", "follow_ups", "--limit", "6")
    assert result.exit_code == 0, result.output
    assert "articles_words, left out: the model's sentences are given as it wrote" in result.output
    assert "follow_ups, left out:" in result.output


def test_ablate_refuses_a_mechanism_it_does_not_know() -> None:
    result = call("ablate", "bundled", "magic")
    assert isinstance(result.exception, Exception)
    assert "follow_ups" in str(result.exception)
