"""Run one of them, or all, in their full size or another; the exit status says whether all held."""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from sourcebook.index.segments import snapshots, vectors

from . import damage, failures, kills, planted, switches

RUNS: dict[str, tuple[int, Callable[[int, int], Any]]] = {
    "kills": (1000, kills.kill_often),
    "failures": (0, lambda count, seed: failures.fail_each(count)),
    "damage": (10_000, damage.damage_often),
    "switches": (1000, lambda count, seed: switches.switch_often(count)),
    "planted": (1000, planted.plant),
}
"""The full size of each, and what runs it with a size and a seed; its result has ``problems``."""


def main() -> int:
    """Run them, print what each counted and its first problems."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*RUNS, "all"])
    parser.add_argument(
        "--count",
        type=int,
        help="how often; by default the full size. For failures: every how-manieth call fails, by "
        "default each",
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--rough", action="store_true", help="hold vectors as a segment of many does: roughly"
    )
    options = parser.parse_args()
    if options.rough:
        vectors.EXACT = 2
    snapshots.SEALED_FROM = 3  # so that few articles lie in segments on disk, which grow too
    held = True
    for name in RUNS if options.what == "all" else [options.what]:
        size, run = RUNS[name]
        start = time.monotonic()
        result = run(options.count or size, options.seed)
        names = [field.name for field in fields(result) if field.name != "problems"]
        counts = ", ".join(f"{field} {_shown(getattr(result, field))}" for field in names)
        seconds = time.monotonic() - start
        print(f"{name}: {counts}; {len(result.problems)} problems; {seconds:.0f} s", flush=True)
        for problem in result.problems[:10]:
            print(f"  {problem}")
        held &= not result.problems
    return 0 if held else 1


def _shown(value: object) -> object:
    if isinstance(value, Counter):
        return dict(value)
    return len(value) if isinstance(value, list) else value


if __name__ == "__main__":
    sys.exit(main())
