"""The benchmark: its table, and that a part runs for real."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sourcebook.eval.benchmark import __main__ as benchmark
from sourcebook.eval.benchmark.__main__ import BenchmarkFigure, format_table, main
from sourcebook.eval.benchmark.doors import DOOR_PARTS
from sourcebook.eval.benchmark.engine import Sample
from sourcebook.eval.benchmark.parts import PARTS


def test_a_table_shows_median_spread_and_ratio() -> None:
    this = {"search": BenchmarkFigure("search", "ms", (30.0, 10.0, 20.0))}
    other = {"search": BenchmarkFigure("search", "ms", (50.0,))}
    assert format_table([this]).split() == ["search", "20", "ms", "(10", "to", "30)"]
    last = format_table([this, other]).splitlines()[-1]
    assert last.split()[-1] == f"{50 / 20:.2f}"


def test_both_builds_are_measured_in_turns_and_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order: list[tuple[str, str]] = []

    def measure(python: str, part: str, quick: bool) -> list[Sample]:
        order.append((python, part))
        return [Sample(f"{part} figure", "s", (2.0 if python == "other" else 1.0,))]

    monkeypatch.setattr(benchmark, "_measure", measure)
    file = tmp_path / "b.json"
    assert main(["--compare", "other", "--only", "search", "--json", str(file)]) == 0
    this = (sys.executable, "search")
    other = ("other", "search")
    assert order == [this, other, other, this, this, other]
    assert "2.00" in capsys.readouterr().out
    figures = json.loads(file.read_text())["figures"]
    assert figures[1]["search figure"] == {"unit": "s", "median": 2.0, "values": [2.0, 2.0, 2.0]}


def test_a_part_that_fails_is_named_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(python: str, part: str, quick: bool) -> list[Sample]:
        if part == "start":
            raise RuntimeError("no such command")
        return [Sample(part, "s", (1.0,))]

    monkeypatch.setattr(benchmark, "_measure", measure)
    assert main(["--quick"]) == 1
    output = capsys.readouterr()
    assert "start could not be measured: no such command" in output.err
    assert "answers" in output.out


@pytest.mark.real
def test_search_is_measured_in_a_synthetic_library() -> None:
    names = [sample.name for sample in PARTS["search"](quick=True)]
    assert len(names) == 2
    assert all("search of 5" in name for name in names)


def test_a_figure_stands_beside_its_target() -> None:
    lines = {
        "added": BenchmarkFigure("added", "ms", (14.0, 12.0), 15.0),
        "grew": BenchmarkFigure("grew", "%", (2.5,), 2.0),
        "lost": BenchmarkFigure("lost", "", (0.0,), 0),
        "plain": BenchmarkFigure("plain", "s", (1.0,)),
    }
    rows = format_table([lines]).splitlines()
    ends = ["target 15 ms: reached", "target 2 %: MISSED", "target 0: reached", "1 s"]
    assert [row.endswith(end) for row, end in zip(rows, ends, strict=True)] == [True] * 4


def test_the_doors_are_measured_once_and_only_where_they_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    parts: list[str] = []

    def measure(python: str, part: str, quick: bool) -> list[Sample]:
        parts.append(part)
        return [Sample(part, "s", (1.0,), 2.0)]

    monkeypatch.setattr(benchmark, "_measure", measure)
    assert main(["--only", "doors", "search"]) == 0
    assert parts == [*DOOR_PARTS, "search", "search", "search"]
    assert not set(DOOR_PARTS) & set(PARTS)


@pytest.mark.slow
def test_a_crowd_is_served_by_a_real_server_each_its_own_answer() -> None:
    (sample,) = DOOR_PARTS["crowd"](quick=True)
    assert list(sample.values) == [0]
    assert sample.target == 0
    assert "64 answers" in sample.name
