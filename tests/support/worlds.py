"""The small libraries with questions under `tests/worlds`: their documents, sets and libraries."""

from __future__ import annotations

import hashlib
import importlib
import re
import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from sourcebook.eval import QuestionSet, load, open_folder_library
from sourcebook.index import Library

Half = Literal["building", "unseen", "fresh"]
"""The two halves of the first questions, and a third set of the kinds that are hardest."""

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests" / "worlds"


def world_names() -> list[str]:
    """Return the names of the worlds."""
    return sorted(
        folder.name for folder in FOLDER.iterdir() if (folder / "building.jsonl").exists()
    )


def load_half(world: str, half: Half) -> QuestionSet:
    """Return a half, or the third set, of a world's questions, under the world's name."""
    return replace(load(FOLDER / world / f"{half}.jsonl"), name=f"{world}-{half}")


def load_other(file: Path) -> dict[str, QuestionSet]:
    """Return the questions of another file by the world that their id names: other-manual-07."""
    questions = load(file)
    by_world: dict[str, QuestionSet] = {}
    for world in world_names():
        own = tuple(q for q in questions.questions if re.search(rf"\b{world}\b", q.id))
        if own:
            by_world[world] = replace(questions, name=f"{world}-{file.stem}", questions=own)
    return by_world


def write_documents(world: str, folder: Path) -> None:
    """Write the documents of a world into a folder, which is made."""
    if (FOLDER / world / "make_documents.py").exists():
        if str(ROOT) not in sys.path:
            sys.path.insert(0, str(ROOT))
        importlib.import_module(f"tests.worlds.{world}.make_documents").write_documents(folder)
    else:
        shutil.copytree(FOLDER / world / "documents", folder, dirs_exist_ok=True)


def open_world(world: str, cache: Path) -> Library:
    """Open the library of a world; it is built once for each content of its files.

    Args:
        world: the name.
        cache: the folder of the documents and libraries of all worlds.
    """
    documents = cache / f"{world}-{_content(world)}"
    if not documents.exists():
        unfinished = documents.with_name(f"{documents.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        write_documents(world, unfinished)
        unfinished.rename(documents)
    return open_folder_library(documents, cache=cache / "libraries")


def choose(questions: QuestionSet, kinds: Sequence[str], limit: int | None) -> QuestionSet:
    """Return the questions of some kinds, by default of all, at most ``limit`` of them."""
    if kinds:
        own = tuple(q for q in questions.questions if q.type in kinds)
        questions = replace(questions, questions=own)
    return questions.first(limit)


def _content(world: str) -> str:
    """Return a hash over the files that documents are made of."""
    digest = hashlib.sha256()
    for file in sorted((FOLDER / world).rglob("*")):
        if file.is_file() and file.suffix not in (".jsonl", ".pyc"):
            digest.update(f"\n{file.relative_to(FOLDER)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:12]
