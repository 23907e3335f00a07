"""Find passages that spell a name, a word or a code otherwise than the question does.

    .venv/bin/python tests/tools/measure_spellings.py [--half building]

The pairs of a question and its passage are in tests/data/spellings: one half to build with, one
that is asked when something is finished. The passages of both, and distractors that are like them,
are one library.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

from sourcebook.index import Library, make_document
from sourcebook.index.search import Mode

DATA = Path(__file__).resolve().parents[1] / "data" / "spellings"
HALVES = ("building", "held_out")
TOP = 3


def main() -> int:
    """Ask, and print what was found in the first three."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--half", choices=HALVES, help="by default both")
    options = parser.parse_args()
    pairs = {half: read_pairs(half) for half in HALVES}
    texts = (DATA / "distractors.txt").read_text("utf-8").splitlines()
    texts += [passage for half in HALVES for _, _, passage in pairs[half]]
    with tempfile.TemporaryDirectory() as folder, Library.open(folder) as library:
        library.add_documents(
            make_document(text, title=f"Note {number}", path=f"{number}.txt")
            for number, text in enumerate(texts)
        )
        for half in [options.half] if options.half else HALVES:
            report(library, half, pairs[half])
    return 0


def read_pairs(half: str) -> list[tuple[str, str, str]]:
    """Return the kind, the question and the passage of each pair."""
    rows = (DATA / f"{half}.tsv").read_text("utf-8").splitlines()
    return [(kind, question, text) for kind, question, text in (row.split("\t") for row in rows)]


def report(library: Library, half: str, pairs: list[tuple[str, str, str]]) -> None:
    """Print the misses of a half, and how many of each kind were found."""
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    modes: tuple[Mode, ...] = ("hybrid", "dense")
    for mode in modes:
        found.clear()
        asked.clear()
        for kind, question, passage in pairs:
            asked[kind] += 1
            hits = [hit.passage.text for hit in library.search(question, TOP, mode=mode)]
            found[kind] += passage in hits
            if passage not in hits and mode == "hybrid":
                print(f"missed: {question} | {passage} | first: {hits[0]}")
        kinds = ", ".join(f"{kind} {found[kind]} of {asked[kind]}" for kind in asked)
        print(f"{half}, {mode}: {found.total()} of {len(pairs)} in the first {TOP} ({kinds})")


if __name__ == "__main__":
    raise SystemExit(main())
