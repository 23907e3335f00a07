"""The names that each part of rag gives to the others."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pkgutil import walk_packages

import pytest

from sourcebook import rag

PARTS = [module.name for module in walk_packages(rag.__path__, f"{rag.__name__}.") if module.ispkg]
HEAVY = ("faiss", "llama_cpp", "sentence_transformers", "torch", "transformers")


def test_every_part_is_looked_at() -> None:
    assert {name.rpartition(".")[2] for name in PARTS} == {
        "conflicts",
        "extremes",
        "follow_ups",
        "history",
        "inquiry",
        "kinds",
        "language",
        "library",
        "lists",
        "llm",
        "numbers",
        "prompting",
        "question",
        "refusal",
        "retrieval",
        "review",
        "selection",
        "time",
        "translation",
        "verification",
    }


@pytest.mark.parametrize("part", PARTS)
def test_a_part_has_the_names_that_it_exports(part: str) -> None:
    module = import_module(part)
    assert module.__all__
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


IMPORT_SECONDS = 3.0
"""Of processor time, four times what it takes on one core of a server of 2023."""


@pytest.mark.slow
def test_an_import_loads_no_model_and_starts_no_thread() -> None:
    code = (
        "import sys, threading, time; start = time.process_time(); import sourcebook.rag; "
        "print(time.process_time() - start, threading.active_count(), "
        f"[n for n in {HEAVY!r} if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True
    )
    seconds, threads, heavy = result.stdout.strip().split(" ", 2)
    assert (threads, heavy, result.stderr) == ("1", "[]", "")
    assert float(seconds) < IMPORT_SECONDS


@pytest.mark.slow
def test_the_parts_load_no_heavy_library() -> None:
    code = f"import sys, {', '.join(PARTS)}; print([n for n in {HEAVY!r} if n in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], check=False, capture_output=True, text=True
    )
    assert (result.stdout.strip(), result.stderr) == ("[]", "")
