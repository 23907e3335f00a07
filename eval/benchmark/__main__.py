"""How fast, on this machine: one command, one table.

    python -m sourcebook.eval.benchmark [--json FILE] [--compare OTHER_PYTHON] [--quick]

Each part runs in a process of its own, several times; figures are medians with the smallest and
largest. ``--compare`` takes the Python of another checkout's virtual environment, runs the parts of
both in turns, so that a machine that gets busy meanwhile is unfair to neither, and prints ratios.

What is measured with what: start-up and answers with the sample articles and the bundled questions;
embedding with passages of the sample; search in a library of SYNTHETIC passages, made of the
sample's sentences in random order, whose vectors are random (a search takes as long over any);
adding with web pages of such sentences. ``--only memory`` adds 10,000 of them, and ``--only doors``
runs `sourcebook serve` and asks it as other programs do, each figure beside its target: both take
many minutes, and are measured only where they are named.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from sourcebook.eval.runs import provenance

from .adding import LONG_PARTS
from .doors import DOOR_PARTS
from .engine import Sample
from .parts import PARTS

ALL_PARTS = {**PARTS, **LONG_PARTS, **DOOR_PARTS}
GROUPS = {"doors": tuple(DOOR_PARTS)}
"""Names of several parts."""

ROUNDS, QUICK_ROUNDS = 3, 1
_LONGEST = 7200.0
"""Seconds of a part."""


@dataclass(frozen=True, slots=True)
class BenchmarkFigure:
    """One figure of one build, with all its measurements."""

    name: str
    unit: str
    values: tuple[float, ...]
    target: float | None = None

    @property
    def value(self) -> float:
        return median(self.values)


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point. Exit status 0; 1 when a part could not be measured."""
    options = _options(arguments)
    if options.part:
        for sample in ALL_PARTS[options.part](quick=options.quick):
            print(
                json.dumps([sample.name, sample.unit, list(sample.values), sample.target]),
                flush=True,
            )
        return 0
    builds = [sys.executable, *([options.compare] if options.compare else [])]
    parts = [part for name in options.only or PARTS for part in GROUPS.get(name, (name,))]
    figures: list[dict[str, BenchmarkFigure]] = [{} for _ in builds]
    has_failure = False
    for number in range(QUICK_ROUNDS if options.quick else ROUNDS):
        for part in parts:
            if number and part in DOOR_PARTS:
                continue  # it has its own rounds
            order = range(len(builds)) if number % 2 == 0 else reversed(range(len(builds)))
            for build in order:
                print(f"round {number + 1}: {part} …", file=sys.stderr, flush=True)
                try:
                    _add(figures[build], _measure(builds[build], part, options.quick))
                except RuntimeError as error:
                    has_failure = True
                    print(f"{part} could not be measured: {error}", file=sys.stderr)
    print(format_table(figures))
    if options.json:
        data = {
            "code": provenance.describe_code(),
            "machine": provenance.describe_machine(),
            "quick": options.quick,
        }
        data["figures"] = [_to_dict(lines) for lines in figures]
        options.json.write_text(json.dumps(data, indent=1), encoding="utf-8")
    return int(has_failure)


def format_table(builds: Sequence[dict[str, BenchmarkFigure]]) -> str:
    """Return the figures as text; of two builds with the ratio of the second to the first."""
    names = list(dict.fromkeys(name for lines in builds for name in lines))
    wide = max((len(name) for name in names), default=0)
    rows: list[str] = []
    if len(builds) > 1:
        heads = f"{'this build':>27} {'the other':>27}"
        rows.append(f"{'':{wide}} {heads} {'other / this':>13}")
    for name in names:
        lines = [figures.get(name) for figures in builds]
        cells = " ".join(_cell(line) for line in lines)
        first, last = lines[0], lines[-1]
        ratio = ""
        if len(builds) > 1 and first and last and first.value:
            ratio = f"{last.value / first.value:>13.2f}"
        rows.append(f"{name:{wide}} {cells} {ratio}{_against_target(first)}".rstrip())
    return "\n".join(rows)


def _cell(line: BenchmarkFigure | None) -> str:
    if line is None:
        return f"{'–':>27}"
    low, high = min(line.values), max(line.values)
    value = f"{_short(line.value)} {line.unit}"
    spread = f"({_short(low)} to {_short(high)})" if low != high else ""
    return f"{value:>13} {spread:<13}"


def _against_target(line: BenchmarkFigure | None) -> str:
    if line is None or line.target is None:
        return ""
    word = "reached" if line.value <= line.target else "MISSED"
    return f" target {_short(line.target)} {line.unit}".rstrip() + f": {word}"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def _measure(python: str, part: str, quick: bool) -> Iterator[Sample]:
    """Measure one part in a new process of ``python``. Raises RuntimeError when it fails."""
    command = [python, "-m", str(__package__)]
    command += ["--part", part, *(["--quick"] if quick else [])]
    process = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LONGEST)
    if process.returncode:
        lines = process.stderr.strip().splitlines() or [f"exit status {process.returncode}"]
        raise RuntimeError(lines[-1])
    for line in process.stdout.splitlines():
        if line.startswith("["):
            name, unit, values, *target = json.loads(line)
            yield Sample(name, unit, tuple(values), *target)


def _add(lines: dict[str, BenchmarkFigure], samples: Iterator[Sample]) -> None:
    for sample in samples:
        before = lines[sample.name].values if sample.name in lines else ()
        lines[sample.name] = BenchmarkFigure(
            sample.name, sample.unit, (*before, *sample.values), sample.target
        )


def _to_dict(lines: dict[str, BenchmarkFigure]) -> dict[str, Any]:
    return {
        line.name: {
            "unit": line.unit,
            "median": line.value,
            "values": list(line.values),
            **({} if line.target is None else {"target": line.target}),
        }
        for line in lines.values()
    }


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sourcebook.eval.benchmark")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every measurement")
    parser.add_argument("--compare", metavar="OTHER_PYTHON", help="another build's Python")
    parser.add_argument("--quick", action="store_true", help="one round, fewer questions")
    parser.add_argument(
        "--only", nargs="+", choices=[*ALL_PARTS, *GROUPS], help="these parts alone"
    )
    parser.add_argument("--part", choices=list(ALL_PARTS), help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
