"""Fitting the probability that an answer is right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from sourcebook.eval import EvaluationError, Run
from sourcebook.eval.studies.calibration import fit_calibration
from sourcebook.rag import Chatbot, Settings
from sourcebook.rag.refusal.calibration import Calibration, Signals, load_calibration
from sourcebook.ui.cli.evaluation.commands import app

ABOUT: dict[str, Any] = {
    "set": {"name": "made up", "fingerprint": "0"},
    "mode": "gold",
    "model": None,
    "embedder": None,
    "code": {"source": "0"},
}


def made_up(labels: list[bool], log_odds: list[float]) -> Run:
    """Questions of which only the log-odds differ."""
    records = [
        {
            "id": str(n),
            "question": {"answerable": True},
            "scores": {"answer_right": float(label)},
            "answer": {"record": {"signals": {"log_odds": odds, "similarity": 0.5}}},
        }
        for n, (label, odds) in enumerate(zip(labels, log_odds, strict=True))
    ]
    return Run("made-up", ABOUT, {}, records)


@pytest.mark.slow
def test_a_fit_finds_the_signal_that_tells_and_ignores_what_is_constant() -> None:
    generator = np.random.default_rng(0)
    labels = [n % 2 == 0 for n in range(200)]
    odds = [float(generator.normal(1.0 if label else -1.0, 1.0)) for label in labels]
    fitted = fit_calibration([made_up(labels, odds)])
    assert fitted.calibration.weights.log_odds > 1
    assert fitted.calibration.weights.similarity == 0
    # Two normal distributions two standard deviations apart: AUC = Phi(2 / sqrt 2) = 0.921.
    assert fitted.figures["auroc"].low < 0.921 < fitted.figures["auroc"].high
    # Half of the answers are right, so in the middle between them the odds are even.
    middle = fitted.calibration.probability(Signals(float(np.mean(odds)), 0.5))
    assert middle == pytest.approx(0.5, abs=0.1)


@pytest.mark.slow
def test_a_fit_on_noise_says_that_it_is_worth_nothing() -> None:
    generator = np.random.default_rng(1)
    odds = [float(x) for x in generator.normal(size=300)]
    fitted = fit_calibration([made_up([n % 3 == 0 for n in range(300)], odds)])
    assert fitted.figures["auroc"].low < 0.5 < fitted.figures["auroc"].high


def test_too_few_questions_and_runs_without_signals_are_said() -> None:
    with pytest.raises(EvaluationError, match=r"12 right and 3 wrong answers.* 10 of each"):
        fit_calibration([made_up([True] * 12 + [False] * 3, [0.0] * 15)])
    empty = Run("old", ABOUT, {}, [{"question": {"answerable": True}, "answer": {"record": {}}}])
    with pytest.raises(EvaluationError, match="old holds no signals: run its set again"):
        fit_calibration([empty])


def test_a_calibration_survives_its_file(tmp_path: Path) -> None:
    shipped = load_calibration()
    file = tmp_path / "mine.json"
    file.write_text(json.dumps(shipped.to_dict()), "utf-8")
    assert load_calibration(file) == shipped == Calibration.from_dict(shipped.to_dict())


@pytest.mark.slow
def test_the_command_answers_every_question_and_writes_a_file_that_chatbots_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, library: Any
) -> None:
    monkeypatch.setenv("SOURCEBOOK_LANGUAGE_MODEL", "scripted")
    monkeypatch.setenv("SOURCEBOOK_EMBEDDER", "hash")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # Letters alone find few right answers: here the command is tested, not the number.
    monkeypatch.setattr("sourcebook.eval.studies.calibration.FEWEST", 4)
    file = tmp_path / "mine.json"
    out = tmp_path / "runs"
    result = CliRunner().invoke(app, ["calibrate", "bundled", "--to", str(file), "--out", str(out)])
    assert result.exit_code == 0, result.output
    # One question is taken for one about the library, and answered without the model's odds.
    assert "70 answers, 6 of them right." in result.stdout
    assert "Wrong answers refused, 9 of 10 right ones given" in result.stdout
    assert str(file) in result.stdout
    lines = (out / "bundled-rag-calibration-1" / "answers.jsonl").read_text("utf-8").splitlines()
    answers = [json.loads(line)["answer"] for line in lines]
    # A list of which no article holds an item has nothing to show, however sure.
    assert {answer["kind"] for answer in answers if answer["abstained"]} <= {"list"}
    chatbot = Chatbot(library, settings=Settings(calibration=file))
    assert chatbot.calibration.made["questions"] == 70

    again = tmp_path / "again.json"
    words = ["calibrate", "--run", "bundled-rag-calibration-1", "--to", str(again)]
    assert CliRunner().invoke(app, [*words, "--out", str(out)]).exit_code == 0
    assert json.loads(again.read_text("utf-8")) == json.loads(file.read_text("utf-8"))

    # Of answers that are mostly wrong no threshold leaves few enough.
    words = ["calibrate", "--run", "bundled-rag-calibration-1", "--wrong-at-most", "5%"]
    refused = CliRunner().invoke(app, [*words, "--out", str(out)])
    assert isinstance(refused.exception, EvaluationError)
    assert "no threshold keeps wrong answers to 5%" in str(refused.exception)
    assert CliRunner().invoke(app, [*words[:-1], "5 of 100"]).exit_code == 2
