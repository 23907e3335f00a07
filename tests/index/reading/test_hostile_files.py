"""Hostile texts and sheets: each has an outcome in one line, within the time of a file."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import hostile_files
import pytest

from sourcebook.index import Document
from sourcebook.index.errors import OverLimit, ReadError
from sourcebook.index.reading.sandbox import ReaderSandbox, SandboxLimits
from sourcebook.index.reading.text.rst import read_rst
from sourcebook.index.structure.writing import BlockWriter

LIMITS = SandboxLimits()
FILES = [
    (f"{name}.{ending}", data)
    for ending, files in (
        ("rst", hostile_files.rst_files()),
        ("org", hostile_files.org_files()),
        ("json", hostile_files.json_files()),
        ("ods", hostile_files.ods_files()),
        ("xls", hostile_files.xls_files()),
    )
    for name, data in files
]
HOLDS_TALKS = frozenset({"tail.rst", "lists.org", "marks.org", "tail.org"})


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ReaderSandbox]:
    with ReaderSandbox(LIMITS) as opened:
        yield opened


@pytest.mark.parametrize(("name", "data"), FILES, ids=[name for name, _ in FILES])
def test_a_hostile_file_is_read_or_said_to_be_none_in_one_line(
    sandbox: ReaderSandbox, tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    began = time.monotonic()
    text, reason = "", ""
    try:
        items = list(sandbox.read(tmp_path / name))
        text = "".join(item.text for item in items if isinstance(item, Document))
        reason = "".join(item.reason for item in items if not isinstance(item, Document))
    except ReadError as error:
        reason = str(error)
    assert time.monotonic() - began < LIMITS.seconds + 5
    assert text or reason
    assert "\n" not in reason
    assert hostile_files.TALKS in text or name not in HOLDS_TALKS


@pytest.mark.parametrize("name", ["laughs", "circle", "long"])
def test_substitutions_that_would_grow_are_refused_before_they_do(name: str) -> None:
    """In this process, without the limits of the sandbox."""
    text = dict(hostile_files.rst_files())[name].decode()
    began = time.process_time()
    with pytest.raises(OverLimit, match="write their text where they stand"):
        read_rst(Path("a.rst"), text)
    assert time.process_time() - began < 10


def test_substitutions_in_substitutions_are_read_where_they_are_few() -> None:
    text = (
        "|ship| sails at |hour| of |ship|.\n\n"
        ".. |Ship| replace:: The |name|\n.. |name| replace:: *Skerry*\n.. |hour| replace:: nine\n"
    )
    assert read_rst(Path("a.rst"), text).text == "The Skerry sails at nine of The Skerry."


def test_a_long_run_of_spaces_is_looked_at_once() -> None:
    """Looked at from each of its places it would take minutes."""
    writer = BlockWriter()
    began = time.process_time()
    writer.write(f"Talks{' ' * 300_000}lasted \t\n\t eight.")
    assert time.process_time() - began < 5
    assert writer.content().text == f"Talks{' ' * 300_000}lasted\n\t eight."
