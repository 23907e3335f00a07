"""Run one of them, or all, in their full size or another; the exit status says whether all held."""

from __future__ import annotations

import argparse
import sys
import time

from . import damage, failures, kills, planted, switches

FULL = {"kills": 1000, "failures": 0, "damage": 10_000, "switches": 1000, "planted": 1000}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=[*FULL, "all"])
    parser.add_argument("--count", type=int, help="how often; by default the full size. For "
                        "failures: every how-manieth call fails, by default each")  # fmt: skip
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    names = list(FULL) if chosen.what == "all" else [chosen.what]
    is_right = True
    for name in names:
        start = time.monotonic()
        count = chosen.count or FULL[name]
        if name == "kills":
            killed = kills.kill_often(count, chosen.seed)
            print(f"kills: {killed.kills}, in {dict(killed.at)}; steps acknowledged before: "
                  f"{killed.acknowledged}; problems: {len(killed.problems)}")  # fmt: skip
            problems = killed.problems
        elif name == "failures":
            failed = failures.fail_each(count)
            print(f"failures: {failed.calls} calls failed in turn in {dict(failed.by_step)}; "
                  f"problems: {len(failed.problems)}")  # fmt: skip
            problems = failed.problems
        elif name == "damage":
            damaged = damage.damage_often(count, chosen.seed)
            print(f"damage: {damaged.edits} edits, {dict(damaged.outcomes)}; "
                  f"problems: {len(damaged.problems)}")  # fmt: skip
            problems = damaged.problems
        elif name == "switches":
            switched = switches.switch_often(count)
            print(f"switches: {switched.switches} with {switched.searches} searches in 8 threads; "
                  f"problems: {len(switched.problems)}")  # fmt: skip
            problems = switched.problems
        else:
            found = planted.plant(count, chosen.seed)
            print(f"planted: {found.planted} strings, {found.before} in files when removed, "
                  f"{len(found.after)} after the purge")  # fmt: skip
            problems = found.after
        print(f"  {time.monotonic() - start:.0f} s", flush=True)
        for problem in problems[:10]:
            print(f"  {problem}")
        is_right &= not problems
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
