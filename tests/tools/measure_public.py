"""Ask the questions over public documents, in the tables of measure_worlds.py.

    PYTHONPATH=tests/support .venv/bin/python -m tests.tools.measure_public --documents FOLDER
    ... --half held               the half that is asked once, at the end; --half late: three more
                                  libraries; --half superlatives: for the most of a table
    ... --library science --kind list --kind how-to --limit 5
    ... --answers FILE.jsonl      answers of another system: {"id", "text", "abstained"} a line
    ... --beside FILE.jsonl       both: ours, that system's, and the paired difference
    ... --questions-out FILE.jsonl     {"id", "question"} for such a system

FOLDER holds LIBRARY/documents/FILE for each line of tests/public/sources.tsv. --out and --replies
are those of measure_worlds.py.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import get_args

from public_sets import PublicPart, check_documents, library_names, load_public, open_public
from worlds import choose

from sourcebook.index import Library
from tests.tools.measure_worlds import CACHE, add_options, measure


def main() -> int:
    """Check the documents, measure, and print the tables and the misses."""
    options = _options()
    libraries: list[str] = options.library or library_names(options.half)
    problems = list(check_documents(options.documents, libraries))
    if problems:
        print("\n".join([*problems, "See tests/public/README.md."]), file=sys.stderr)
        return 1
    sets = {
        library: questions
        for library in libraries
        if (
            questions := choose(load_public(library, options.half), options.kind, options.limit)
        ).questions
    }

    def open_library(library: str) -> Library:
        return open_public(options.documents, library, CACHE)

    return measure(sets, options, open_library)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=Path, required=True, help="the folder of all libraries")
    parser.add_argument("--half", choices=get_args(PublicPart), default="tune")
    parser.add_argument("--library", action="append", choices=library_names())
    add_options(parser)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
