"""How many statements by others are verified rightly: stated ones, and the same altered.

PYTHONPATH=tests/support .venv/bin/python tests/tools/measure_verify.py [--world NAME] [--show]
"""

from __future__ import annotations

import argparse
import csv
import tempfile
import time
from collections import Counter
from pathlib import Path

from worlds import open_world

from sourcebook.index import Library
from sourcebook.rag.review import Statement, verify

STATEMENTS = Path(__file__).resolve().parents[1] / "data" / "statements.tsv"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cache", type=Path, default=Path("build/worlds"))
    parser.add_argument("--file", type=Path, default=STATEMENTS)
    parser.add_argument("--world")
    parser.add_argument("--show", action="store_true", help="Print each error.")
    options = parser.parse_args()
    with options.file.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    rows = [row for row in rows if options.world in (None, row["world"])]
    libraries: dict[str, Library] = {}
    stated: Counter[str] = Counter()
    altered: Counter[tuple[str, str]] = Counter()
    seconds: list[float] = []
    for row in rows:
        if row["world"] not in libraries:
            libraries[row["world"]] = _library(row["world"], options.cache, options.file)
        library = libraries[row["world"]]
        for column in ("stated", "altered"):
            began = time.perf_counter()
            (statement,) = verify(library, row[column]).statements
            seconds.append(time.perf_counter() - began)
            if column == "stated":
                stated[statement.verdict] += 1
            else:
                altered[row["change"], statement.verdict] += 1
            if options.show and (column == "stated") != (statement.verdict == "supported"):
                print(f"{row['world']} {column}: {statement.text}\n    {_why(statement)}")
    print("stated: ", dict(stated), "of", len(rows))
    for change in dict.fromkeys(row["change"] for row in rows):
        print(f"altered {change}:", {v: n for (c, v), n in altered.items() if c == change})
    print("falsely supported:", sum(n for (_, v), n in altered.items() if v == "supported"))
    seconds.sort()
    print(
        f"median {seconds[len(seconds) // 2]:.3f} s, p95 {seconds[int(len(seconds) * 0.95)]:.3f} s"
    )


def _why(statement: Statement) -> str:
    others = [(c.kind, c.words, c.source_words) for c in statement.contradictions]
    return f"{statement.verdict} {statement.support:.2f} {statement.unsupported} {others}"


def _library(world: str, cache: Path, file: Path) -> Library:
    """The library of a world; "made" is the text beside the statements."""
    if world == "made":
        library = Library.open(Path(tempfile.mkdtemp()) / "made.library")
        library.add(file.with_suffix(".md"))
        return library
    if world != "sample":
        return open_world(world, cache)
    library = Library.open(cache / "sample.library")
    if not len(library):
        library.add_sample()
    return library


if __name__ == "__main__":
    main()
