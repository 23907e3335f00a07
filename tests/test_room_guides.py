"""Each room lists its files by what they are about, in its `__init__.py`."""

from __future__ import annotations

import importlib
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_ROW = re.compile(r"^ {4}(?:\S.*?)? {2,}(\w+(?:, \w+)*,?)$", re.MULTILINE)


def listed(guide: str) -> list[str]:
    """The files that a room's docstring names, in its rows."""
    return [name for row in _ROW.findall(guide) for name in re.findall(r"\w+", row)]


@pytest.mark.parametrize("room", ["index", "rag", "eval", "ui"])
def test_a_room_lists_each_of_its_files_once_and_no_other(room: str) -> None:
    guide = importlib.import_module(f"sourcebook.{room}").__doc__ or ""
    files = {path.stem for path in (ROOT / room).glob("*.py")} - {"__init__"}
    assert Counter(listed(guide)) == Counter(files)


def test_rows_are_read_with_the_lines_that_go_on_below_them() -> None:
    guide = "A room: one, two.\n\n    an answer        render, citing,\n" + " " * 21 + "escaping\n"
    assert listed(guide) == ["render", "citing", "escaping"]
